#include "launcher/script/directives.h"

#include <string.h>

#include "launcher/common/memory.h"

/* sbatch's own quoting (src/sbatch/opt.c, get_argument()): "…" groups, a backslash
 * takes the next character, also inside quotes; an unquoted # begins a comment. A
 * newline would end the directive and begin shell code, so control characters are
 * refused. */
static int add_directive(struct text *text, const char *name, const char *value,
                         struct error *err)
{
    for (const char *c = value; *c; c++) {
        if ((unsigned char)*c < 0x20 || *c == 0x7F)
            return error_set(err, ERROR_INPUT,
                             "the value of --%s holds a control character, which no "
                             "#SBATCH line can carry",
                             name);
    }
    bool is_plain =
        strspn(value, "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789"
                      "_-+=.,/:%@[]^~") == strlen(value) &&
        value[0] != ':';
    text_addf(text, "#SBATCH --%s=", name);
    if (is_plain) {
        text_add(text, value);
    } else {
        text_add_char(text, '"');
        for (const char *c = value; *c; c++) {
            if (*c == '"' || *c == '\\')
                text_add_char(text, '\\');
            text_add_char(text, *c);
        }
        text_add_char(text, '"');
    }
    text_add_char(text, '\n');
    return 0;
}

static int add_number(struct text *text, const char *name, long long number,
                      struct error *err)
{
    cleanup_free char *value = xasprintf("%lld", number);

    return add_directive(text, name, value, err);
}

static int add_text_setting(struct text *text, const struct settings *settings,
                            enum setting key, const char *name, struct error *err)
{
    const char *value = settings_text(settings, key);

    return *value ? add_directive(text, name, value, err) : 0;
}

static int add_gpus(struct text *text, const struct settings *settings,
                    struct error *err)
{
    long long count = settings_integer(settings, SETTING_GPUS_PER_TASK);
    const char *type = settings_text(settings, SETTING_GPU_TYPE);
    const char *syntax = settings_text(settings, SETTING_GPU_SYNTAX);

    if (count <= 0)
        return 0;
    bool is_gres = settings_chose(settings, CHOICE_GPU_SYNTAX_GRES);
    cleanup_free char *value =
        xasprintf("%s%s%s%lld", is_gres ? "gpu:" : "", type, *type ? ":" : "", count);
    return add_directive(text, syntax, value, err);
}

static int add_memory(struct text *text, const struct settings *settings,
                      struct error *err)
{
    switch (settings_memory_rule(settings)) {
    case MEMORY_WHOLE_NODE:
        /* Slurm multiplies memory per CPU by all CPUs of an exclusive node and refuses
         * (seen on 22.05); --mem=0 is all that the node has. */
        return add_directive(text, "mem", "0", err);
    case MEMORY_PER_NODE:
        return add_text_setting(text, settings, SETTING_MEM, "mem", err);
    case MEMORY_PER_CPU:
        return add_text_setting(text, settings, SETTING_MEM_PER_CPU, "mem-per-cpu",
                                err);
    }
    return 0;
}

/* B: the batch shell alone gets it; Slurm may be up to 60 s early (sbatch(1)). */
long long script_signal_lead(const struct settings *settings)
{
    long long seconds = settings_minutes(settings, SETTING_TIME) * 60;
    long long tenth = seconds / 10;

    if (seconds < 600)
        return 0;
    return (tenth < 120 ? tenth : 120) + 60;
}

static int add_resources(struct text *text, const struct settings *settings,
                         struct error *err)
{
    if (add_number(text, "nodes", settings_integer(settings, SETTING_NODES), err) < 0)
        return -1;
    if (settings_switch(settings, SETTING_EXCLUSIVE))
        text_add(text, "#SBATCH --exclusive\n");
    if (add_number(text, "ntasks", settings_integer(settings, SETTING_NODES), err) <
            0 ||
        add_number(text, "ntasks-per-node", 1, err) < 0 ||
        add_number(text, "cpus-per-task",
                   settings_integer(settings, SETTING_CPUS_PER_TASK), err) < 0 ||
        add_gpus(text, settings, err) < 0 || add_memory(text, settings, err) < 0)
        return -1;
    return add_text_setting(text, settings, SETTING_TIME, "time", err);
}

static int add_options(struct text *text, const struct settings *settings,
                       struct error *err)
{
    static const struct {
        enum setting key;
        const char *name;
    } plain[] = {
        {SETTING_PARTITION, "partition"},
        {SETTING_ACCOUNT, "account"},
        {SETTING_QOS, "qos"},
        {SETTING_CONSTRAINT, "constraint"},
        {SETTING_RESERVATION, "reservation"},
        {SETTING_DEPENDENCY, "dependency"},
        {SETTING_NODELIST, "nodelist"},
        {SETTING_EXCLUDE, "exclude"},
        {SETTING_MAIL_TYPE, "mail-type"},
        {SETTING_MAIL_USER, "mail-user"},
        {SETTING_COMMENT, "comment"},
    };
    const struct words *more = settings_list(settings, SETTING_SBATCH);

    for (size_t i = 0; i < sizeof plain / sizeof *plain; i++) {
        if (add_text_setting(text, settings, plain[i].key, plain[i].name, err) < 0)
            return -1;
    }
    for (size_t i = 0; i < more->count; i++) {
        if (settings_is_container_word(more->items[i]) && settings_head_step(settings))
            continue;
        cleanup_free char *name = xstrdup(more->items[i]);
        char *equals = strchr(name, '=');
        if (equals)
            *equals = '\0';
        if (!equals)
            text_addf(text, "#SBATCH --%s\n", name);
        else if (add_directive(text, name, equals + 1, err) < 0)
            return -1;
    }
    return 0;
}

/* Slurm replaces %j and such in file names; %% is a percent sign (sbatch(1), filename
 * pattern). */
char *script_file_pattern(const char *base, const char *suffix)
{
    struct text text = {0};

    for (const char *c = base; *c; c++) {
        text_add_char(&text, *c);
        if (*c == '%')
            text_add_char(&text, '%');
    }
    text_add(&text, suffix);
    return text_take(&text);
}

int script_add_same_directives(const struct script_request *request, struct text *text,
                               struct error *err)
{
    const struct settings *settings = request->settings;
    long long lead = script_signal_lead(settings);

    if (add_directive(text, "job-name", request->job_name, err) < 0 ||
        add_resources(text, settings, err) < 0 || add_options(text, settings, err) < 0)
        return -1;
    text_add(text, settings_switch(settings, SETTING_REQUEUE)
                       ? "#SBATCH --requeue\n"
                       : "#SBATCH --no-requeue\n");
    text_add(text, "#SBATCH --open-mode=append\n");
    if (lead > 0)
        text_addf(text, "#SBATCH --signal=B:USR1@%lld\n", lead);
    return 0;
}

int script_add_output_directives(const struct script_request *request,
                                 struct text *text, struct error *err)
{
    const char *base = request->tasks ? request->outputs : request->base;
    const char *tail = request->tasks ? "-%A_%a" : "";
    cleanup_free char *out_tail = xasprintf("%s.out", tail);
    cleanup_free char *err_tail = xasprintf("%s.err", tail);
    cleanup_free char *out = script_file_pattern(base, out_tail);
    cleanup_free char *err_file = script_file_pattern(base, err_tail);
    return add_directive(text, "output", out, err) < 0
               ? -1
               : add_directive(text, "error", err_file, err);
}

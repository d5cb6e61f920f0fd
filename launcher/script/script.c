#include "launcher/script/script.h"

#include <stdlib.h>
#include <string.h>

#include "launcher/common/json_io.h"
#include "launcher/common/memory.h"
#include "launcher/common/quote.h"
#include "launcher/common/unquote.h"
#include "launcher/script/embedded.h"

#define SCRIPT_VALUES_MAX 64

/* Values are gathered here; each text is owned until the script is filled. */
struct values {
    struct template_value items[SCRIPT_VALUES_MAX];
    char *owned[SCRIPT_VALUES_MAX];
    size_t count;
};

static void values_release(struct values *values)
{
    for (size_t i = 0; i < values->count; i++)
        free(values->owned[i]);
}

static void add_raw(struct values *values, const char *name, char *taken)
{
    values->owned[values->count] = taken;
    values->items[values->count++] = (struct template_value){name, taken};
}

static void add_word(struct values *values, const char *name, const char *word)
{
    struct text text = {0};

    quote_shell(&text, word);
    add_raw(values, name, text_take(&text));
}

static void add_words(struct values *values, const char *name,
                      const struct words *words)
{
    struct text text = {0};

    quote_shell_words(&text, words);
    add_raw(values, name, text_take(&text));
}

static void add_number(struct values *values, const char *name, long long number)
{
    add_raw(values, name, xasprintf("%lld", number));
}

struct script_bootstrap script_bootstrap(const struct settings *settings)
{
    const char *asked = settings_text(settings, SETTING_BOOTSTRAP);
    bool is_exclusive = settings_switch(settings, SETTING_EXCLUSIVE);

    if (strcmp(asked, "symmetric") == 0)
        return (struct script_bootstrap){true, true, "asked for"};
    if (strcmp(asked, "direct") == 0)
        return (struct script_bootstrap){false, true, "asked for"};
    if (!is_exclusive)
        return (struct script_bootstrap){false, false, "the nodes may be shared"};
    if (settings_integer(settings, SETTING_NODES) == 1)
        return (struct script_bootstrap){
            false, false,
            "one node: the same cluster, up and down in a third of the time"};
    return (struct script_bootstrap){true, false, "the nodes are exclusive"};
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

static void add_environment(struct values *values, const struct script_request *request)
{
    const struct words *env = settings_list(request->settings, SETTING_ENV);
    struct text text = {0};

    for (size_t i = 0; i < env->count; i++) {
        const char *equals = strchr(env->items[i], '=');
        if (!equals)
            continue;
        text_add(&text, "export ");
        text_add_bytes(&text, env->items[i], (size_t)(equals - env->items[i]) + 1);
        quote_shell(&text, equals + 1);
        text_add_char(&text, '\n');
    }
    for (size_t i = 0; i < request->point->n_params; i++) {
        const struct parameter *parameter = &request->point->params[i];
        cleanup_free char *name = plan_env_name(parameter->key);
        text_addf(&text, "export %s=", name);
        quote_shell(&text, parameter->value);
        text_add_char(&text, '\n');
    }
    if (text.size > 0) /* the template's own newline follows */
        text.bytes[--text.size] = '\0';
    add_raw(values, "environment", text_take(&text));
}

static void add_params_json(struct values *values, const struct point *point)
{
    cleanup_text struct text json = {0};

    text_add_char(&json, '{');
    for (size_t i = 0; i < point->n_params; i++) {
        const char *key = point->params[i].key;
        if (i)
            text_add(&json, ", ");
        jsonio_add_string(&json, key + strspn(key, "+~"));
        text_add(&json, ": ");
        jsonio_add_string(&json, point->params[i].value);
    }
    text_add_char(&json, '}');
    add_word(values, "params_json", text_string(&json));
}

static int add_wrap(struct values *values, const struct settings *settings,
                    struct error *err)
{
    cleanup_words struct words words = {0};

    if (unquote_words(settings_text(settings, SETTING_WRAP), &words, err) < 0)
        return error_prefix(err, "--wrap");
    add_words(values, "wrap", &words);
    return 0;
}

static void add_ray(struct values *values, const struct settings *settings)
{
    struct script_bootstrap bootstrap = script_bootstrap(settings);
    const struct embedded_file *keeper = embedded_find("keeper.py");

    add_raw(values, "bootstrap",
            xstrdup(bootstrap.is_symmetric ? "symmetric" : "direct"));
    add_number(values, "bootstrap_forced", bootstrap.is_forced);
    add_word(values, "bootstrap_reason", bootstrap.reason);
    add_number(values, "ports_first", settings_integer(settings, SETTING_PORTS_FIRST));
    add_number(values, "ports_last", settings_integer(settings, SETTING_PORTS_LAST));
    add_number(values, "ports_strict", settings_switch(settings, SETTING_PORTS_STRICT));
    add_word(values, "interface", settings_text(settings, SETTING_INTERFACE));
    add_word(values, "ray_cpus", settings_text(settings, SETTING_RAY_CPUS));
    add_number(values, "object_store_mib",
               settings_mib(settings, SETTING_OBJECT_STORE));
    add_word(values, "temp_folder", settings_text(settings, SETTING_TEMP_FOLDER));
    add_word(values, "ray_logs", settings_text(settings, SETTING_RAY_LOGS));
    add_number(values, "allow_open", settings_switch(settings, SETTING_ALLOW_OPEN));
    add_number(values, "start_timeout",
               settings_integer(settings, SETTING_START_TIMEOUT));
    add_words(values, "ray_start_args",
              settings_list(settings, SETTING_RAY_START_ARGS));
    add_word(values, "keeper", keeper ? keeper->bytes : "");
}

/* MiB that Slurm is asked for on each node; 0: the whole node, or not known here. */
static long long asked_mib(const struct settings *settings)
{
    switch (settings_memory_rule(settings)) {
    case MEMORY_WHOLE_NODE:
        return 0;
    case MEMORY_PER_NODE:
        return settings_mib(settings, SETTING_MEM);
    case MEMORY_PER_CPU:
        return settings_switch(settings, SETTING_EXCLUSIVE)
                   ? 0
                   : settings_mib(settings, SETTING_MEM_PER_CPU) *
                         settings_integer(settings, SETTING_CPUS_PER_TASK);
    }
    return 0;
}

static void add_job(struct values *values, const struct script_request *request)
{
    const struct settings *settings = request->settings;
    const char *signal = settings_text(settings, SETTING_WARN_SIGNAL);

    add_raw(values, "interpreter", xstrdup("#!/bin/bash"));
    add_raw(values, "version", xstrdup(RAYLAUNCH_VERSION));
    add_word(values, "point", request->point->id);
    add_number(values, "attempt", request->attempt);
    add_word(values, "sweep_folder", request->sweep_folder);
    add_word(values, "base", request->base);
    add_words(values, "setup", settings_list(settings, SETTING_SETUP));
    add_words(values, "modules", settings_list(settings, SETTING_MODULES));
    add_word(values, "venv", settings_text(settings, SETTING_VENV));
    add_word(values, "conda", settings_text(settings, SETTING_CONDA));
    add_words(values, "command", &request->point->argv);
    add_number(values, "timeout_seconds", settings_integer(settings, SETTING_TIMEOUT));
    add_number(values, "nodes", settings_integer(settings, SETTING_NODES));
    add_number(values, "cpus_per_task",
               settings_integer(settings, SETTING_CPUS_PER_TASK));
    add_number(values, "gpus_per_task",
               settings_integer(settings, SETTING_GPUS_PER_TASK));
    add_number(values, "mem_mib", asked_mib(settings));
    add_number(values, "exclusive", settings_switch(settings, SETTING_EXCLUSIVE));
    add_number(values, "requeue", settings_switch(settings, SETTING_REQUEUE));
    add_word(values, "warn_signal", strcmp(signal, "none") == 0 ? "" : signal);
    add_number(values, "signal_lead", script_signal_lead(settings));
}

static int gather(struct values *values, const struct script_request *request,
                  struct error *err)
{
    struct text directives = {0};

    if (script_add_directives(request, &directives, err) < 0) {
        text_release(&directives);
        return -1;
    }
    if (directives.size > 0)
        directives.bytes[--directives.size] = '\0';
    add_raw(values, "directives", text_take(&directives));
    add_job(values, request);
    add_environment(values, request);
    add_params_json(values, request->point);
    add_ray(values, request->settings);
    return add_wrap(values, request->settings, err);
}

int script_render(const struct script_request *request, struct text *text,
                  struct error *err)
{
    struct values values = {.count = 0};
    size_t start = text->size;

    int rc = gather(&values, request, err);
    if (rc == 0)
        rc = template_fill(request->template, values.items, values.count, text, err);
    values_release(&values);
    if (rc == 0 && text->size - start > LIMIT_SCRIPT_BYTES)
        rc = error_set(err, ERROR_INPUT,
                       "the script of point '%s' is larger than Slurm takes (4 MiB)",
                       request->point->id);
    return rc;
}

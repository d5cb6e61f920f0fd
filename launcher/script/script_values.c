#include "launcher/script/script_values.h"

#include <stdlib.h>
#include <string.h>

#include "launcher/common/memory.h"
#include "launcher/common/text/quote.h"
#include "launcher/common/text/unquote.h"
#include "launcher/common/trees/json_io.h"
#include "launcher/plan/entry.h"
#include "launcher/script/bootstrap.h"
#include "launcher/script/directives.h"
#include "launcher/script/embedded.h"
#include "launcher/script/thin_values.h"

/* What differs from attempt to attempt. */
enum {
    DIRECTIVES,
    POINT,
    ATTEMPT,
    BASE,
    PARAMS,
    COMMAND,
    ENVIRONMENT,
    WHOSE,
    BASE_IN_SWEEP,
    EXPORTS,
    COMMAND_LINE,
    CODE,
    N_OF_ATTEMPT
};

/* Of the values of the settings the first one; no template needs it alone. */
#define SAME_DIRECTIVES 0

static const char *const names[N_OF_ATTEMPT] = {
    "directives",  "point", "attempt",       "base",    "params_json",  "command",
    "environment", "whose", "base_in_sweep", "exports", "command_line", "code"};

static char *quoted(const char *word)
{
    struct text text = {0};

    quote_shell(&text, word);
    return text_take(&text);
}

static char *quoted_words(const struct words *words)
{
    struct text text = {0};

    quote_shell_words(&text, words);
    return text_take(&text);
}

static void add_word(struct value_list *values, const char *name, const char *word)
{
    value_list_add(values, name, quoted(word));
}

static void add_words(struct value_list *values, const char *name,
                      const struct words *words)
{
    value_list_add(values, name, quoted_words(words));
}

static void add_number(struct value_list *values, const char *name, long long number)
{
    value_list_add(values, name, xasprintf("%lld", number));
}

static int add_wrap(struct value_list *values, const struct settings *settings,
                    struct error *err)
{
    cleanup_words struct words words = {0};

    if (unquote_words(settings_text(settings, SETTING_WRAP), &words, err) < 0)
        return error_prefix(err, "--wrap");
    add_words(values, "wrap", &words);
    return 0;
}

/* The options of Pyxis are of the steps, not of the batch script. */
static void add_head_step(struct value_list *values, const struct settings *settings)
{
    const struct words *more = settings_list(settings, SETTING_SBATCH);
    cleanup_words struct words options = {0};
    bool is_step = settings_head_step(settings);

    for (size_t i = 0; i < more->count && is_step; i++) {
        if (settings_is_container_word(more->items[i]))
            words_addf(&options, "--%s", more->items[i]);
    }
    add_number(values, "head_step", is_step);
    add_words(values, "step_options", &options);
}

static void add_ray(struct value_list *values, const struct settings *settings)
{
    struct script_bootstrap bootstrap = script_bootstrap(settings);
    const struct embedded_file *keeper = embedded_find("keeper.py");

    value_list_add(values, "bootstrap",
                   xstrdup(bootstrap.is_symmetric ? "symmetric" : "direct"));
    add_number(values, "bootstrap_forced", bootstrap.is_forced);
    add_word(values, "bootstrap_reason", bootstrap.reason);
    add_number(values, "ports_first", settings_integer(settings, SETTING_PORTS_FIRST));
    add_number(values, "ports_last", settings_integer(settings, SETTING_PORTS_LAST));
    add_number(values, "ports_strict", settings_switch(settings, SETTING_PORTS_STRICT));
    add_word(values, "interface", settings_text(settings, SETTING_INTERFACE));
    add_word(values, "ray_cpus", settings_text(settings, SETTING_RAY_CPUS));
    add_number(values, "object_store_mib",
               settings_mib(settings, SETTING_OBJECT_STORE_MEMORY));
    add_word(values, "temp_folder", settings_text(settings, SETTING_TEMP_DIR));
    add_word(values, "ray_logs", settings_text(settings, SETTING_RAY_LOGS));
    add_number(values, "require_result",
               settings_switch(settings, SETTING_REQUIRE_RESULT));
    add_word(values, "ray_tls", settings_text(settings, SETTING_RAY_TLS));
    add_number(values, "allow_open", settings_switch(settings, SETTING_ALLOW_OPEN));
    add_number(values, "hide_gpus", settings_switch(settings, SETTING_HIDE_GPUS));
    add_number(values, "start_timeout",
               settings_integer(settings, SETTING_START_TIMEOUT));
    add_head_step(values, settings);
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

static void add_job(struct value_list *values, const struct script_request *request)
{
    const struct settings *settings = request->settings;
    const char *signal = settings_text(settings, SETTING_WARN_SIGNAL);

    value_list_add(values, "interpreter", xstrdup("#!/bin/bash"));
    value_list_add(values, "version", xstrdup(RAYLAUNCH_VERSION));
    add_number(values, "array", request->tasks != NULL);
    add_number(values, "smoke", request->is_smoke);
    add_word(values, "tasks", request->tasks ? request->tasks : "");
    add_word(values, "tasks_sum", request->tasks_sum ? request->tasks_sum : "");
    add_word(values, "outputs", request->outputs ? request->outputs : "");
    add_word(values, "sweep_folder", request->sweep_folder);
    add_word(values, "jobs_folder", request->jobs_folder ? request->jobs_folder : "");
    value_list_add(values, "sweep_in_folder", thin_values_sweep(request));
    add_words(values, "setup", settings_list(settings, SETTING_SETUP));
    add_words(values, "modules", settings_list(settings, SETTING_MODULES));
    add_word(values, "venv", settings_text(settings, SETTING_VENV));
    add_word(values, "conda", settings_text(settings, SETTING_CONDA));
    add_number(values, "timeout_seconds", settings_timeout_s(settings));
    add_number(values, "nodes", settings_integer(settings, SETTING_NODES));
    add_number(values, "cpus_per_task",
               settings_integer(settings, SETTING_CPUS_PER_TASK));
    add_number(values, "gpus_per_task",
               settings_integer(settings, SETTING_GPUS_PER_TASK));
    add_number(values, "mem_mib", asked_mib(settings));
    add_number(values, "exclusive", settings_switch(settings, SETTING_EXCLUSIVE));
    add_number(values, "requeue", settings_switch(settings, SETTING_REQUEUE));
    add_word(values, "warn_signal",
             settings_chose(settings, CHOICE_WARN_SIGNAL_NONE) ? "" : signal);
    add_number(values, "signal_lead", script_signal_lead(settings));
}

int script_values_add_same(struct value_list *values,
                           const struct script_request *request, struct error *err)
{
    struct text directives = {0};

    if (script_add_same_directives(request, &directives, err) < 0) {
        text_release(&directives);
        return -1;
    }
    value_list_add(values, "same_directives", text_take(&directives));
    add_job(values, request);
    add_ray(values, request->settings);
    int rc = add_wrap(values, request->settings, err);
    if (rc == 0)
        rc = thin_values_add_same(values, request, err);
    values->n_same = values->count;
    return rc;
}

void script_values_add_exports(const struct point *point, char end, struct text *text)
{
    for (size_t i = 0; i < point->n_params; i++) {
        cleanup_free char *name = plan_env_name(point->params[i].key);
        text_addf(text, "export %s=", name);
        quote_shell(text, point->params[i].value);
        text_add_char(text, end);
    }
}

void script_values_add_params(const struct point *point, struct text *text)
{
    text_add_char(text, '{');
    for (size_t i = 0; i < point->n_params; i++) {
        const char *key = point->params[i].key;
        if (i)
            text_add(text, ", ");
        jsonio_add_string(text, key + strspn(key, "+~"));
        text_add(text, ": ");
        jsonio_add_string(text, point->params[i].value);
    }
    text_add_char(text, '}');
}

/* The template's own newline follows. */
static char *without_last(struct text *text)
{
    if (text->size > 0)
        text->bytes[--text->size] = '\0';
    return text_take(text);
}

static char *make_environment(const struct script_request *request)
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
    if (!request->tasks)
        script_values_add_exports(request->point, '\n', &text);
    return without_last(&text);
}

static char *make_params(const struct point *point)
{
    cleanup_text struct text json = {0};

    script_values_add_params(point, &json);
    return quoted(text_string(&json));
}

char *script_values_code(const struct words *argv)
{
    struct entry entry = {0};

    if (argv->count > 0) /* that of a probe has none */
        entry_find(argv, &entry);
    free(entry.name);
    free(entry.file);
    free(entry.module);
    return xstrdup(entry.code);
}

/* The line of the task has set these before (templates/parts/task.sh). */
static void make_of_task(char **made)
{
    made[POINT] = xstrdup("\"$rl_point\"");
    made[ATTEMPT] = xstrdup("\"$rl_attempt\"");
    made[BASE] = xstrdup("\"$rl_base\"");
    made[PARAMS] = xstrdup("\"$rl_params\"");
    made[COMMAND] = xstrdup("\"${rl_command[@]}\"");
    made[BASE_IN_SWEEP] = xstrdup("\"$rl_base\"");
    made[COMMAND_LINE] = xstrdup("");
    made[CODE] = xstrdup("\"${rl_code:-}\"");
}

static void make_of_point(const struct script_request *request, char **made)
{
    made[POINT] = quoted(request->point->id);
    made[ATTEMPT] = xasprintf("%u", request->attempt);
    made[BASE] = quoted(request->base);
    made[PARAMS] = make_params(request->point);
    made[COMMAND] = quoted_words(&request->point->argv);
    made[BASE_IN_SWEEP] = thin_values_base(request);
    made[CODE] = script_values_code(&request->point->argv);
    made[COMMAND_LINE] = xasprintf("rl_command=(%s)%s%s\n", made[COMMAND],
                                   *made[CODE] ? " rl_code=" : "", made[CODE]);
}

int script_values_set_attempt(struct value_list *values,
                              const struct script_request *request, struct error *err)
{
    char *made[N_OF_ATTEMPT] = {NULL};
    cleanup_text struct text directives = {0};

    if (request) {
        text_add(&directives, values->items[SAME_DIRECTIVES].value);
        if (script_add_output_directives(request, &directives, err) < 0)
            return -1;
        made[DIRECTIVES] = without_last(&directives);
        made[ENVIRONMENT] = make_environment(request);
        if (request->tasks)
            make_of_task(made);
        else
            make_of_point(request, made);
        made[WHOSE] = thin_values_whose(request);
        made[EXPORTS] = thin_values_export_function(made[ENVIRONMENT]);
    }
    for (size_t i = 0; i < N_OF_ATTEMPT; i++)
        value_list_set(values, values->n_same + i, names[i], made[i]);
    values->count = values->n_same + N_OF_ATTEMPT;
    return 0;
}

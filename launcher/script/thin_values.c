#include "launcher/script/thin_values.h"

#include <stdlib.h>
#include <string.h>

#include "launcher/common/files/file.h"
#include "launcher/common/memory.h"
#include "launcher/common/text/quote.h"
#include "launcher/common/text/utf8.h"
#include "launcher/script/embedded.h"
#include "launcher/script/runtime.h"
#include "launcher/script/setup_lines.h"

#define DEFAULTS "parts/defaults.sh"
#define RAY_DEFAULTS "parts/ray_defaults.sh"
#define FS_GRACE_DEFAULT 10 /* templates/parts/load.sh */

/* The script's variable, and the value that it has. What a job without Ray reads comes
 * first. */
static const struct {
    const char *variable; /* without rl_ */
    const char *value;
    bool is_list;
    bool is_ray;
} thin[] = {
    {"requeue", "requeue", false, false},
    {"temp_folder", "temp_folder", false, false},
    {"timeout", "timeout_seconds", false, false},
    {"warn_signal", "warn_signal", false, false},
    {"require_result", "require_result", false, false},
    {"smoke", "smoke", false, false},
    {"modules", "modules", true, false},
    {"venv", "venv", false, false},
    {"conda", "conda", false, false},
    {"wrap", "wrap", true, false},
    {"ray_logs", "ray_logs", false, false},
    {"nodes", "nodes", false, true},
    {"cpus_per_task", "cpus_per_task", false, true},
    {"gpus_per_task", "gpus_per_task", false, true},
    {"mem_mib", "mem_mib", false, true},
    {"exclusive", "exclusive", false, true},
    {"ray_tls", "ray_tls", false, true},
    {"allow_open", "allow_open", false, true},
    {"hide_gpus", "hide_gpus", false, true},
    {"bootstrap", "bootstrap", false, true},
    {"bootstrap_reason", "bootstrap_reason", false, true},
    {"bootstrap_forced", "bootstrap_forced", false, true},
    {"ray_cpus", "ray_cpus", false, true},
    {"store_mib", "object_store_mib", false, true},
    {"ports_first", "ports_first", false, true},
    {"ports_last", "ports_last", false, true},
    {"ports_strict", "ports_strict", false, true},
    {"interface", "interface", false, true},
    {"head_step", "head_step", false, true},
    {"step_options", "step_options", true, true},
    {"start_timeout", "start_timeout", false, true},
    {"ray_start_args", "ray_start_args", true, true},
};

/* The default of `variable` as a script would write it: what stands between ":=" and
 * "}" on its line; "" for a list. NULL: the part does not name it. Owned. */
static char *default_of(const char *variable, bool is_ray)
{
    const struct embedded_file *file = embedded_find(is_ray ? RAY_DEFAULTS : DEFAULTS);
    cleanup_free char *start = xasprintf("\n: \"${rl_%s:=", variable);
    const char *at = file ? strstr(file->bytes, start) : NULL;
    struct text text = {0};

    if (!at)
        return NULL;
    at += strlen(start);
    cleanup_free char *word = xmemdup(at, strcspn(at, "}\n"));
    quote_shell(&text, word);
    return text_take(&text);
}

static const char *value_of(const struct value_list *values, const char *name)
{
    for (size_t i = 0; i < values->count; i++) {
        if (strcmp(values->items[i].name, name) == 0)
            return values->items[i].value;
    }
    return NULL;
}

static int add_assignment(const struct value_list *values, size_t row,
                          struct text *text, struct error *err)
{
    const char *variable = thin[row].variable;
    const char *value = value_of(values, thin[row].value);

    if (thin[row].is_list) {
        if (value && *value)
            text_addf(text, "rl_%s=(%s)\n", variable, value);
        return 0;
    }
    cleanup_free char *known = default_of(variable, thin[row].is_ray);
    if (!value || !known)
        return error_set(err, ERROR_BUG, "no default of rl_%s", variable);
    if (strcmp(known, value) != 0)
        text_addf(text, "rl_%s=%s\n", variable, value);
    return 0;
}

static int add_assignments(struct value_list *values,
                           const struct script_request *request, struct error *err)
{
    struct text plain = {0}, ray = {0};
    int rc = 0;

    if (request->fs_grace != FS_GRACE_DEFAULT)
        text_addf(&plain, "rl_fs_grace=%u\n", request->fs_grace);
    for (size_t i = 0; i < sizeof thin / sizeof *thin && rc == 0; i++)
        rc = add_assignment(values, i, thin[i].is_ray ? &ray : &plain, err);
    value_list_add(values, "values", text_take(&plain));
    value_list_add(values, "ray_values", text_take(&ray));
    return rc;
}

int thin_values_add_same(struct value_list *values,
                         const struct script_request *request, struct error *err)
{
    struct runtime runtime = {0};
    struct text setup = {0};

    if (runtime_make(&runtime, err) < 0 || add_assignments(values, request, err) < 0) {
        runtime_release(&runtime);
        return -1;
    }
    setup_lines_add(settings_list(request->settings, SETTING_SETUP), &setup);
    value_list_add(values, "setup_function", text_take(&setup));
    value_list_add(values, "runtime_sum", xstrdup(runtime.sum));
    value_list_add(values, "runtime_name", xstrdup(runtime.name));
    value_list_add(values, "fs_grace", xasprintf("%u", request->fs_grace));
    runtime_release(&runtime);
    return 0;
}

char *thin_values_whose(const struct script_request *request)
{
    const char *sweep = path_base(request->sweep_folder);
    struct text text = {0};

    if (request->tasks)
        text_add(&text, "a task of an array");
    else
        text_addf(&text, "attempt %u of point %s", request->attempt,
                  request->point->id);
    text_add(&text, " of sweep ");
    utf8_add_printable(&text, sweep, strlen(sweep));
    return text_take(&text);
}

/* `path` as a word; it begins with "$variable", whose value is `folder`, if it lies
 * there. */
static char *word_below(const char *path, const char *folder, const char *variable)
{
    size_t size = strlen(folder);
    bool is_below = size > 0 && strncmp(path, folder, size) == 0 && path[size] == '/';
    struct text text = {0};

    if (is_below)
        text_addf(&text, "$%s/", variable);
    quote_shell(&text, path + (is_below ? size + 1 : 0));
    return text_take(&text);
}

char *thin_values_base(const struct script_request *request)
{
    return word_below(request->base, request->sweep_folder, "rl_sweep");
}

char *thin_values_sweep(const struct script_request *request)
{
    const char *folder = request->jobs_folder;

    return word_below(request->sweep_folder, folder ? folder : "", "rl_folder");
}

char *thin_values_export_function(const char *exports)
{
    struct text text = {0};

    if (*exports)
        text_addf(&text,
                  "rl_export() { # into the environment of the program\n%s\n}\n\n",
                  exports);
    return text_take(&text);
}

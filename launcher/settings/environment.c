#include "launcher/settings/environment.h"

#include <ctype.h>
#include <string.h>

#include "launcher/common/memory.h"
#include "launcher/common/text/text.h"
#include "launcher/settings/store.h"
#include "launcher/settings/value_shown.h"
#include "launcher/settings/values.h"

#define OWN_PREFIX "RAYLAUNCH_SET_"

static const struct sbatch_variable {
    const char *name;
    enum setting key;
    const char *value; /* NULL: the variable's own */
} sbatch_variables[] = {
    {"SBATCH_ACCOUNT", SETTING_ACCOUNT, NULL},
    {"SBATCH_CONSTRAINT", SETTING_CONSTRAINT, NULL},
    {"SBATCH_GPUS_PER_TASK", SETTING_GPUS_PER_TASK, NULL},
    {"SBATCH_JOB_NAME", SETTING_JOB_NAME, NULL},
    {"SBATCH_MEM_PER_CPU", SETTING_MEM_PER_CPU, NULL},
    {"SBATCH_MEM_PER_NODE", SETTING_MEM, NULL},
    {"SBATCH_NO_REQUEUE", SETTING_REQUEUE, "no"},
    {"SBATCH_PARTITION", SETTING_PARTITION, NULL},
    {"SBATCH_QOS", SETTING_QOS, NULL},
    {"SBATCH_REQUEUE", SETTING_REQUEUE, "yes"},
    {"SBATCH_RESERVATION", SETTING_RESERVATION, NULL},
    {"SBATCH_TIMELIMIT", SETTING_TIME, NULL},
};

/* The value behind NAME=, or NULL: another variable. */
static const char *value_of(const char *variable, const char *name)
{
    size_t size = strlen(name);

    return strncmp(variable, name, size) == 0 && variable[size] == '='
               ? variable + size + 1
               : NULL;
}

/* "type:count" is two settings here. */
static int set_gpus(struct settings *settings, const char *value, const char *origin,
                    struct error *err)
{
    const char *colon = strrchr(value, ':');

    if (colon) {
        cleanup_free char *type = xmemdup(value, (size_t)(colon - value));
        if (settings_set(settings, SETTING_GPU_TYPE, type, RANK_SBATCH_ENV, origin,
                         err) < 0)
            return -1;
        value = colon + 1;
    }
    return settings_set(settings, SETTING_GPUS_PER_TASK, value, RANK_SBATCH_ENV, origin,
                        err);
}

/* sbatch reads an empty SBATCH_EXCLUSIVE as --exclusive; user, mcs and topo are kinds
 * of sharing that our switch cannot say. */
static int set_exclusive(struct settings *settings, const char *value,
                         struct error *err)
{
    cleanup_free char *shown = value_shown(value);

    if (*value && strcmp(value, "exclusive") != 0)
        return error_set(
            err, ERROR_USAGE,
            "environment SBATCH_EXCLUSIVE: '%s' is not understood: unset it, "
            "and say --shared --sbatch exclusive=%s",
            shown, shown);
    return settings_set(settings, SETTING_EXCLUSIVE, "yes", RANK_SBATCH_ENV,
                        "environment SBATCH_EXCLUSIVE", err);
}

static int apply_sbatch(const char *variable, struct settings *settings,
                        struct error *err)
{
    const char *exclusive = value_of(variable, "SBATCH_EXCLUSIVE");

    if (exclusive)
        return set_exclusive(settings, exclusive, err);
    for (size_t i = 0; i < sizeof sbatch_variables / sizeof *sbatch_variables; i++) {
        const struct sbatch_variable *known = &sbatch_variables[i];
        const char *value = value_of(variable, known->name);
        if (!value || (!*value && !known->value))
            continue;
        cleanup_free char *origin = xasprintf("environment %s", known->name);
        if (known->key == SETTING_GPUS_PER_TASK)
            return set_gpus(settings, value, origin, err);
        return settings_set(settings, known->key, known->value ? known->value : value,
                            RANK_SBATCH_ENV, origin, err);
    }
    return 0;
}

static int set_lines(struct settings *settings, enum setting key, const char *value,
                     const char *origin, struct error *err)
{
    settings_clear_list(settings, key, RANK_ENVIRONMENT, origin);
    while (*value) {
        size_t size = strcspn(value, "\n");
        cleanup_free char *line = xmemdup(value, size);
        if (size > 0 &&
            settings_set(settings, key, line, RANK_ENVIRONMENT, origin, err) < 0)
            return -1;
        value += size + (value[size] == '\n');
    }
    return 0;
}

static int fail_unknown(const char *variable, size_t name_size, const char *lower,
                        struct error *err)
{
    const char *near = setting_nearest(lower);
    cleanup_free char *name = xmemdup(variable, name_size);
    cleanup_free char *shown = value_shown(name);

    if (!near)
        return error_set(err, ERROR_USAGE,
                         "environment %s: there is no such setting ('raylaunch config' "
                         "lists them)",
                         shown);
    cleanup_free char *wanted = xstrdup(near);
    for (char *c = wanted; *c; c++)
        *c = *c == '.' ? '_' : (char)toupper((unsigned char)*c);
    return error_set(
        err, ERROR_USAGE,
        "environment %s: there is no such setting (did you mean " OWN_PREFIX "%s?)",
        shown, wanted);
}

static int apply_own(const char *variable, struct settings *settings, struct error *err)
{
    size_t name_size = strcspn(variable, "=");
    const size_t prefix_size = sizeof OWN_PREFIX - 1;

    if (strncmp(variable, OWN_PREFIX, prefix_size) != 0 || !variable[name_size])
        return 0;
    cleanup_free char *lower = xmemdup(variable + prefix_size, name_size - prefix_size);
    for (char *c = lower; *c; c++)
        *c = (char)tolower((unsigned char)*c);
    if (strcmp(lower, "profile") == 0) /* settings_load() has used it */
        return 0;
    enum setting key;
    if (!setting_from_name(lower, &key))
        return fail_unknown(variable, name_size, lower, err);
    cleanup_free char *origin = xasprintf("environment %.*s", (int)name_size, variable);
    const char *value = variable + name_size + 1;
    if (setting_type(key) == VALUE_LIST || setting_type(key) == VALUE_MAP)
        return set_lines(settings, key, value, origin, err);
    return settings_set(settings, key, value, RANK_ENVIRONMENT, origin, err);
}

int environment_apply(char *const *variables, struct settings *settings,
                      struct error *err)
{
    for (size_t i = 0; variables && variables[i]; i++) {
        if (apply_sbatch(variables[i], settings, err) < 0 ||
            apply_own(variables[i], settings, err) < 0)
            return -1;
    }
    return 0;
}

#include "launcher/settings/sbatch_option.h"

#include <ctype.h>
#include <string.h>

#include "launcher/common/memory.h"
#include "launcher/settings/settings.h"
#include "launcher/settings/value_shown.h"
#include "launcher/settings/values.h"

#define NAME_BYTES_MAX 40

static const struct owned {
    const char *name;
    const char *instead;
} owned[] = {
    {"output", "raylaunch names the files: see --output-dir"},
    {"error", "raylaunch names the files: see --output-dir"},
    {"open-mode", "raylaunch always appends"},
    {"array", "raylaunch numbers the tasks itself: use --mode array"},
    {"parsable", "raylaunch reads the answer of sbatch itself"},
    {"quiet", "raylaunch reads the answer of sbatch itself"},
    {"wait", "use raylaunch's own --wait"},
    {"wrap", "the command stands behind '--'"},
    {"test-only", "use --dry-run"},
    {"clusters", "raylaunch watches one cluster: set SLURM_CONF or a profile"},
    {"ntasks", "raylaunch runs one task on each node: use --nodes"},
    {"ntasks-per-node", "raylaunch runs one task on each node: use --nodes"},
    {"tasks-per-node", "raylaunch runs one task on each node: use --nodes"},
    {"signal", "raylaunch has its own: see --warn-signal"},
};

static bool begins(const char *whole, const char *with)
{
    return strncmp(whole, with, strlen(with)) == 0;
}

/* getopt_long(3) completes names: "outp" is "output". "gpus" is one in its own right.
 */
static bool would_be(const char *name, const char *long_name)
{
    return begins(long_name, name) && (strcmp(name, "gpus") != 0 || !long_name[4]);
}

static void flag_of(enum setting key, char flag[NAME_BYTES_MAX])
{
    size_t i = 0;

    for (const char *c = setting_spec(key)->name; *c && i + 1 < NAME_BYTES_MAX; c++)
        flag[i++] = *c == '_' ? '-' : *c;
    flag[i] = '\0';
}

static int refuse_settings(const char *name, bool has_value, struct error *err)
{
    char flag[NAME_BYTES_MAX];

    if (would_be(name, "no-requeue"))
        return error_set(
            err, ERROR_INPUT,
            "sbatch option '%s' has a setting of its own: use --no-requeue", name);
    for (size_t i = SETTING_JOB_NAME; i < SETTING_SBATCH; i++) {
        flag_of((enum setting)i, flag);
        /* exclusive=user and the like are more than our switch can say */
        if (!would_be(name, flag) || (i == SETTING_EXCLUSIVE && has_value))
            continue;
        return error_set(err, ERROR_INPUT,
                         "sbatch option '%s' has a setting of its own: use --%s", name,
                         flag);
    }
    return 0;
}

static int check_name(const char *text, const char *name, bool has_value,
                      struct error *err)
{
    cleanup_free char *shown = value_shown(text);

    if (strlen(name) < 2 || strlen(name) > NAME_BYTES_MAX ||
        !islower((unsigned char)*name))
        return error_set(err, ERROR_INPUT,
                         "'%s' is no sbatch option: write its long name, NAME or "
                         "NAME=VALUE",
                         shown);
    for (const char *c = name; *c; c++) {
        if (!islower((unsigned char)*c) && !isdigit((unsigned char)*c) && *c != '-')
            return error_set(err, ERROR_INPUT,
                             "'%s' is no sbatch option: write NAME or NAME=VALUE",
                             shown);
    }
    for (size_t i = 0; i < sizeof owned / sizeof *owned; i++) {
        if (would_be(name, owned[i].name))
            return error_set(err, ERROR_INPUT,
                             "sbatch option '%s' belongs to raylaunch: %s", name,
                             owned[i].instead);
    }
    return refuse_settings(name, has_value, err);
}

int sbatch_option_check(const char *text, char **ret_option, struct error *err)
{
    const char *option = begins(text, "--") ? text + 2 : text;
    cleanup_free char *name = xstrdup(option);
    char *equals = strchr(name, '=');

    if (equals)
        *equals = '\0';
    if (check_name(text, name, equals != NULL, err) < 0)
        return -1;
    for (const char *c = option; *c; c++) {
        if ((unsigned char)*c < 0x20 || *c == 0x7F)
            return error_set(
                err, ERROR_INPUT,
                "the value of sbatch option '%s' holds a control character", name);
    }
    *ret_option = xstrdup(option);
    return 0;
}

#include <ctype.h>
#include <stdio.h>
#include <string.h>

#include "launcher/common/text/near.h"
#include "launcher/help/help.h"
#include "launcher/settings/store.h"

/* The table's bare type words become strings here, beside its choice lists. */
#define TEXT "TEXT"
#define LIST "LIST"
#define INTEGER "INTEGER"
#define SWITCH "SWITCH"
#define TIME "TIME"
#define MEMORY "MEMORY"
#define SECONDS "SECONDS"
#define MAP "MAP"

static const struct setting_spec specs[SETTING_COUNT] = {
#define SETTING_SPEC(id, name, alias, type, fallback, argument) \
    [SETTING_##id] = {name, alias, type, fallback, argument},
    SETTINGS_TABLE(SETTING_SPEC)
#undef SETTING_SPEC
};

#define SETTING_NAME_MAX 64

const struct setting_spec *setting_spec(enum setting key)
{
    return &specs[key];
}

bool setting_runs_code(enum setting key)
{
    static const bool runs[SETTING_COUNT] = {
#define SETTING_RUNS(id) [SETTING_##id] = true,
        SETTINGS_RUN_CODE(SETTING_RUNS)
#undef SETTING_RUNS
    };

    return runs[key];
}

const char *setting_help(enum setting key)
{
    return help_text(help_find("settings"), specs[key].name);
}

enum value_type setting_type(enum setting key)
{
    static const struct {
        const char *word;
        enum value_type type;
    } words[] = {
        {TEXT, VALUE_TEXT},       {LIST, VALUE_LIST}, {INTEGER, VALUE_INTEGER},
        {SWITCH, VALUE_SWITCH},   {TIME, VALUE_TIME}, {MEMORY, VALUE_MEMORY},
        {SECONDS, VALUE_SECONDS}, {MAP, VALUE_MAP},
    };

    for (size_t i = 0; i < sizeof words / sizeof *words; i++) {
        if (strcmp(specs[key].type, words[i].word) == 0)
            return words[i].type;
    }
    return VALUE_CHOICE;
}

/* One spelling for all: '-' and '.' become '_', and cpusPerTask becomes cpus_per_task.
 * False: longer than any name. */
static bool fold(const char *name, char folded[SETTING_NAME_MAX])
{
    size_t used = 0;

    for (const char *c = name; *c; c++) {
        bool is_hump = isupper((unsigned char)*c) && c != name &&
                       (islower((unsigned char)c[-1]) || isdigit((unsigned char)c[-1]));
        if (used + 3 > SETTING_NAME_MAX)
            return false;
        if (is_hump)
            folded[used++] = '_';
        folded[used++] = *c == '-' || *c == '.' ? '_'
                         : is_hump              ? (char)tolower((unsigned char)*c)
                                                : *c;
    }
    folded[used] = '\0';
    return true;
}

static bool is_name_of(enum setting key, const char *folded)
{
    static const char slurm[] = "slurm_";
    const char *alias = specs[key].alias;
    char name[SETTING_NAME_MAX];

    if (fold(specs[key].name, name) && strcmp(folded, name) == 0)
        return true;
    if (!*alias)
        return false;
    if (strcmp(folded, alias) == 0)
        return true;
    /* A SlurmConfig has the same names without the prefix. */
    return strncmp(alias, slurm, sizeof slurm - 1) == 0 &&
           strcmp(folded, alias + sizeof slurm - 1) == 0;
}

bool setting_from_name(const char *name, enum setting *ret_key)
{
    static const char hydra[] = "hydra.launcher.";
    char folded[SETTING_NAME_MAX];

    if (strncmp(name, hydra, sizeof hydra - 1) == 0)
        name += sizeof hydra - 1;
    if (!fold(name, folded))
        return false;
    for (size_t i = 0; i < SETTING_COUNT; i++) {
        if (is_name_of((enum setting)i, folded)) {
            *ret_key = (enum setting)i;
            return true;
        }
    }
    return false;
}

const char *setting_nearest(const char *name)
{
    const char *names[2 * SETTING_COUNT];
    size_t count = 0;

    for (size_t i = 0; i < SETTING_COUNT; i++)
        names[count++] = specs[i].name;
    for (size_t i = 0; i < SETTING_COUNT; i++) {
        if (*specs[i].alias)
            names[count++] = specs[i].alias;
    }
    return near_name(name, names, count);
}

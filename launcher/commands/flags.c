#include "launcher/commands/flags.h"

#include <stdlib.h>
#include <string.h>

#include "launcher/common/memory.h"

#define FLAGS_MAX 200

/* What one flag sets. */
struct meaning {
    enum setting key;
    const char *value; /* NULL: the flag's own value */
};

static struct option_spec all_flags[FLAGS_MAX + 1];
static struct option_spec sweep_flags[FLAGS_MAX + 1];
static struct meaning meanings[FLAGS_MAX];

static char letter_of(enum setting key)
{
    /* sbatch's own letters */
    static const struct {
        enum setting key;
        char letter;
    } letters[] = {
        {SETTING_NODES, 'N'},      {SETTING_CPUS_PER_TASK, 'c'},
        {SETTING_TIME, 't'},       {SETTING_PARTITION, 'p'},
        {SETTING_ACCOUNT, 'A'},    {SETTING_QOS, 'q'},
        {SETTING_CONSTRAINT, 'C'}, {SETTING_JOB_NAME, 'J'},
        {SETTING_DEPENDENCY, 'd'}, {SETTING_NODELIST, 'w'},
        {SETTING_EXCLUDE, 'x'},    {SETTING_OUTPUT_DIR, 'o'},
    };

    for (size_t i = 0; i < sizeof letters / sizeof *letters; i++) {
        if (letters[i].key == key)
            return letters[i].letter;
    }
    return 0;
}

static bool concerns_sweep(enum setting key)
{
    static const enum setting keys[] = {
        SETTING_SCHEDULER,      SETTING_OUTPUT_DIR,   SETTING_POLL, SETTING_FS_GRACE,
        SETTING_METRIC,         SETTING_DIRECTION,    SETTING_PICK, SETTING_ARCHIVE,
        SETTING_REQUIRE_RESULT, SETTING_WAIT_TIMEOUT,
    };

    for (size_t i = 0; i < sizeof keys / sizeof *keys; i++) {
        if (keys[i] == key)
            return true;
    }
    return false;
}

/* Settings whose option had another name before: their alias is one, too. */
static bool was_renamed(enum setting key)
{
    return key == SETTING_DIRECTION || key == SETTING_OBJECT_STORE_MEMORY ||
           key == SETTING_TEMP_DIR;
}

static void add_flag(size_t *count, struct option_spec spec, struct meaning meaning)
{
    spec.id = FLAG_FIRST + (int)*count;
    meanings[*count] = meaning;
    all_flags[(*count)++] = spec;
}

static char *flag_name(const char *prefix, const char *key)
{
    char *name = xasprintf("%s%s", prefix, key);

    for (char *c = name; *c; c++) {
        if (*c == '_' || *c == '.')
            *c = '-';
    }
    return name;
}

static void make_tables(void)
{
    size_t count = 0;
    size_t n_sweep = 0;

    for (int key = 0; key < SETTING_COUNT; key++) {
        const struct setting_spec *spec = setting_spec((enum setting)key);
        bool is_switch = strcmp(spec->type, "SWITCH") == 0;
        struct option_spec option = {.name = flag_name("", spec->name),
                                     .letter = letter_of((enum setting)key),
                                     .argument = is_switch ? NULL : spec->argument};
        add_flag(&count, option,
                 (struct meaning){(enum setting)key, is_switch ? "yes" : NULL});
        if (was_renamed((enum setting)key)) {
            option.name = flag_name("", spec->alias);
            option.letter = 0;
            option.is_hidden = true;
            add_flag(&count, option, (struct meaning){(enum setting)key, NULL});
        }
        if (is_switch)
            add_flag(&count,
                     (struct option_spec){.name = flag_name("no-", spec->name),
                                          .is_hidden = true},
                     (struct meaning){(enum setting)key, "no"});
    }
    add_flag(&count, (struct option_spec){.name = "shared"},
             (struct meaning){SETTING_EXCLUSIVE, "no"});
    add_flag(&count, (struct option_spec){.name = "no-ray"},
             (struct meaning){SETTING_TEMPLATE, TEMPLATE_PLAIN});
    for (size_t i = 0; i < count; i++) {
        if (concerns_sweep(meanings[i].key))
            sweep_flags[n_sweep++] = all_flags[i];
    }
}

const struct option_spec *flags_table(bool is_all)
{
    if (!all_flags[0].name)
        make_tables();
    return is_all ? all_flags : sweep_flags;
}

int flag_list_add(struct flag_list *list, const struct option_spec *option,
                  const char *value, struct error *err)
{
    (void)err;
    list->items = xgrow(list->items, list->count, &list->cap, sizeof *list->items);
    list->items[list->count++] = (struct flag){option, value ? xstrdup(value) : NULL};
    return 0;
}

int flag_list_apply(const struct flag_list *list, struct settings *settings,
                    struct error *err)
{
    for (size_t i = 0; i < list->count; i++) {
        const struct flag *flag = &list->items[i];
        const struct meaning *meaning = &meanings[flag->option->id - FLAG_FIRST];
        cleanup_free char *origin = xasprintf("flag --%s", flag->option->name);
        if (settings_set(settings, meaning->key,
                         meaning->value ? meaning->value : flag->value, RANK_FLAG,
                         origin, err) < 0)
            return -1;
    }
    return 0;
}

void flag_list_release(struct flag_list *list)
{
    for (size_t i = 0; i < list->count; i++)
        free(list->items[i].value);
    free(list->items);
    *list = (struct flag_list){0};
}

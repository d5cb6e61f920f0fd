#include "launcher/settings/settings.h"

#include <stdlib.h>
#include <string.h>

#include "launcher/common/memory.h"
#include "launcher/settings/store.h"
#include "launcher/settings/values.h"

struct value {
    char *text;        /* owned; NULL: not set */
    struct words list; /* LIST and MAP */
    char *origin;      /* owned */
    long long number;  /* what value_check() made of it */
    enum setting_rank rank;
};

struct settings {
    struct value values[SETTING_COUNT];
    char *profile; /* owned */
};

static bool is_list(enum setting key)
{
    return setting_type(key) == VALUE_LIST || setting_type(key) == VALUE_MAP;
}

struct settings *settings_new(void)
{
    struct settings *settings = xcalloc(1, sizeof *settings);
    struct error err = {0};

    for (size_t i = 0; i < SETTING_COUNT; i++) {
        const char *fallback = setting_spec((enum setting)i)->fallback;
        settings->values[i].origin = xstrdup("built-in");
        /* The table's own values are checked by a unit test. */
        if (fallback)
            settings_set(settings, (enum setting)i, fallback, RANK_BUILT_IN, "built-in",
                         &err);
    }
    settings->profile = xstrdup("");
    return settings;
}

void settings_free(struct settings *settings)
{
    if (!settings)
        return;
    for (size_t i = 0; i < SETTING_COUNT; i++) {
        free(settings->values[i].text);
        free(settings->values[i].origin);
        words_release(&settings->values[i].list);
    }
    free(settings->profile);
    free(settings);
}

struct settings *settings_copy(const struct settings *settings)
{
    struct settings *copy = xcalloc(1, sizeof *copy);

    for (size_t i = 0; i < SETTING_COUNT; i++) {
        const struct value *from = &settings->values[i];
        struct value *to = &copy->values[i];
        to->text = from->text ? xstrdup(from->text) : NULL;
        words_copy(&to->list, &from->list);
        to->origin = xstrdup(from->origin);
        to->number = from->number;
        to->rank = from->rank;
    }
    copy->profile = xstrdup(settings->profile);
    return copy;
}

enum error_kind settings_error_kind(enum setting_rank rank)
{
    return rank >= RANK_SBATCH_ENV ? ERROR_USAGE : ERROR_INPUT;
}

static void set_origin(struct value *value, const char *origin, enum setting_rank rank)
{
    xreplace(&value->origin, origin);
    value->rank = rank;
}

void settings_clear_list(struct settings *settings, enum setting key,
                         enum setting_rank rank, const char *origin)
{
    struct value *value = &settings->values[key];

    if (rank < value->rank)
        return;
    words_release(&value->list);
    set_origin(value, origin, rank);
}

/* NAME=… replaces an earlier NAME=…: true if there was one. */
static bool replace_variable(struct words *list, char *item)
{
    size_t size = strcspn(item, "=") + 1;

    for (size_t i = 0; i < list->count; i++) {
        if (strncmp(list->items[i], item, size) == 0) {
            free(list->items[i]);
            list->items[i] = item;
            return true;
        }
    }
    return false;
}

static void add_item(struct settings *settings, enum setting key, char *item,
                     enum setting_rank rank, const char *origin)
{
    struct value *value = &settings->values[key];
    bool is_appended =
        key == SETTING_SETUP && rank == RANK_FLAG && value->list.count > 0;

    if (rank > value->rank && is_appended) {
        cleanup_free char *both = xasprintf("%s, %s", value->origin, origin);
        set_origin(value, both, rank);
    } else if (rank > value->rank) {
        settings_clear_list(settings, key, rank, origin);
    }
    if (setting_type(key) != VALUE_MAP || !replace_variable(&value->list, item))
        words_take(&value->list, item);
}

static void set_one(struct value *value, char *text, long long number,
                    enum setting_rank rank, const char *origin)
{
    free(value->text);
    value->text = text;
    value->number = number;
    set_origin(value, origin, rank);
}

/* Files can hold any key, so the message names it; flags and variables are keys. */
static int prefix_origin(enum setting key, enum setting_rank rank, const char *origin,
                         struct error *err)
{
    if (err)
        err->kind = settings_error_kind(rank);
    if (rank >= RANK_SBATCH_ENV)
        return error_prefix(err, "%s", origin);
    return error_prefix(err, "%s: '%s'", origin, setting_spec(key)->name);
}

int settings_set(struct settings *settings, enum setting key, const char *value,
                 enum setting_rank rank, const char *origin, struct error *err)
{
    cleanup_free char *text = NULL;
    long long number = 0;
    /* What has no built-in value can be unset again: `account: ""`. */
    bool is_unset = !*value && !is_list(key) && !setting_spec(key)->fallback;

    if (!is_unset && value_check(key, value, &text, &number, err) < 0)
        return prefix_origin(key, rank, origin, err);
    if (rank < settings->values[key].rank)
        return 0;
    if (is_list(key))
        add_item(settings, key, steal(&text), rank, origin);
    else
        set_one(&settings->values[key], steal(&text), number, rank, origin);
    return 0;
}

const char *settings_text(const struct settings *settings, enum setting key)
{
    const char *text = settings->values[key].text;

    return text ? text : "";
}

bool settings_chose(const struct settings *settings, enum choice choice)
{
    static const struct {
        enum setting key;
        const char *word;
    } choices[CHOICE_COUNT] = {
#define CHOICE_ROW(key, id, word) [CHOICE_##key##_##id] = {SETTING_##key, word},
        CHOICES_TABLE(CHOICE_ROW)
#undef CHOICE_ROW
    };

    return strcmp(settings_text(settings, choices[choice].key), choices[choice].word) ==
           0;
}

static long long number_or(const struct settings *settings, enum setting key,
                           long long fallback)
{
    return settings_is_set(settings, key) ? settings->values[key].number : fallback;
}

long long settings_integer(const struct settings *settings, enum setting key)
{
    return number_or(settings, key, -1);
}

bool settings_switch(const struct settings *settings, enum setting key)
{
    return number_or(settings, key, 0) != 0;
}

const struct words *settings_list(const struct settings *settings, enum setting key)
{
    return &settings->values[key].list;
}

long long settings_minutes(const struct settings *settings, enum setting key)
{
    return number_or(settings, key, 0);
}

long long settings_mib(const struct settings *settings, enum setting key)
{
    return number_or(settings, key, 0);
}

bool settings_is_set(const struct settings *settings, enum setting key)
{
    const struct value *value = &settings->values[key];

    return is_list(key) ? value->list.count > 0 : value->text && *value->text;
}

bool settings_is_asked(const struct settings *settings, enum setting key)
{
    return settings->values[key].rank > RANK_BUILT_IN;
}

const char *settings_origin(const struct settings *settings, enum setting key)
{
    return settings->values[key].origin;
}

enum setting_rank settings_rank(const struct settings *settings, enum setting key)
{
    return settings->values[key].rank;
}

const char *settings_profile(const struct settings *settings)
{
    return settings->profile;
}

void settings_set_profile(struct settings *settings, const char *profile)
{
    xreplace(&settings->profile, profile);
}

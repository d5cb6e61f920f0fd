#include "launcher/settings/apply.h"

#include <stdarg.h>
#include <string.h>

#include "launcher/common/memory.h"
#include "launcher/settings/launcher_file.h"
#include "launcher/settings/store.h"
#include "launcher/settings/value_shown.h"
#include "launcher/settings/values.h"

#define PREFIX_MAX 200 /* bytes; no setting has so long a name */

struct applier {
    struct settings *settings;
    const struct apply_from *from;
    const char *seen[SETTING_COUNT]; /* borrowed: the spelling that was met */
    struct error *err;
};

int apply_fail(const char *source, int line, struct error *err, const char *format, ...)
{
    va_list args;

    va_start(args, format);
    cleanup_free char *text = xvasprintf(format, args);
    va_end(args);
    cleanup_free char *place = tree_place(source, line);
    return error_set(err, ERROR_INPUT, "%s: %s", place, text);
}

static char *origin_of(const struct applier *applier, int line)
{
    cleanup_free char *place = tree_place(applier->from->source, line);

    if (applier->from->profile)
        return xasprintf("%s (profile %s)", place, applier->from->profile);
    return steal(&place);
}

static int set(struct applier *applier, enum setting key, int line, const char *text)
{
    cleanup_free char *origin = origin_of(applier, line);

    return settings_set(applier->settings, key, text, applier->from->rank, origin,
                        applier->err);
}

static int set_variable(struct applier *applier, enum setting key,
                        const struct tree *map, size_t i)
{
    const struct tree *child = map->children[i];

    if (child->kind == TREE_NULL && key == SETTING_SBATCH)
        return set(applier, key, map->key_lines[i], map->keys[i]);
    if (child->kind != TREE_SCALAR && child->kind != TREE_NULL)
        return apply_fail(applier->from->source, map->key_lines[i], applier->err,
                          "'%s' in '%s' takes one text", map->keys[i],
                          setting_spec(key)->name);
    cleanup_free char *item =
        xasprintf("%s=%s", map->keys[i], child->kind == TREE_NULL ? "" : child->text);
    return set(applier, key, map->key_lines[i], item);
}

static int set_items(struct applier *applier, enum setting key, const struct tree *list)
{
    for (size_t i = 0; i < list->count; i++) {
        const struct tree *item = list->children[i];
        if (item->kind != TREE_SCALAR)
            return apply_fail(
                applier->from->source, item->line, applier->err,
                "'%s' takes a list of texts (a text that holds ': ' needs "
                "quotes)",
                setting_spec(key)->name);
        if (set(applier, key, item->line, item->text) < 0)
            return -1;
    }
    return 0;
}

static int set_list(struct applier *applier, enum setting key, int line,
                    const struct tree *value)
{
    bool takes_map = setting_type(key) == VALUE_MAP || key == SETTING_SBATCH;
    cleanup_free char *origin = origin_of(applier, line);

    if (value->kind == TREE_MAP && !takes_map)
        return apply_fail(applier->from->source, line, applier->err,
                          "'%s' takes a list of texts (a text that holds ': ' needs "
                          "quotes)",
                          setting_spec(key)->name);
    settings_clear_list(applier->settings, key, applier->from->rank, origin);
    if (value->kind == TREE_SCALAR)
        return set(applier, key, value->line, value->text);
    if (value->kind == TREE_LIST)
        return set_items(applier, key, value);
    for (size_t i = 0; i < value->count; i++) {
        if (set_variable(applier, key, value, i) < 0)
            return -1;
    }
    return 0;
}

static int fail_doubted(struct applier *applier, const char *name, int line)
{
    cleanup_free char *place = tree_place(applier->from->source, line);

    return error_set(applier->err, ERROR_POLICY, "%s: '%s' would run as you, but %s",
                     place, name, applier->from->doubt);
}

static int set_value(struct applier *applier, enum setting key, const char *name,
                     int line, const struct tree *value)
{
    enum value_type type = setting_type(key);

    if (applier->seen[key])
        return apply_fail(applier->from->source, line, applier->err,
                          "'%s' is the same setting as '%s' above: keep one", name,
                          applier->seen[key]);
    applier->seen[key] = setting_spec(key)->name;
    if (value->kind == TREE_NULL)
        return 0;
    if (applier->from->doubt && setting_runs_code(key))
        return fail_doubted(applier, name, line);
    if (type == VALUE_LIST || type == VALUE_MAP)
        return set_list(applier, key, line, value);
    if (value->kind != TREE_SCALAR)
        return apply_fail(applier->from->source, line, applier->err,
                          "'%s' takes one value, not a list", name);
    return set(applier, key, line, value->text);
}

/* Where a key that is no setting may stand, or NULL. */
static const char *place_of(const char *name)
{
    static const struct {
        const char *key;
        const char *place;
    } elsewhere[] = {
        {"params", "a sweep file (--file)"},   {"grid", "a sweep file (--file)"},
        {"points", "a sweep file (--file)"},   {"command", "a sweep file (--file)"},
        {"profile", "a sweep file (--file)"},  {"profiles", "raylaunch.yaml"},
        {"default_profile", "raylaunch.yaml"},
    };

    for (size_t i = 0; i < sizeof elsewhere / sizeof *elsewhere; i++) {
        if (strcmp(elsewhere[i].key, name) == 0)
            return elsewhere[i].place;
    }
    return NULL;
}

static int fail_unknown(struct applier *applier, const char *name, int line)
{
    cleanup_free char *shown = value_shown(name);
    const char *place = place_of(name);
    const char *near = setting_nearest(name);

    if (place)
        return apply_fail(applier->from->source, line, applier->err,
                          "key '%s' belongs in %s", name, place);
    if (!near)
        return apply_fail(applier->from->source, line, applier->err,
                          "unknown key '%s' ('raylaunch config' lists them)", shown);
    return apply_fail(applier->from->source, line, applier->err,
                      "unknown key '%s' (did you mean '%s'?)", shown, near);
}

static bool is_listed(const char *const *names, const char *name)
{
    for (; names && *names; names++) {
        if (strcmp(*names, name) == 0)
            return true;
    }
    return false;
}

/* Depth is bounded by LIMIT_DEPTH of the tree. */
static int apply_below(struct applier *applier, const struct tree *map,
                       const char *prefix)
{
    bool is_launcher = !*prefix && launcher_file_is(map);

    for (size_t i = 0; i < map->count; i++) {
        cleanup_free char *name = xasprintf("%s%s", prefix, map->keys[i]);
        const struct tree *value = map->children[i];
        enum setting key = SETTING_COUNT;
        if ((!*prefix && is_listed(applier->from->other_keys, name)) ||
            (is_launcher && launcher_file_ignores(name)))
            continue;
        bool is_known = setting_from_name(name, &key);
        bool is_list = is_known && (setting_type(key) == VALUE_LIST ||
                                    setting_type(key) == VALUE_MAP);
        if (value->kind == TREE_MAP && !is_list) {
            cleanup_free char *below = xasprintf("%s.", name);
            if (value->count == 0 || strlen(below) > PREFIX_MAX || place_of(name))
                return fail_unknown(applier, name, map->key_lines[i]);
            if (apply_below(applier, value, below) < 0)
                return -1;
        } else if (!is_known) {
            return fail_unknown(applier, name, map->key_lines[i]);
        } else if (set_value(applier, key, name, map->key_lines[i], value) < 0) {
            return -1;
        }
    }
    return 0;
}

int apply_map(struct settings *settings, const struct tree *map,
              const struct apply_from *from, struct error *err)
{
    struct applier applier = {.settings = settings, .from = from, .err = err};

    if (map->kind == TREE_NULL)
        return 0;
    if (map->kind != TREE_MAP)
        return apply_fail(from->source, map->line, err,
                          "settings are written as 'key: value' lines");
    return apply_below(&applier, map, "");
}

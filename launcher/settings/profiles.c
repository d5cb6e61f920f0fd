#include "launcher/settings/profiles.h"

#include <string.h>

#include "launcher/common/memory.h"
#include "launcher/common/text/near.h"
#include "launcher/settings/apply.h"
#include "launcher/settings/store.h"
#include "launcher/settings/value_shown.h"
#include "launcher/settings/values.h"

static int check_shape(const struct layer *layer, struct error *err)
{
    const struct tree *profiles = tree_get(layer->tree, "profiles");
    const struct tree *named = tree_get(layer->tree, "default_profile");

    if (named && named->kind != TREE_SCALAR && named->kind != TREE_NULL)
        return apply_fail(layer->source, named->line, err,
                          "'default_profile' takes one name");
    if (!profiles || profiles->kind == TREE_NULL)
        return 0;
    if (profiles->kind != TREE_MAP)
        return apply_fail(layer->source, profiles->line, err,
                          "'profiles' takes names, each with settings below it");
    for (size_t i = 0; i < profiles->count; i++) {
        struct apply_from from = {.source = layer->source,
                                  .profile = profiles->keys[i],
                                  .rank = RANK_PROFILE};
        struct settings *trial = settings_new();
        int rc = apply_map(trial, profiles->children[i], &from, err);
        settings_free(trial);
        if (rc < 0)
            return -1;
    }
    return 0;
}

static const struct layer *find(const struct layers *layers, const char *name)
{
    for (size_t i = layers->count; i > 0; i--) {
        if (tree_get(tree_get(layers->items[i - 1].tree, "profiles"), name))
            return &layers->items[i - 1];
    }
    return NULL;
}

static void add_names(const struct layers *layers, struct words *names)
{
    for (size_t i = 0; i < layers->count; i++) {
        const struct tree *profiles = tree_get(layers->items[i].tree, "profiles");
        for (size_t k = 0; profiles && k < profiles->count; k++) {
            if (profiles->kind == TREE_MAP && !words_has(names, profiles->keys[k]))
                words_add(names, profiles->keys[k]);
        }
    }
}

static int fail_unknown(const struct layers *layers,
                        const struct profile_choice *choice, struct error *err)
{
    cleanup_words struct words names = {0};
    cleanup_free char *shown = value_shown(choice->name);
    cleanup_text struct text known = {0};

    add_names(layers, &names);
    if (names.count == 0)
        return error_set(err, choice->kind,
                         "%s: no profile '%s': no configuration file has 'profiles:'",
                         choice->origin, shown);
    const char *const *items = (const char *const *)names.items;
    const char *near = near_name(choice->name, items, names.count);
    for (size_t i = 0; i < names.count; i++)
        text_addf(&known, "%s%s", i ? ", " : "", names.items[i]);
    if (near)
        return error_set(err, choice->kind, "%s: no profile '%s' (did you mean '%s'?)",
                         choice->origin, shown, near);
    return error_set(err, choice->kind, "%s: no profile '%s': there are %s",
                     choice->origin, shown, text_string(&known));
}

static int apply_named(const struct layers *layers, const struct profile_choice *choice,
                       struct settings *settings, struct error *err)
{
    const struct layer *layer = find(layers, choice->name);

    if (!layer)
        return fail_unknown(layers, choice, err);
    struct apply_from from = {.source = layer->source,
                              .profile = choice->name,
                              .doubt = layer->doubt,
                              .rank = RANK_PROFILE};
    settings_set_profile(settings, choice->name);
    return apply_map(settings,
                     tree_get(tree_get(layer->tree, "profiles"), choice->name), &from,
                     err);
}

static int apply_default(const struct layers *layers, struct settings *settings,
                         struct error *err)
{
    for (size_t i = layers->count; i > 0; i--) {
        const struct layer *layer = &layers->items[i - 1];
        const struct tree *named = tree_get(layer->tree, "default_profile");
        if (!named || named->kind == TREE_NULL)
            continue;
        cleanup_free char *origin = tree_place(layer->source, named->line);
        struct profile_choice choice = {
            .name = named->text, .origin = origin, .kind = ERROR_INPUT};
        return *named->text ? apply_named(layers, &choice, settings, err) : 0;
    }
    return 0;
}

int profiles_apply(const struct layers *layers, const struct profile_choice *choice,
                   struct settings *settings, struct error *err)
{
    for (size_t i = 0; i < layers->count; i++) {
        if (check_shape(&layers->items[i], err) < 0)
            return -1;
    }
    if (choice->name && *choice->name)
        return apply_named(layers, choice, settings, err);
    return apply_default(layers, settings, err);
}

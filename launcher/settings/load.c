/* load.c - all layers of settings in their order (settings.h) */
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "launcher/common/memory.h"
#include "launcher/common/trees/tree_load.h"
#include "launcher/settings/apply.h"
#include "launcher/settings/environment.h"
#include "launcher/settings/layers.h"
#include "launcher/settings/profiles.h"
#include "launcher/settings/settings.h"
#include "launcher/settings/sweep_file.h"
#include "launcher/settings/trust.h"

/* The nearest wins: flag, environment, sweep file, `default_profile`. */
static int choose_profile(const struct settings_request *request,
                          const struct tree *sweep, char **ret_origin,
                          struct profile_choice *ret_choice, struct error *err)
{
    const char *variable = getenv("RAYLAUNCH_SET_PROFILE");
    const struct tree *named = tree_get(sweep, "profile");

    if (request->profile) {
        *ret_choice =
            (struct profile_choice){request->profile, "flag --profile", ERROR_USAGE};
    } else if (variable) {
        *ret_choice = (struct profile_choice){
            variable, "environment RAYLAUNCH_SET_PROFILE", ERROR_USAGE};
    } else if (named && named->kind != TREE_NULL) {
        if (named->kind != TREE_SCALAR)
            return apply_fail(request->sweep_file, named->line, err,
                              "'profile' takes one name");
        *ret_origin = tree_place(request->sweep_file, named->line);
        *ret_choice = (struct profile_choice){named->text, *ret_origin, ERROR_INPUT};
    }
    return 0;
}

/* A file that is named is the user's choice, but for what another user put into it that
 * would run. */
static int apply_sweep(const struct settings_request *request, const struct tree *sweep,
                       const char *doubt, struct settings *settings,
                       struct sweep_file *ret_file, struct error *err)
{
    struct apply_from from = {.source = request->sweep_file,
                              .doubt = doubt,
                              .rank = RANK_SWEEP_FILE,
                              .other_keys = sweep_file_keys};

    if (doubt && tree_get(sweep, "command"))
        return error_set(err, ERROR_POLICY, "%s: its command would run as you, but %s",
                         request->sweep_file, doubt);
    if (apply_map(settings, sweep, &from, err) < 0)
        return -1;
    return sweep_file_read(sweep, request->sweep_file, ret_file, err);
}

static int load_layers(struct settings *settings,
                       const struct settings_request *request,
                       const struct layers *layers, const struct tree *sweep,
                       struct error *err)
{
    struct profile_choice choice = {0};
    cleanup_free char *origin = NULL;

    if (choose_profile(request, sweep, &origin, &choice, err) < 0 ||
        layers_apply(layers, settings, err) < 0)
        return -1;
    return profiles_apply(layers, &choice, settings, err);
}

static void add_doubts(const struct layers *layers, struct words *warnings)
{
    for (size_t i = 0; i < layers->count; i++) {
        if (layers->items[i].doubt)
            words_addf(warnings,
                       "%s (what it says is read, but nothing that runs code)",
                       layers->items[i].doubt);
    }
}

int settings_load(struct settings *settings, const struct settings_request *request,
                  struct sweep_file *ret_file, struct error *err)
{
    struct layers layers __attribute__((cleanup(layers_release))) = {0};
    cleanup_tree struct tree *sweep = NULL;
    cleanup_free char *doubt = NULL;
    struct sweep_file file = {0};

    if (!request->no_config && layers_load(&layers, err) < 0)
        return -1;
    if (request->warnings)
        add_doubts(&layers, request->warnings);
    if (request->sweep_file) {
        sweep = trust_load(request->sweep_file, (uid_t)-1, false, &doubt, err);
        if (!sweep)
            return -1;
    }
    if (load_layers(settings, request, &layers, sweep, err) < 0 ||
        (sweep && apply_sweep(request, sweep, doubt, settings, &file, err) < 0))
        return -1;
    if (environment_apply(environ, settings, err) < 0) {
        sweep_file_release(&file);
        return -1;
    }
    if (ret_file)
        *ret_file = file;
    else
        sweep_file_release(&file);
    return 0;
}

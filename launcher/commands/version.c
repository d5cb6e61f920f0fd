
#include "collector/archive/bundle.h"
#include "launcher/commands/command.h"

static const struct option_spec verb_version_options[] = {{0}};

static int verb_version_run(struct invocation *in, struct error *err)
{
    cleanup_text struct text text = {0};

    if (in->json)
        text_addf(&text, "{\"type\":\"version\",\"version\":\"%s\",\"archive\":%s}\n",
                  RAYLAUNCH_VERSION, bundle_is_built_in() ? "true" : "false");
    else
        text_addf(&text, "raylaunch %s%s\n", RAYLAUNCH_VERSION,
                  bundle_is_built_in() ? "" : " (built without libarchive)");
    return print_text(&text, err);
}

const struct command verb_version = {
    .name = "version",
    .options = verb_version_options,
    .scope = SCOPE_NONE,
    .run = verb_version_run,
};

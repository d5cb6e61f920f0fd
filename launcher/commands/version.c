/* version.c - the verb `version` */
#include "collector/archive/bundle.h"
#include "launcher/commands/command.h"
#include "launcher/common/trees/json_write.h"

static const struct option_spec verb_version_options[] = {{0}};

static int verb_version_run(struct invocation *in, struct error *err)
{
    cleanup_text struct text text = {0};

    if (in->json) {
        struct json_writer json;
        jsonwrite_line(&json, "version", &text);
        jsonwrite_string(&json, "version", RAYLAUNCH_VERSION);
        jsonwrite_boolean(&json, "archive", bundle_is_built_in());
        jsonwrite_line_end(&json);
    } else {
        text_addf(&text, "raylaunch %s%s\n", RAYLAUNCH_VERSION,
                  bundle_is_built_in() ? "" : " (built without libarchive)");
    }
    return print_text(&text, err);
}

const struct command verb_version = {
    .name = "version",
    .options = verb_version_options,
    .scope = SCOPE_NONE,
    .run = verb_version_run,
};

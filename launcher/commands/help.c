#include <string.h>

#include "launcher/commands/command.h"

static const struct option_spec options[] = {{0}};

static int run(struct invocation *in, struct error *err)
{
    cleanup_text struct text text = {0};

    if (in->rest.count == 0) {
        commands_add_help(&text);
        return print_text(&text, err);
    }
    const struct command *command = command_find(in->rest.items[0]);
    if (!command)
        return error_set(err, ERROR_USAGE, "unknown verb '%s'; see `raylaunch help`",
                         in->rest.items[0]);
    command_add_help(command, &text);
    return print_text(&text, err);
}

const struct command verb_help = {
    .name = "help",
    .options = options,
    .scope = SCOPE_NONE,
    .run = run,
};

/* help.c - the verb `help` */
#include <string.h>

#include "launcher/commands/command.h"

static const struct option_spec verb_help_options[] = {{0}};

static int verb_help_run(struct invocation *in, struct error *err)
{
    cleanup_text struct text text = {0};

    if (in->rest.count == 0) {
        commands_add_help(in->verbs, &text);
        return print_text(&text, err);
    }
    const struct command *command = command_find(in->verbs, in->rest.items[0]);
    if (!command)
        return error_set(err, ERROR_USAGE, "unknown verb '%s'; see `raylaunch help`",
                         in->rest.items[0]);
    command_add_help(command, &text);
    return print_text(&text, err);
}

const struct command verb_help = {
    .name = "help",
    .options = verb_help_options,
    .scope = SCOPE_NONE,
    .run = verb_help_run,
};

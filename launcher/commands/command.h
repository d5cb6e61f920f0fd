/* command.h - a verb: one exported descriptor, one file
 *
 * To add a verb: docs/adding-a-command.md (this file, its page of help, a row in
 * launcher/verbs.c, its test). The table of verbs is handed down from there: nothing
 * here knows which verbs there are.
 */
#ifndef LAUNCHER_COMMANDS_COMMAND_H
#define LAUNCHER_COMMANDS_COMMAND_H

#include <stdbool.h>
#include <stdio.h>

#include "launcher/commands/options.h"
#include "launcher/common/error.h"
#include "launcher/common/text/text.h"
#include "launcher/settings/settings.h"

enum command_scope {
    SCOPE_NONE,  /* takes no settings */
    SCOPE_SWEEP, /* the folder and how its table looks */
    SCOPE_ALL    /* every setting */
};

/* What the command line said. */
struct invocation {
    struct settings *settings; /* owned; loaded and checked unless SCOPE_NONE */
    struct sweep_file file;    /* what --file said besides settings */
    struct words rest;         /* operands, or the entrypoint's command */
    struct words values[64];   /* by option id: values given ("" for a flag) */
    bool json, quiet, verbose;
    char *file_path;                    /* owned or NULL: --file */
    const struct command *const *verbs; /* borrowed: all of them, NULL ended */
};

struct command {
    const char *name;                  /* its help is launcher/help/<name>.txt */
    const struct option_spec *options; /* own options, ids 1…63; NULL-name ended */
    enum command_scope scope;
    int fresh_option;   /* 0 or the id of an own option with which no configuration file
                           is read */
    bool stops_at_word; /* options end at the first other word: the rest is a command */
    /* Returns an exit code (0 or 1), or -1 with err. stdout is the product. */
    int (*run)(struct invocation *in, struct error *err);
};

/* `verbs` is the table of all, NULL ended. NULL: no such verb. */
const struct command *command_find(const struct command *const *verbs,
                                   const char *name);

/* Parse, load settings, run. */
int command_run(const struct command *command, const struct command *const *verbs,
                int argc, char *const *argv, struct error *err);

void command_add_help(const struct command *command, struct text *text);
/* `raylaunch help` */
void commands_add_help(const struct command *const *verbs, struct text *text);

bool invocation_has(const struct invocation *in, int id);
const char *invocation_value(const struct invocation *in,
                             int id); /* the last one, or NULL */

/* Every option table that `command` takes, for completion and the man page: up to 3,
 * NULL ended. */
size_t command_tables(const struct command *command,
                      const struct option_spec *tables[4]);

/* A line for people on stderr, unless --quiet; "raylaunch: " is not put before it. */
void say(const struct invocation *in, const char *format, ...)
    __attribute__((format(printf, 2, 3)));

/* A warning on stderr, also with --quiet. */
void warn_user(const char *format, ...) __attribute__((format(printf, 1, 2)));

/* Each of them is one. */
void warn_of(const struct words *warnings);

/* Print to stdout what is in `text`; ERROR_FILE if stdout is gone (a full disk). On a
 * terminal control characters (but newline and tab) and marks of direction become '?'.
 */
int print_text(const struct text *text, struct error *err);

/* The same of lines for people, without what would move a terminal's cursor. */
int print_lines(const struct text *text, struct error *err);

/* The same of a text that holds escapes of ours and is clean of others'. */
int print_own(const struct text *text, struct error *err);

#endif

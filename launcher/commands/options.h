/* options.h - one table of options drives parsing, --help, the man page and completion
 *
 * What an option does is not code: help.h has the text, by the option's name.
 *
 * Names are taken whole (getopt_long's abbreviations would make every new option a
 * change of meaning). `--name=value`, `--name value`, `-N 4`, `-N4`; flags without
 * argument take no value.
 */
#ifndef LAUNCHER_COMMANDS_OPTIONS_H
#define LAUNCHER_COMMANDS_OPTIONS_H

#include <stdbool.h>
#include <stddef.h>

#include "launcher/common/error.h"
#include "launcher/common/text/text.h"
#include "launcher/help/help.h"

struct option_spec {
    const char *name;     /* without "--"; NULL ends a table */
    char letter;          /* 0 for none */
    const char *argument; /* "N"; NULL: takes none */
    int id;
    bool is_hidden; /* from help and completion */
};

/* One option seen. `value` is NULL where it takes none. */
typedef int (*option_fn)(void *context, const struct option_spec *option,
                         const char *value, struct error *err);

/* Parse `argv` against tables (each ended by a NULL name). With stop_at_word, options
 * end at the first other word; otherwise words and options may mix. A "--" always ends
 * options. What is left is appended to `rest`. ERROR_USAGE with the nearest name for an
 * unknown option. */
int options_parse(const struct option_spec *const *tables, size_t n_tables, int argc,
                  char *const *argv, bool stop_at_word, option_fn take, void *context,
                  struct words *rest, struct error *err);

/* Append the help lines of a table, "  -N, --nodes N    nodes for each point", with the
 * texts of `page`. */
void options_add_help(const struct option_spec *table, const struct help_page *page,
                      struct text *text);

/* The option of that name in the tables, or NULL. */
const struct option_spec *options_find(const struct option_spec *const *tables,
                                       size_t n_tables, const char *name, size_t size);

#endif

/* term.h - what the terminal can do, asked for stdout and stderr apart */
#ifndef LAUNCHER_COMMANDS_TERM_H
#define LAUNCHER_COMMANDS_TERM_H

#include <stdbool.h>
#include <stddef.h>

bool term_is(int fd); /* a terminal */

/* A terminal, and neither NO_COLOR (set and not empty) nor TERM=dumb says no. */
bool term_has_colour(int fd);

/* Columns: of the terminal, else $COLUMNS, else 0 (no limit). */
size_t term_columns(int fd);

#endif

/* setup_lines.h - the user's setup lines as the body of a shell function
 *
 * A line that bash surely reads as one whole command stands there as it was written;
 * any other (several lines, an open quote, words of the shell's grammar) as
 * `eval '…'`, so that nothing a line holds can change how the rest of the script is
 * read, or run before its time.
 */
#ifndef LAUNCHER_SCRIPT_SETUP_LINES_H
#define LAUNCHER_SCRIPT_SETUP_LINES_H

#include <stdbool.h>

#include "launcher/common/text/text.h"

/* Append rl_user_setup(), with a call of rl_line (templates/parts/prepare.sh) before
 * each line and at the end. Nothing, if there are no lines. */
void setup_lines_add(const struct words *lines, struct text *text);

/* Does the line stand as it is? Public for its test: a table of lines. */
bool setup_lines_is_plain(const char *line);

#endif

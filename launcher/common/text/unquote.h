/* unquote.h - a line as words, as a POSIX shell splits it, and nothing more
 *
 * Blanks and newlines part words; '…', "…" and \ group. Nothing is expanded, so what a
 * shell would act on ($ ` | ; & < > outside single quotes) is refused, not passed on.
 */
#ifndef LAUNCHER_COMMON_TEXT_UNQUOTE_H
#define LAUNCHER_COMMON_TEXT_UNQUOTE_H

#include "launcher/common/error.h"
#include "launcher/common/text/text.h"

/* Append the words of `line`. ERROR_INPUT: an open quote, or a character for a shell.
 */
int unquote_words(const char *line, struct words *ret_words, struct error *err);

#endif

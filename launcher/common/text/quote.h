/* quote.h - one string as one word of a POSIX/bash command line
 *
 * A string of safe characters stays bare; valid text goes in single quotes; a string
 * with control characters or bytes that are not UTF-8 becomes bash's $'…' with octal
 * escapes, so that a script stays printable text, holds no CR LF (sbatch refuses "DOS
 * line breaks") and gives back exactly the bytes. bash reads each form once.
 */
#ifndef LAUNCHER_COMMON_TEXT_QUOTE_H
#define LAUNCHER_COMMON_TEXT_QUOTE_H

#include "launcher/common/text/text.h"

void quote_shell(struct text *text, const char *word);
void quote_shell_words(struct text *text,
                       const struct words *words); /* one space between */

#endif

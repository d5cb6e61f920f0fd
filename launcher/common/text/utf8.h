/* utf8.h - is it UTF-8, make it UTF-8, how wide is it on a terminal */
#ifndef LAUNCHER_COMMON_TEXT_UTF8_H
#define LAUNCHER_COMMON_TEXT_UTF8_H

#include <stdbool.h>
#include <stddef.h>

#include "launcher/common/text/text.h"

/* Length in bytes (1…4) of the well-formed character at `bytes`, 0 if it is not one
 * (RFC 3629: no surrogates, nothing over U+10FFFF, no overlong forms). */
size_t utf8_char_size(const char *bytes, size_t size);

bool utf8_is_valid(const char *bytes, size_t size);

/* Append with each bad byte replaced by U+FFFD. */
void utf8_add_clean(struct text *text, const char *bytes, size_t size);

/* Append for a person's terminal: as utf8_add_clean(), and control characters (ESC too)
 * and marks of direction become '?', so that what others wrote cannot move the cursor
 * or read as something else. */
void utf8_add_printable(struct text *text, const char *bytes, size_t size);
void utf8_add_printable_lines(struct text *text, const char *bytes,
                              size_t size); /* newlines stay */

void utf8_add_terminal(struct text *text, const char *bytes,
                       size_t size); /* and tabs, too */

/* Columns on a terminal (wcwidth; what it does not know counts 1). */
size_t utf8_columns(const char *string);

#endif

/* result_string.h - one JSON string of a result, decoded */
#ifndef COLLECTOR_TABLE_RESULT_STRING_H
#define COLLECTOR_TABLE_RESULT_STRING_H

#include <stdbool.h>

#include "launcher/common/text/text.h"

/* Read the string whose opening quote is at `*at` (before `end`), and append it to
 * `text` as UTF-8: what is not, a lone surrogate (Python writes them) and NUL become
 * U+FFFD. `*at` is then behind the closing quote. False: there is no whole string. */
bool result_string_read(const char **at, const char *end, struct text *text);

#endif

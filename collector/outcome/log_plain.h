/* log_plain.h - the end of a log as text that can be compared, line by line
 *
 * Colours, links, window titles and cursor moves act on a terminal and say nothing;
 * they may stand in the middle of a word ("ValueErrorESC[0m: x"). So may NUL bytes (of
 * UTF-16, or where a file was truncated under its writer), and what a program drew over
 * with backspaces. A line can be megabytes long, and the script's words may stand
 * behind a program's that did not end its line.
 */
#ifndef COLLECTOR_OUTCOME_LOG_PLAIN_H
#define COLLECTOR_OUTCOME_LOG_PLAIN_H

#include <stddef.h>

#define LOG_PLAIN_LINE_BYTES 4096 /* of a longer line only the beginning is kept */

/* `bytes` without all of that: owned, `*ret_size` bytes. Pure. */
char *log_plain(const char *bytes, size_t size, size_t *ret_size);

/* The end of a regular file, at most `most` bytes of it, and whole lines: where one
 * line is longer than that, as far back as its beginning (16 MiB at most). Owned, to be
 * handed to log_plain(); NULL if there is no such file. */
char *log_plain_read_end(const char *path, size_t most, size_t *ret_size);

#endif

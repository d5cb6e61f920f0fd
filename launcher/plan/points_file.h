/* points_file.h - parameters from a file: one point a row
 *
 * JSONL: one object a line; a string's value is its text, a number's is its text as
 * written, true, false and null are those words, a list or an object is its JSON text;
 * {"base64":"…"} is any bytes. CSV (RFC 4180): the first row names the parameters; LF
 * or CRLF; text as written. A file named *.csv is CSV, *.jsonl, *.ndjson and *.json are
 * JSONL; any other is JSONL if it starts with '{'. UTF-8 with or without a byte order
 * mark. A FIFO can be read (bash's `<(…)`), and "-" is standard input.
 */
#ifndef LAUNCHER_PLAN_POINTS_FILE_H
#define LAUNCHER_PLAN_POINTS_FILE_H

#include <stddef.h>

#include "launcher/common/error.h"
#include "launcher/plan/file_rows.h"

/* Append the rows of a file. `path` must outlive the rows. ERROR_INPUT ("'<path>' line
 * N: …") or ERROR_FILE. */
int points_file_load(const char *path, struct file_rows *rows, struct error *err);

/* The same for text that is there already; is_csv -1: find out. Public for its fuzzer.
 */
int points_file_parse(const char *bytes, size_t size, const char *source, int is_csv,
                      struct file_rows *rows, struct error *err);

#endif

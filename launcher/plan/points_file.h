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
#include "launcher/common/map.h"
#include "launcher/common/text/text.h"
#include "launcher/plan/plan.h"

struct file_row {
    struct parameter *params; /* owned */
    size_t count, cap;
    size_t line;        /* where it starts, from 1 */
    const char *source; /* borrowed: the file's name */
};

struct file_rows {
    struct file_row *items; /* owned */
    size_t count, cap;
    struct words
        keys;         /* in the order of their first appearance; rows keep that order */
    struct map ranks; /* key -> index in keys */
};

/* Append the rows of a file. `path` must outlive the rows. ERROR_INPUT ("'<path>' line
 * N: …") or ERROR_FILE. */
int points_file_load(const char *path, struct file_rows *rows, struct error *err);

/* The same for text that is there already; is_csv -1: find out. */
int points_file_parse(const char *bytes, size_t size, const char *source, int is_csv,
                      struct file_rows *rows, struct error *err);
void points_file_release(struct file_rows *rows);

/* The two readers, behind the byte order mark. */
int csv_read(const char *bytes, size_t size, const char *source, struct file_rows *rows,
             struct error *err);
int jsonl_read(const char *bytes, size_t size, const char *source,
               struct file_rows *rows, struct error *err);

/* For the readers: a new row; one parameter of the last row (`key` and `value` are
 * taken); the last row is whole. */
void points_file_begin_row(struct file_rows *rows, const char *source, size_t line);
int points_file_add(struct file_rows *rows, char *key, char *value, struct error *err);
int points_file_end_row(struct file_rows *rows, struct error *err);

/* "'<source>' line <line>: …", ERROR_INPUT. */
int points_file_fail(const char *source, size_t line, struct error *err,
                     const char *format, ...) __attribute__((format(printf, 4, 5)));

#endif

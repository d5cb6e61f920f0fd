/* file_rows.h - the rows of files of points: one point a row, its parameters in order
 *
 * What both readers (CSV and JSON lines) make, and points_file.h gives to the plan.
 */
#ifndef LAUNCHER_PLAN_FILE_ROWS_H
#define LAUNCHER_PLAN_FILE_ROWS_H

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

/* For the readers: a new row; one parameter of the last row (`key` and `value` are
 * taken); the last row is whole. ERROR_INPUT. */
void file_rows_begin(struct file_rows *rows, const char *source, size_t line);
int file_rows_add(struct file_rows *rows, char *key, char *value, struct error *err);
int file_rows_end(struct file_rows *rows, struct error *err);
void file_rows_release(struct file_rows *rows);

/* "'<source>' line <line>: …", ERROR_INPUT. */
int file_rows_fail(const char *source, size_t line, struct error *err,
                   const char *format, ...) __attribute__((format(printf, 4, 5)));

#endif

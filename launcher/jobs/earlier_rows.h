/* earlier_rows.h - the results that a results.jsonl holds of a sweep's attempts */
#ifndef LAUNCHER_JOBS_EARLIER_ROWS_H
#define LAUNCHER_JOBS_EARLIER_ROWS_H

#include "collector/scan/scan.h"
#include "collector/table/row_line.h"
#include "launcher/sweep/sweep.h"

struct earlier_row {
    const struct attempt *attempt; /* borrowed from the sweep */
    size_t order;                  /* which result of its attempt */
    struct row_line line;          /* owned; its result is not NULL */
};

struct earlier_rows {
    struct earlier_row *items; /* owned; by attempt, then by order */
    size_t count, cap;
};

/* Read the file as lines, at most LIMIT_EARLIER_BYTES. Kept are the rows with a result
 * whose point, attempt (the one that counts) and job are the sweep's. No file: none. A
 * line for people goes to `troubles` where something was passed over. ERROR_INTERRUPT
 * alone. */
int earlier_rows_read(struct earlier_rows *rows, const char *path,
                      const struct sweep *sweep, struct words *troubles,
                      struct error *err);

/* How many there are of the attempt; `*ret_first` is where they begin. */
size_t earlier_rows_find(const struct earlier_rows *rows, const struct attempt *attempt,
                         size_t *ret_first);

void earlier_rows_release(struct earlier_rows *rows);

#endif

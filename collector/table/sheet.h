/* sheet.h - a table as cells of text, for the terminal and for markdown */
#ifndef COLLECTOR_TABLE_SHEET_H
#define COLLECTOR_TABLE_SHEET_H

#include <stdbool.h>

#include "collector/table/row.h"

struct sheet {
    size_t n_columns;
    struct words cells;  /* row by row, the header first; printable text */
    bool *is_number;     /* owned, one a column: nothing but numbers in it */
    bool has_output;     /* the first column is a path: cut, it tells nothing apart */
    size_t state_column; /* where the states stand */
    size_t first_metric, n_metrics; /* the metrics' columns */
};

/* Columns: the output (where rows from different files have one name), the point (where
 * neither that nor a parameter tells the rows apart), the parameters that differ (all
 * of them if there is one row), state, cause (if any has one), metrics, duration, job
 * (if any has one). */
void sheet_make(const struct table *table, const char *metric, struct sheet *ret_sheet);
void sheet_release(struct sheet *sheet);

#endif

/* columns.h - which parameters and metrics the rows of a table have
 *
 * The union over all rows, in the order of first appearance. Nested metrics are dotted
 * ("train.loss"); a list, and what is nested deeper than 8 levels, is one metric.
 */
#ifndef COLLECTOR_TABLE_COLUMNS_H
#define COLLECTOR_TABLE_COLUMNS_H

#include <stdbool.h>

#include "collector/table/row.h"
#include "launcher/common/map.h"

#define COLUMNS_MAX 4096 /* of either kind; more are counted and left out */

struct columns {
    struct words params;
    struct map param_at;
    bool *varies; /* owned, one for each of params: not the same in all rows */
    struct words metrics;
    struct map metric_at;
    size_t n_left_out;
};

/* `first_metric` (may be NULL) comes first among the metrics, if any row has it.
 * Released by columns_release(). */
void columns_collect(const struct table *table, const char *first_metric,
                     struct columns *ret_columns);
void columns_release(struct columns *columns);

/* A row's cells in the order of the columns; NULL where it has none. Borrowed from the
 * row, owned arrays of columns->params.count and columns->metrics.count. */
const char **columns_params(const struct columns *columns, const struct row *row);
const json_t **columns_metrics(const struct columns *columns, const struct row *row);

/* Append a metric for a reader of numbers. `value` NULL: nothing. Reals have `digits`
 * significant digits, or with 0 as few as give the same number back. null is nan, inf
 * or -inf where the row's `nonfinite` says so for `name`. */
void columns_add_value(struct text *text, const struct row *row, const char *name,
                       const json_t *value, int digits);

#endif

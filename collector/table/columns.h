/* columns.h - which parameters and metrics the rows of a table have
 *
 * The union over all rows, in the order of first appearance. Nested metrics are dotted
 * ("train.loss"); a list, and what is nested too deeply, is one metric. No two metrics
 * share a heading: where one is called "a.b" and another is "b" inside "a", the later
 * one is "a.b#2".
 */
#ifndef COLLECTOR_TABLE_COLUMNS_H
#define COLLECTOR_TABLE_COLUMNS_H

#include <stdbool.h>

#include "collector/table/metric_walk.h"
#include "collector/table/row.h"
#include "launcher/common/map.h"

#define COLUMNS_MAX 65536 /* of either kind; more are counted and left out */

struct columns {
    struct words params;
    struct map param_at;
    bool *varies;         /* owned, one for each of params: not the same in all rows */
    struct words metrics; /* headings */
    struct words paths;   /* of metric_walk.h, in the order of first appearance */
    struct map path_at, heading_at;
    size_t *shown_at;  /* owned: paths.items[i] is metrics.items[shown_at[i]] */
    size_t n_left_out; /* cells, not names */
};

/* `first_metric` (may be NULL) comes first among the metrics, if any row has it.
 * Released by columns_release(). */
void columns_collect(const struct table *table, const char *first_metric,
                     struct columns *ret_columns);
void columns_release(struct columns *columns);

/* A row's cells in the order of the columns; NULL where it has none. Borrowed from the
 * row, owned arrays of columns->params.count and columns->metrics.count. */
const char **columns_params(const struct columns *columns, const struct row *row);
struct metric_text *columns_metrics(const struct columns *columns,
                                    const struct row *row);

/* Append a metric for a reader of numbers: with `digits` 0 a number as it was written,
 * else reals with so many significant digits. NaN and the infinities are nan, inf,
 * -inf; null is nothing; a string has no quotes. */
void columns_add_value(struct text *text, const struct metric_text *value, int digits);

/* Is the text a number, NaN and infinity included? `at` is not NULL. */
bool columns_is_number(const struct metric_text *value);

#endif

/* aggregate.h - order, best row, and the summary of a table
 *
 * summary.json has the shape of a StageResult of TMGG (the programs whose results we
 * collect, and who read it) and adds keys of ours: docs/formats.md, "summary.json".
 */
#ifndef COLLECTOR_TABLE_AGGREGATE_H
#define COLLECTOR_TABLE_AGGREGATE_H

#include <jansson.h>

#include "collector/table/row.h"

enum direction { DIRECTION_MIN, DIRECTION_MAX };

/* Order rows by a metric (stable): completed rows with the metric first, best first;
 * then the others in index order. A NULL metric orders by index. */
void table_sort(struct table *table, const char *metric, enum direction direction);

/* The same order as indexes into the rows, which stay as they are. Owned. */
size_t *table_order(const struct table *table, const char *metric,
                    enum direction direction);

/* The metric to sort by when none was asked: best_val_loss, val_loss, loss if all rows
 * with metrics have one of them (min); NULL otherwise. Borrowed. */
const char *table_guess_metric(const struct table *table);

/* Index of the best completed row, -1 if none has the metric; the first wins a tie. */
long table_best(const struct table *table, const char *metric,
                enum direction direction);

/* {stage_name, experiments[], best_config, best_metrics, summary{total_experiments,
 * completed, failed, success_rate, mean_duration_seconds, total_duration_seconds},
 * started_at, completed_at, states{…}, metric, direction, best_point, best_value}.
 * Owned reference. `name` is the sweep's. Experiments stand in index order, however
 * the table is sorted, and are points: of several rows of one the last result's
 * counts. */
json_t *table_summary(const struct table *table, const char *name, const char *metric,
                      enum direction direction);

/* "4 points = 3 completed + 1 failed (entrypoint_exit)". Appends to text. Returns false
 * if the numbers do not add up, which is a bug that stops the program. */
bool table_count_line(const struct table *table, struct text *text);

#endif

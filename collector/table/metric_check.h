/* metric_check.h - is the metric that somebody asked for there, and is it a number? */
#ifndef COLLECTOR_TABLE_METRIC_CHECK_H
#define COLLECTOR_TABLE_METRIC_CHECK_H

#include "collector/table/row.h"
#include "launcher/common/text/text.h"

/* Append a warning if no row with metrics has `metric` (which names a near one, or
 * those that there are), and one if it is a text in some rows, which is not ordered, or
 * no number in any. A table without any metrics says nothing. */
void metric_check(const struct table *table, const char *metric,
                  struct words *warnings);

#endif

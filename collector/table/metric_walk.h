/* metric_walk.h - the metrics of a result, each with the text that stands there
 *
 * Numbers are copied from here, never printed anew: integers of any size, 1.0, 1E5 and
 * -0.0 stay as the program wrote them.
 */
#ifndef COLLECTOR_TABLE_METRIC_WALK_H
#define COLLECTOR_TABLE_METRIC_WALK_H

#include <stddef.h>

#include "collector/table/row.h"

#define METRIC_WALK_SEPARATOR '\x1f'
#define METRIC_WALK_LEVELS 8 /* objects inside each other; deeper ones are one metric */

/* The bytes of a value, borrowed from the row's result: a string with its quotes, a
 * number, a word, a list, an empty object or one that is nested too deeply. `at` NULL:
 * none. */
struct metric_text {
    const char *at;
    size_t size;
};

/* `path` is the metric's place, its names decoded and divided by METRIC_WALK_SEPARATOR,
 * so that "a.b" is another one than "b" inside "a". */
typedef void (*metric_walk_fn)(void *context, const char *path,
                               const struct metric_text *value);

/* Call `on_metric` for each metric of the row, in order of appearance. Of equal names
 * in one object the last one counts, at the place of the first, as Python has it. */
void metric_walk(const struct row *row, metric_walk_fn on_metric, void *context);

#endif

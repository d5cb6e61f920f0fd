/* count_line.h - the line that reports end with: "N points = a completed + …"
 */
#ifndef COLLECTOR_TABLE_COUNT_LINE_H
#define COLLECTOR_TABLE_COUNT_LINE_H

#include <stdbool.h>
#include <stddef.h>

#include "collector/outcome/states.h"
#include "launcher/common/text/text.h"

/* So many points ended in a state for one cause. */
struct cause_count {
    const char *cause; /* borrowed; "" none, which is not shown */
    enum state state;
    size_t count;
};

/* Append the line, without newline; of each state the first six causes. False where
 * the states do not add up to `total`: a point was lost or counted twice. */
bool count_line_add(size_t total, const size_t by_state[STATE_COUNT],
                    const struct cause_count *causes, size_t n_causes,
                    struct text *text);

#endif

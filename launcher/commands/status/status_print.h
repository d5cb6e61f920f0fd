/* status_print.h - a sweep's overview as a screenful for people */
#ifndef LAUNCHER_COMMANDS_STATUS_STATUS_PRINT_H
#define LAUNCHER_COMMANDS_STATUS_STATUS_PRINT_H

#include "launcher/campaign/status_summary.h"
#include "launcher/scheduler/scheduler.h"

struct status_view {
    struct campaign *campaign; /* connected, unless the scheduler did not answer */
    const struct status_summary *overview;
    const struct scheduler_limits *limits; /* NULL: not asked */
    size_t columns;                        /* of the terminal; 0: lines are not cut */
    bool lists_all;                        /* every point that is not completed */
};

/* Never more than 40 lines unless lists_all. Returns false if the points do not add up.
 */
bool status_print(const struct status_view *view, struct text *text);

/* ": what it means, with the site's number", for a raw word of the scheduler. Appends
 * nothing for a word that is not known. */
void status_add_reason(const struct status_view *view, const char *raw,
                       struct text *text);

#endif

/* status_summary.h - what a sweep looks like as a whole, for people
 *
 * Made from the journal and from the last look at the queue: no file of a point is
 * opened, so it is quick with 10,000 points. Only where the scheduler was not asked,
 * the files of the points that live are looked at, as nothing else speaks.
 */
#ifndef LAUNCHER_CAMPAIGN_STATUS_SUMMARY_H
#define LAUNCHER_CAMPAIGN_STATUS_SUMMARY_H

#include "collector/table/code_versions.h"
#include "launcher/campaign/campaign.h"

#define STATUS_SUMMARY_EXAMPLES 3

/* Points that have one thing in common. */
struct status_summary_group {
    enum state state;
    const char *word; /* borrowed: the cause, or why it waits; "" none */
    size_t count;
    const struct sweep_point *examples[STATUS_SUMMARY_EXAMPLES]; /* the first ones */
    double expected_at; /* when the first of them may start; 0 unknown */
};

struct status_summary {
    struct sweep_counts counts;
    /* owned, as the others; in order of size, the largest first */
    struct status_summary_group
        *failed; /* final and not completed, by state and cause */
    struct status_summary_group *waiting; /* pending, by the scheduler's reason */
    size_t n_failed, n_waiting;
    size_t cap_failed, cap_waiting;
    const struct sweep_point **running; /* the longest running first */
    size_t n_running, cap_running;
    struct code_versions codes; /* of those that completed, by the journal */
    const struct attempt *last; /* completed last of all; NULL none */
    enum state *states;         /* of the selected points, in their order */
};

/* Borrows from the campaign, until its next look. `is_asked`: the scheduler answered.
 */
void status_summary_take(const struct campaign *campaign, bool is_asked,
                         struct status_summary *ret_summary);
void status_summary_release(struct status_summary *overview);

/* "4 points = 3 completed + 1 failed (entrypoint_exit)", as table_count_line() says it.
 * Returns false if the numbers do not add up. */
bool status_summary_count_line(const struct status_summary *overview,
                               struct text *text);

/* Why a point ended and what is told of it; "" while it has not. Borrowed. */
const char *point_cause(const struct sweep_point *point);
const char *point_message(const struct sweep_point *point);

/* Members of the attempt's "final" event; "" or 0 without one. Borrowed. */
const char *attempt_cause(const struct attempt *attempt);
const char *attempt_message(const struct attempt *attempt);
double attempt_started(const struct attempt *attempt); /* also of one that runs */
double attempt_ended(const struct attempt *attempt);

#endif

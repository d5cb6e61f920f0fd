/* pending.h - why the jobs of a sweep wait, and whether any of them will ever run
 *
 * From the last look at the queue alone.
 */
#ifndef LAUNCHER_POLICY_PENDING_H
#define LAUNCHER_POLICY_PENDING_H

#include "launcher/scheduler/scheduler.h"
#include "launcher/sweep/sweep.h"

#define PENDING_REASONS_MAX 16 /* more are not told apart */

struct pending_reason {
    const char *raw;                  /* borrowed, until the next look */
    const struct wait_reason *reason; /* static */
    const struct attempt *first;      /* borrowed */
    size_t count;
};

struct pending {
    struct pending_reason items[PENDING_REASONS_MAX]; /* the most frequent first */
    size_t n_items;
    size_t n_never;  /* jobs that can never run */
    size_t n_maybe;  /* of these, by a word that is also said while nodes are down */
    size_t n_behind; /* jobs of the sweep's own lanes, behind another of it */
    size_t n_other;  /* that live and are none of these */
};

void pending_take(const struct sweep *sweep, const size_t *selected, size_t n_selected,
                  const struct scheduler *scheduler, struct pending *ret_pending);

/* Append "3 Priority (others are before it), 1 Resources (…)", at most `most` reasons;
 * nothing where none waits. Without bytes that would move a terminal's cursor. */
void pending_add(const struct pending *pending, size_t most, struct text *text);

/* Has all that is left been unable to run for several looks in a row, and a while? A
 * scheduler may give a wrong reason at first. `stuck` is zero at first; times are
 * monotonic seconds. */
struct stuck {
    unsigned looks;
    double since;
};
bool pending_is_stuck(const struct pending *pending, struct stuck *stuck, double now);

#endif

/* select_points.h - which points get a new attempt
 *
 * Retyping submits the points without an attempt and those ended from outside; `retry`
 * is the one word for a new attempt of what failed or was cancelled, also of points
 * that were cancelled before they had one.
 */
#ifndef LAUNCHER_POLICY_SELECT_POINTS_H
#define LAUNCHER_POLICY_SELECT_POINTS_H

#include "launcher/submit/submit.h"
#include "launcher/sweep/sweep.h"

enum select_rule {
    SELECT_RESUME,    /* no attempt yet, or ended from outside; not if cancelled */
    SELECT_FAILED,    /* failed, timeout, oom, ended from outside, or no attempt yet */
    SELECT_CANCELLED, /* cancelled, by anyone; what was told to end counts as well */
    SELECT_ALL        /* all that does not live, completed ones too */
};

struct work_queue {
    struct submit_item *items; /* owned */
    size_t count, cap;
};

/* Points of `selected` that the rule takes and, if globs are given, whose id or
 * parameters one of them matches (fnmatch(3)). A point whose job still lives is never
 * taken. */
void select_points(const struct sweep *sweep, const size_t *selected, size_t n_selected,
                   enum select_rule rule, const struct words *globs,
                   struct work_queue *ret_choice);
void work_queue_add(struct work_queue *choice,
                    const struct submit_item *item); /* copied */
/* Take out the points that were cancelled since they were chosen. Returns how many. */
size_t work_queue_drop_cancelled(struct work_queue *choice);
void work_queue_release(struct work_queue *choice);

/* The number of a point's next attempt: one more than that of the last accepted. */
unsigned select_next_number(const struct sweep_point *point);

/* Does a glob match the point's id, or "key=value" of one of its parameters? No globs:
 * yes. */
bool select_matches(const struct sweep_point *point, const struct words *globs);

#endif

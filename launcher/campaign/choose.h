/* choose.h - which points get a new attempt
 *
 * Retyping submits the points without an attempt and those ended from outside; `retry`
 * is the one word for a new attempt of what failed.
 */
#ifndef LAUNCHER_CAMPAIGN_CHOOSE_H
#define LAUNCHER_CAMPAIGN_CHOOSE_H

#include "launcher/campaign/submit.h"
#include "launcher/campaign/sweep.h"

enum choose_rule {
    CHOOSE_RETYPE,    /* no attempt yet, or ended from outside */
    CHOOSE_FAILED,    /* failed, timeout, oom, ended from outside, or no attempt yet */
    CHOOSE_CANCELLED, /* cancelled, by anyone */
    CHOOSE_ALL        /* all that does not live, completed ones too */
};

struct choice {
    struct submit_item *items; /* owned */
    size_t count, cap;
};

/* Points of `selected` that the rule takes and, if globs are given, whose id or
 * parameters one of them matches (fnmatch(3)). A point whose job still lives is never
 * taken. */
void choose(const struct sweep *sweep, const size_t *selected, size_t n_selected,
            enum choose_rule rule, const struct words *globs,
            struct choice *ret_choice);
void choice_add(struct choice *choice, const struct submit_item *item); /* copied */
void choice_release(struct choice *choice);

/* The number of a point's next attempt: one more than that of the last accepted. */
unsigned choose_next_number(const struct sweep_point *point);

/* Does a glob match the point's id, or "key=value" of one of its parameters? No globs:
 * yes. */
bool choose_matches(const struct sweep_point *point, const struct words *globs);

#endif

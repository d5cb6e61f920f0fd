/* reordered.h - points that are there already, but for the order of their parameters
 *
 * A point's id counts the order (identity.h), since a program may: `seed=1 lr=2` is a
 * point of its own beside `lr=2 seed=1`. Mostly it is the same line typed again, and
 * what has run would run twice, so it is told.
 */
#ifndef LAUNCHER_SWEEP_REORDERED_H
#define LAUNCHER_SWEEP_REORDERED_H

#include "launcher/plan/plan.h"
#include "launcher/sweep/model.h"

/* A line for the plan's new points that have the same parameters as another of the
 * sweep or of the plan: the first by name, the others counted. Appends. */
void reordered_warn(const struct sweep *sweep, const struct plan *plan,
                    struct words *warnings);

#endif

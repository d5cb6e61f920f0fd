/* retry_resources.h - what a new attempt asks for when the last one had too little
 *
 * Memory and time grow from what the point's last attempt ran with (its "settings"
 * event), so factors compound; they stop at what the partition can give.
 */
#ifndef LAUNCHER_POLICY_RETRY_RESOURCES_H
#define LAUNCHER_POLICY_RETRY_RESOURCES_H

#include "launcher/policy/resources.h"
#include "launcher/scheduler/scheduler.h"
#include "launcher/settings/settings.h"
#include "launcher/sweep/sweep.h"

struct retry_rule {
    double mem_factor, time_factor; /* 0: not asked */
    bool keeps_typed;               /* what was typed for this very call stands */
    bool is_like_last; /* what is not asked stays as in the last attempt, even if the
                          settings say something else now */
    long long max_mib; /* of the largest node; 0 not known */
    long long max_minutes; /* the longest time limit; 0 none */
};

/* What one point's new attempt gets. */
struct resource_change {
    struct resources last, next;        /* equal where there was no attempt */
    bool is_mem_at_cap, is_time_at_cap; /* `next` is all that can be had */
    bool is_hopeless; /* it ended twice for the lack of what it had all of */
};

/* Factors are 0.01 … 100; a rule's caps come from the partition's limits, as far as the
 * site tells. Asks the scheduler, which caches. */
void retry_resources_find_caps(struct scheduler *scheduler,
                               const struct settings *settings,
                               struct retry_rule *rule);

/* Pure. */
void retry_resources_of_point(const struct sweep *sweep,
                              const struct sweep_point *point,
                              const struct settings *settings,
                              const struct retry_rule *rule,
                              struct resource_change *ret_adjustment);

#endif

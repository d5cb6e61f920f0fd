/* auto_retry.h - new attempts by themselves while somebody waits (setting retries)
 *
 * Only when asked. After oom with 1.2 times the memory, after timeout with 1.5 times
 * the time, after preempted and node_fail with what it had (and not on that node); each
 * time later: retry_delay, 5 and 10 times as long after the point's end. A point has at
 * most retries + 1 attempts, whoever made them. What was told to end is left alone.
 */
#ifndef LAUNCHER_POLICY_AUTO_RETRY_H
#define LAUNCHER_POLICY_AUTO_RETRY_H

#include "launcher/policy/retry_resources.h"
#include "launcher/policy/select_points.h"
#include "launcher/policy/settings_variants.h"
#include "launcher/scheduler/scheduler.h"

struct auto_retry {
    const struct settings *settings; /* borrowed */
    struct scheduler *scheduler;     /* borrowed: asked for the site's caps, once */
    struct settings_variants
        *variants;  /* borrowed: of items with settings of their own */
    unsigned most;  /* retries; 0: never */
    double delay_s; /* before the first */
    struct retry_rule caps;
    bool has_caps;
};

/* As the settings say. All are borrowed. */
void auto_retry_init(struct auto_retry *again, const struct settings *settings,
                     struct scheduler *scheduler, struct settings_variants *variants);

/* Put those of `points` (indexes of the sweep) that are due into the queue. Returns how
 * many wait for their time. */
size_t auto_retry_top_up(struct auto_retry *again, const struct sweep *sweep,
                         const size_t *points, size_t n_points,
                         struct work_queue *queue);

#endif

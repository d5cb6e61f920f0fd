/* auto_retry.h - new attempts by themselves while somebody waits (setting retries)
 *
 * Only when asked. After oom with 1.2 times the memory, after timeout with 1.5 times
 * the time, after preempted and node_fail with what it had (and not on that node); each
 * time later: retry_delay, 5 and 10 times as long after the point's end. A point has at
 * most retries + 1 attempts, whoever made them.
 */
#ifndef LAUNCHER_CAMPAIGN_AUTO_RETRY_H
#define LAUNCHER_CAMPAIGN_AUTO_RETRY_H

#include "launcher/campaign/campaign.h"
#include "launcher/policy/retry_resources.h"

struct auto_retry {
    unsigned most;  /* retries; 0: never */
    double delay_s; /* before the first */
    struct retry_rule caps;
    bool has_caps;
};

void auto_retry_init(struct auto_retry *again, const struct campaign *campaign);

/* Put what is due into the queue. Returns how many points wait for their time. */
size_t auto_retry_top_up(struct auto_retry *again, struct campaign *campaign,
                         struct work_queue *queue);

#endif

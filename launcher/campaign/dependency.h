/* dependency.h - what --after and --after-any name, asked of the queue and accounting
 */
#ifndef LAUNCHER_CAMPAIGN_DEPENDENCY_H
#define LAUNCHER_CAMPAIGN_DEPENDENCY_H

#include "launcher/campaign/campaign.h"
#include "launcher/policy/after.h"

/* A valid empty one is zero but for the scheduler. */
struct dependency {
    struct scheduler *scheduler; /* borrowed */
    struct after after;          /* what was found so far */
    struct job_list queue;       /* asked once */
    bool is_listed;
};
void dependency_release(struct dependency *dependency);

/* Depend on a job of the caller's. One that has completed needs no dependency;
 * ERROR_USAGE: it ended otherwise (and not `is_any`), or nobody knows it.
 * ERROR_SCHEDULER: no answer. */
int dependency_add_job(struct dependency *dependency, const char *id, bool is_any,
                       struct error *err);

/* Depend on what lives of another sweep that was just looked at. ERROR_USAGE as
 * after_add_sweep(); ERROR_SCHEDULER: no answer. */
int dependency_add_sweep(struct dependency *dependency, const struct sweep *sweep,
                         bool is_any, struct error *err);

#endif

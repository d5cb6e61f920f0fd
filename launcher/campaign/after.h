/* after.h - start only after other jobs or sweeps (--after, --after-any)
 *
 * Only ids that the queue lists are depended on: Slurm 24.11 refuses an id that it has
 * forgotten, 22.05 takes it as satisfied (facts of both releases).
 */
#ifndef LAUNCHER_CAMPAIGN_AFTER_H
#define LAUNCHER_CAMPAIGN_AFTER_H

#include "launcher/campaign/campaign.h"

#define AFTER_IDS_MAX 100 /* Slurm looks at each whenever it tries to start the job */

/* A valid empty one is zero but for the scheduler. */
struct after {
    struct scheduler *scheduler; /* borrowed */
    struct words ids[2];         /* [0] must succeed, [1] must end */
    struct job_list jobs;        /* the queue, asked once */
    bool is_listed;
};
void after_release(struct after *after);

/* Is this a job id, "123" or "123_4"? */
bool after_is_job(const char *word);

/* Depend on a job of the caller's. One that has completed needs no dependency;
 * ERROR_USAGE: it ended otherwise (and not `is_any`), or nobody knows it. */
int after_add_job(struct after *after, const char *id, bool is_any, struct error *err);

/* Depend on what lives of another sweep, all of whose points are selected and were just
 * looked at. ERROR_USAGE: points failed or are not submitted (and not `is_any`), or it
 * has too many jobs. */
int after_add_sweep(struct after *after, const struct campaign *other, bool is_any,
                    struct error *err);

/* "afterok:1:2,afterany:3"; NULL: nothing to wait for. Owned. */
char *after_dependency(const struct after *after);

#endif

/* after.h - start only after other jobs or sweeps (--after, --after-any)
 *
 * Only ids that the queue lists are depended on: Slurm 24.11 refuses an id that it has
 * forgotten, 22.05 takes it as satisfied (facts of both releases). The queue and
 * accounting are asked by who calls (dependency.h).
 */
#ifndef LAUNCHER_POLICY_AFTER_H
#define LAUNCHER_POLICY_AFTER_H

#include <stdbool.h>

#include "launcher/common/error.h"
#include "launcher/scheduler/job.h"
#include "launcher/sweep/model.h"

#define AFTER_IDS_MAX 100 /* Slurm looks at each whenever it tries to start the job */

/* A zeroed one is valid and empty. */
struct after {
    struct words ids[2]; /* [0] must succeed, [1] must end */
};
void after_release(struct after *after);

/* Is this a job id, "123" or "123_4"? */
bool after_is_job(const char *word);

/* Depend on a job that `queue` lists. 1: it lists none of that id. One that has
 * completed needs no dependency; ERROR_USAGE: it ended otherwise (and not `is_any`). */
int after_add_job(struct after *after, const struct job_list *queue, const char *id,
                  bool is_any, struct error *err);

/* The same of one that the queue has forgotten, by its records in accounting.
 * `is_kept`: there is accounting. ERROR_USAGE also if nobody knows it. */
int after_judge_ended(const struct job_list *records, bool is_kept, const char *id,
                      bool is_any, struct error *err);

/* Depend on what lives of another sweep, which was just looked at. ERROR_USAGE: points
 * failed or are not submitted (and not `is_any`), or it has too many jobs. */
int after_add_sweep(struct after *after, const struct job_list *queue,
                    const struct sweep *sweep, bool is_any, struct error *err);

/* "afterok:1:2,afterany:3"; NULL: nothing to wait for. Owned. */
char *after_dependency(const struct after *after);

#endif

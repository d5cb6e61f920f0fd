/* slurm_cancel.h - scancel for many jobs, in calls of at most 100 ids
 *
 * By ids only: with a filter scancel fetches the table of the whole cluster, and a job
 * that has ended becomes an error.
 */
#ifndef LAUNCHER_SCHEDULER_SLURM_SLURM_CANCEL_H
#define LAUNCHER_SCHEDULER_SLURM_SLURM_CANCEL_H

#include "launcher/common/text/text.h"
#include "launcher/scheduler/slurm/slurm_call.h"

/* Contract: scheduler.h, `cancel`. Every batch is tried; the first error is given. */
int slurm_cancel(const struct slurm_site_access *access, const struct words *ids,
                 struct error *err);

#endif

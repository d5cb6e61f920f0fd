/* reconcile.h - intents without an outcome: was the job accepted?
 *
 * sbatch may fail although the job is queued (seen: stop slurmctld, "Socket timed out",
 * let it go on: the job is there), and a crash may hide the outcome. Before anything is
 * submitted again the witnesses are asked: the queue, accounting, then the folder
 * (claim, verdict). Only when the queue answered twice, at least MessageTimeout after
 * the failed call, and no witness knows the attempt, is it written down as absent, and
 * may be submitted again under the same number.
 */
#ifndef LAUNCHER_JOBS_RECONCILE_H
#define LAUNCHER_JOBS_RECONCILE_H

#include "launcher/scheduler/scheduler.h"
#include "launcher/sweep/sweep.h"

struct reconcile_report {
    size_t n_open;    /* intents without outcome at the start */
    size_t n_adopted; /* their job was found */
    size_t n_absent;  /* proven never accepted */
};

/* Clear every open intent; waits up to message_timeout_s and a second. Lock held.
 * ERROR_SCHEDULER when the queue does not answer, ERROR_INTERRUPT when it was not
 * waited for: then nothing may be submitted.
 * `*n_calls` counts calls (may be NULL). */
int reconcile(struct sweep *sweep, struct scheduler *scheduler,
              double message_timeout_s, long *n_calls,
              struct reconcile_report *ret_report, struct error *err);

#endif

/* accounting.h - the records of jobs that left the queue
 *
 * Accounting is asked once for what has newly left the queue. What it does not know
 * then (slurmdbd is seconds behind, or away) is asked again after 2, 4, 8 … 64 s, not
 * at every look. Without it the verdict and the result line decide.
 */
#ifndef LAUNCHER_JOBS_ACCOUNTING_H
#define LAUNCHER_JOBS_ACCOUNTING_H

#include "launcher/jobs/job_match.h"
#include "launcher/scheduler/scheduler.h"
#include "launcher/sweep/sweep.h"

/* One call at most, counted in `*n_calls` (may be NULL). No answer is no error. */
void accounting_ask(struct sweep *sweep, struct scheduler *scheduler,
                    struct job_match *match, long *n_calls);

/* Cancelled, and squeue does not say by whom; accounting would. */
bool accounting_wants_canceller(const struct attempt *attempt);

#endif

/* poll_jobs.h - look at the queue, and write down what has ended
 *
 * poll_jobs() asks the scheduler once (one squeue call, whatever the size of the sweep)
 * and, for jobs that left the queue, accounting once; it changes only this process's
 * knowledge. finalize_attempts() decides which attempts are final and writes that into
 * the journal. It takes the lock itself; while another process has that (it may submit
 * for hours) nothing is written: a later look decides it again. Of another
 * user's sweep this process alone knows it.
 *
 * A job is never called ended because a daemon did not answer: then nothing changes and
 * the error says so.
 */
#ifndef LAUNCHER_JOBS_POLL_JOBS_H
#define LAUNCHER_JOBS_POLL_JOBS_H

#include "launcher/scheduler/scheduler.h"
#include "launcher/settings/settings.h"
#include "launcher/sweep/sweep.h"

struct poll_jobs_options {
    double fs_grace_s; /* how long files may stay hidden after a job's end */
    bool require_result;
};

/* The number of calls made is added to `*n_calls` (may be NULL). */
int poll_jobs(struct sweep *sweep, struct scheduler *scheduler, long *n_calls,
              struct error *err);

/* `*ret_n_new` (may be NULL): attempts that became final now. */
int finalize_attempts(struct sweep *sweep, const struct poll_jobs_options *options,
                      size_t *ret_n_new, struct error *err);

/* fs_grace of a folder: 90 on a network file system, 0 on a local one (statfs(2)
 * magic). */
double poll_jobs_fs_grace(const char *folder, const struct settings *settings);

/* How often a job looks, once a second, for files of the sweep that its node does not
 * show yet: fs_grace, and at least ten times where nobody set it, because not every
 * network file system is known by its number. `folder` need not exist yet. */
unsigned poll_jobs_looks(const char *folder, const struct settings *settings);

#endif

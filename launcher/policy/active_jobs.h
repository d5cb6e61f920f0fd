/* active_jobs.h - the user's own limit of jobs in the queue (max_active_jobs)
 *
 * It is a promise to those who share the cluster, or to who pays: the user's jobs that
 * wait or run, whoever submitted them, array tasks counted one by one. The jobs of the
 * sweep itself are excepted: with so many others that none may be added, nothing is
 * submitted; else the sweep is throttled (throttle.h) to what is left: with lanes and
 * arrays so many of its jobs run, and all wait in the queue. The count is of one
 * moment, when the command is typed.
 */
#ifndef LAUNCHER_POLICY_ACTIVE_JOBS_H
#define LAUNCHER_POLICY_ACTIVE_JOBS_H

#include <stdbool.h>
#include <stddef.h>

#include "launcher/scheduler/job.h"
#include "launcher/sweep/model.h"

struct active_jobs {
    size_t limit;    /* 0: none */
    size_t n_others; /* 0 until it is known */
    bool is_known;   /* they were counted */
};

/* As many others as allowed, or more: the sweep may add none. */
bool active_jobs_is_full(const struct active_jobs *active);

/* How many of the sweep's jobs may run at once if `max_concurrent` is what is asked (0:
 * no limit); 0: no limit. Not for a full queue. */
size_t active_jobs_at_once(const struct active_jobs *active, size_t max_concurrent);

/* Those of `jobs` that wait or run and are none of the sweep's. A state that nobody
 * knows counts. */
size_t active_jobs_others(const struct sweep *sweep, const struct job_list *jobs);

#endif

/* collect_job.h - a small job that makes the table when a detached sweep has ended
 *
 * It runs `raylaunch wait` for the sweep on one CPU of the cluster, after the last jobs
 * of each lane, after arrays, or after up to a hundred single jobs. It is no point: it
 * stands in the journal as "collect_job", its files are collect.sbatch, .out and .err
 * in the sweep's folder.
 */
#ifndef LAUNCHER_SUBMIT_COLLECT_JOB_H
#define LAUNCHER_SUBMIT_COLLECT_JOB_H

#include "launcher/scheduler/scheduler.h"
#include "launcher/settings/settings.h"
#include "launcher/sweep/sweep.h"

#define COLLECT_IDS_MAX 100

/* What it collects, and how it is submitted. All borrowed. */
struct collect_job {
    const struct settings *settings;
    struct sweep *sweep;
    struct scheduler *scheduler;
    bool has_lanes; /* the points are submitted in lanes: few jobs end last */
    long *n_calls;  /* calls to the scheduler are added here */
    void *context;
    void (*on_warning)(void *context, const char *text); /* may be NULL */
};

/* Could the job wait for `n_new` more points? ERROR_USAGE, with advice, if they are too
 * many jobs to depend on, or the scheduler does not queue. To be called before they are
 * submitted; the throttle is chosen. */
int collect_job_check(const struct collect_job *collect, size_t n_new,
                      struct error *err);

enum collect_result {
    COLLECT_SUBMITTED,
    COLLECT_KNOWN,  /* the one submitted before still lives */
    COLLECT_NOTHING /* no job of the sweep lives: there is nothing to wait for */
};

/* Submit it (takes the lock itself): the intent is on disk before, the outcome after.
 * `program` is raylaunch's absolute path, to be found on the nodes too. */
int collect_job_submit(const struct collect_job *collect, const char *program,
                       enum collect_result *ret_result, struct error *err);

#endif

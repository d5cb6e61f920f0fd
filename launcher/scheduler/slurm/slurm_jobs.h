/* slurm_jobs.h - the table that squeue and sacct print → jobs
 *
 * Both are asked for columns that end with a separator of our own (slurm_fields.h), the
 * job's id first, and print a header. */
#ifndef LAUNCHER_SCHEDULER_SLURM_SLURM_JOBS_H
#define LAUNCHER_SCHEDULER_SLURM_SLURM_JOBS_H

#include <stddef.h>

#include "launcher/common/error.h"
#include "launcher/scheduler/job.h"

/* Set a job from the columns of one record; a column that was not printed is NULL. */
typedef void (*slurm_jobs_fn)(struct job *job, char *const *values);

/* Append the jobs of the table in `bytes`. The last of the `n_columns` may be missing
 * as a whole: a release that does not know it prints the rest. Lines whose first column
 * is no job's id are passed over. ERROR_SCHEDULER, in the name of `command`: no header,
 * or cut off in a record; `advice` ("" none) goes behind the words. */
int slurm_jobs_read(const char *bytes, size_t size, const char *separator,
                    size_t n_columns, slurm_jobs_fn fill, const char *command,
                    const char *advice, struct job_list *jobs, struct error *err);

#endif

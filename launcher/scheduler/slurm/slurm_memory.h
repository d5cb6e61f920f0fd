/* slurm_memory.h - how much memory jobs that ran out of it had used
 *
 * MaxRSS stands on sacct's lines of the steps ("123.batch", "123.0"), not on the job's
 * own, so it is a call of its own, made for jobs that ended as OUT_OF_MEMORY only. It
 * is the peak of one task, sampled (JobAcctGatherFrequency, 30 s): where the kernel
 * killed the job between two samples it says less than was used, often nothing.
 */
#ifndef LAUNCHER_SCHEDULER_SLURM_SLURM_MEMORY_H
#define LAUNCHER_SCHEDULER_SLURM_SLURM_MEMORY_H

#include "launcher/scheduler/job.h"
#include "launcher/scheduler/slurm/slurm_call.h"

/* Fill max_rss_mib of the jobs in `jobs` whose state is STATE_OOM: no call where there
 * is none, otherwise one. No answer leaves it 0. */
void slurm_memory_ask(const struct slurm_site_access *access, struct job_list *jobs);

/* Read what sacct printed with the columns JobID and MaxRSS: the most of each job's
 * steps. ERROR_SCHEDULER if it is not such a text. Public for its test: the text of a
 * real sacct. */
int slurm_memory_parse(const char *bytes, size_t size, const char *separator,
                       struct job_list *jobs, struct error *err);

#endif

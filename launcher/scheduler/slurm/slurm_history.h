/* slurm_history.h - ended jobs from accounting: one sacct call
 *
 * Traps (facts of Slurm 20.11 to 26.05): without -S the window begins at midnight;
 * values are not escaped; up to 25.05 an exit code of 128 or more is printed minus 128
 * (137 as 9); jobs that wait or are held are not listed; slurmdbd may be seconds
 * behind.
 *
 * A job's name is the one that sbatch was told (SubmitLine, 21.08 and later), also
 * where a job_submit plugin of the site has written another one into the record.
 */
#ifndef LAUNCHER_SCHEDULER_SLURM_SLURM_HISTORY_H
#define LAUNCHER_SCHEDULER_SLURM_SLURM_HISTORY_H

#include "launcher/scheduler/scheduler.h"
#include "launcher/scheduler/slurm/slurm_call.h"

/* Contract: scheduler.h, `history`. */
int slurm_history_ask(const struct slurm_site_access *access, double since,
                      const struct words *ids, struct job_list *ret_jobs,
                      bool *ret_is_kept, struct error *err);

/* Read what sacct printed with the columns of slurm_history_ask(). Appends;
 * ERROR_SCHEDULER if it is not such a text. Public for its fuzzer. */
int slurm_history_parse(const char *bytes, size_t size, const char *separator,
                        struct job_list *jobs, struct error *err);

/* Does this stderr of sacct say that the cluster keeps no accounting? Public for its
 * test: the words of many versions. */
bool slurm_history_is_off(const char *text);

#endif

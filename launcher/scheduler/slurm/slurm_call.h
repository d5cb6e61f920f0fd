/* slurm_call.h - Slurm's commands as children: their environment, time limits, failures
 *
 * argv vectors, never a shell. A command gets none of SLURM_* and SLURMD_* (but
 * SLURM_CONF), SBATCH_*, SQUEUE_*, SACCT_*, SINFO_*, SCANCEL_*: typed inside a job, the
 * new script's srun would die of them, and a stale SLURM_JWT breaks every command.
 */
#ifndef LAUNCHER_SCHEDULER_SLURM_SLURM_CALL_H
#define LAUNCHER_SCHEDULER_SLURM_SLURM_CALL_H

#include "launcher/common/error.h"
#include "launcher/common/processes/child.h"
#include "launcher/scheduler/scheduler.h"

#define SLURM_MESSAGE_TIMEOUT 10 /* seconds; Slurm's default */

/* How a site is asked. Borrowed by the calls below. */
struct slurm_site_access {
    double message_timeout_s; /* MessageTimeout */
    uid_t user;               /* whose jobs */
    struct scheduler_calls
        *calls; /* borrowed: commands are counted here; may be NULL */
};

/* argv[0], the environment and the time limit of a command that reads or cancels
 * (60 s and MessageTimeout). The caller adds words to argv and frees with
 * child_command_release(). */
void slurm_call_init(const struct slurm_site_access *access, const char *program,
                     struct child_command *ret_command);

/* The same for sbatch: it retries by itself for 120 s, each try taking up to
 * MessageTimeout, and killing it would leave open whether the job exists. The
 * environment becomes the job's
 * (--export=ALL), so times keep their format and raylaunch's own settings are taken
 * out. */
void slurm_call_init_sbatch(const struct slurm_site_access *access,
                            struct child_command *ret_command);

/* "-S TIME": sacct takes local time, and the child has our TZ. */
void slurm_call_add_since(struct words *argv, double since);

/* Run a command that must answer with exit code 0; anything else is ERROR_SCHEDULER
 * with the first line it wrote to stderr, or ERROR_INTERRUPT. Frees argv etc. On
 * failure the result is released. */
int slurm_call(struct child_command *command, struct child_result *ret_result,
               struct error *err);

/* The same, but the caller judges the exit code; fails only if there was no answer. */
int slurm_call_any(struct child_command *command, struct child_result *ret_result,
                   struct error *err);

#endif

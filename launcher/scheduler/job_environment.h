/* job_environment.h - what a job may not inherit from the shell that submits it
 *
 * Typed inside a Slurm job, a new script's srun would die of that job's variables, and
 * a stale SLURM_JWT breaks every command. Names as child.h takes them ("SLURM_*").
 */
#ifndef LAUNCHER_SCHEDULER_JOB_ENVIRONMENT_H
#define LAUNCHER_SCHEDULER_JOB_ENVIRONMENT_H

#include "launcher/common/text/text.h"

/* Append what a surrounding Slurm job, or settings for Slurm's commands, left. */
void job_environment_drop_slurm(struct words *unset, struct words *keep);

/* Append what raylaunch read for itself, or a surrounding job of raylaunch left. */
void job_environment_drop_own(struct words *unset);

#endif

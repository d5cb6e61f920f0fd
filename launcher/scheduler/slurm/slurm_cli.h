/* slurm_cli.h - Slurm through its commands: sbatch, squeue, sacct, scancel
 *
 * Fills the table of scheduler_ops.h. Each command has a file of its own:
 * slurm_submit.h, slurm_queue.h, slurm_history.h, slurm_cancel.h; slurm_call.h starts
 * them.
 */
#ifndef LAUNCHER_SCHEDULER_SLURM_SLURM_CLI_H
#define LAUNCHER_SCHEDULER_SLURM_SLURM_CLI_H

#include "launcher/scheduler/scheduler.h"

/* open(): ERROR_SCHEDULER without sbatch on PATH. */
extern const struct scheduler_ops slurm_cli_ops;

#endif

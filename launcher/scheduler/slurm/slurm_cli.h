/* slurm_cli.h - Slurm through its commands: sbatch, squeue, sacct, scancel */
#ifndef LAUNCHER_SCHEDULER_SLURM_SLURM_CLI_H
#define LAUNCHER_SCHEDULER_SLURM_SLURM_CLI_H

#include "launcher/scheduler/scheduler.h"

extern const struct scheduler_ops slurm_cli_ops;

/* Contract: scheduler_open(). ERROR_SCHEDULER without sbatch on PATH. */
int slurm_cli_open(const struct scheduler_options *options,
                   struct scheduler *ret_scheduler, struct error *err);

/* Is there an sbatch on PATH? */
bool slurm_cli_is_there(void);

#endif

/* slurm_cli.h - Slurm through its commands: sbatch, squeue, sacct, scancel */
#ifndef LAUNCHER_SCHEDULER_SLURM_SLURM_CLI_H
#define LAUNCHER_SCHEDULER_SLURM_SLURM_CLI_H

#include "launcher/scheduler/scheduler.h"

/* open(): ERROR_SCHEDULER without sbatch on PATH. */
extern const struct scheduler_ops slurm_cli_ops;

#endif

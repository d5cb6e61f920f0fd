/* slurm_cli.h - Slurm through its commands: sbatch, squeue, sacct, scancel */
#ifndef LAUNCHER_SCHEDULER_SLURM_SLURM_CLI_H
#define LAUNCHER_SCHEDULER_SLURM_SLURM_CLI_H

#include "launcher/scheduler/scheduler.h"
#include "launcher/scheduler/slurm/slurm_cache.h"
#include "launcher/scheduler/slurm/slurm_call.h"

extern const struct scheduler_ops slurm_cli_ops;

/* Contract: scheduler_open(). ERROR_SCHEDULER without sbatch on PATH. */
int slurm_cli_open(const struct scheduler_options *options,
                   struct scheduler *ret_scheduler, struct error *err);

/* Is there an sbatch on PATH? */
bool slurm_cli_is_there(void);

/* How this scheduler's site is asked: borrowed until close; NULL if it is not
 * slurm_cli. */
const struct slurm_site_access *slurm_cli_access(struct scheduler *scheduler);

/* What the site said: of the scheduler, until close; NULL if it is not slurm_cli. */
struct slurm_cache *slurm_cli_answers(struct scheduler *scheduler);

/* Limits and partitions of the scheduler's site: asked anew, or as slurm_cache.h knows
 * them, without a call if they are kept. A scheduler that has no such thing gives an
 * empty site. End with slurm_site_release(). ERROR_SCHEDULER: no answer. */
int slurm_cli_ask_site(struct scheduler *scheduler, struct slurm_site *ret_site,
                       struct error *err);
int slurm_cli_known_site(struct scheduler *scheduler, struct slurm_site *ret_site,
                         struct error *err);

#endif

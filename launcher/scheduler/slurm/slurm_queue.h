/* slurm_queue.h - one squeue call for all of the user's jobs, finished ones too
 *
 * `squeue -u UID` is filtered by the controller and is one message, however large the
 * sweep; `-j` lists would fetch the table of the whole cluster. The header line is
 * asked for: an answer without it is no answer, so an empty one never says "no such
 * job".
 */
#ifndef LAUNCHER_SCHEDULER_SLURM_SLURM_QUEUE_H
#define LAUNCHER_SCHEDULER_SLURM_SLURM_QUEUE_H

#include "launcher/scheduler/scheduler.h"
#include "launcher/scheduler/slurm/slurm_call.h"

int slurm_queue_ask(const struct slurm_site_access *access, struct job_list *ret_jobs,
                    struct error *err);

/* Read what squeue printed with the format of slurm_queue_ask() and `separator`.
 * Appends; ERROR_SCHEDULER if it is not such a text. Public for its fuzzer. */
int slurm_queue_parse(const char *bytes, size_t size, const char *separator,
                      struct job_list *jobs, struct error *err);

#endif

/* slurm_reasons.h - why a job waits: Slurm's word, what it means, what to do
 *
 * Source: job_reason_string() of Slurm 20.11 to 25.11, and the free texts that take its
 * place (state_desc: "ReqNodeNotAvail, UnavailableNodes:n1", "launch failed requeued
 * held"), which are matched by how they begin. A word that is not known is shown raw.
 */
#ifndef LAUNCHER_SCHEDULER_SLURM_SLURM_REASONS_H
#define LAUNCHER_SCHEDULER_SLURM_SLURM_REASONS_H

#include <stdbool.h>

#include "launcher/scheduler/wait_reason.h"

/* `raw` as squeue %r prints it, also with '_' for spaces (scontrol). Never NULL; for an
 * unknown or empty word the texts are "". */
const struct wait_reason *slurm_reason(const char *raw);

/* May a reservation (also one for maintenance) be what it waits for? */
bool slurm_reason_is_reservation(const char *raw);

#endif

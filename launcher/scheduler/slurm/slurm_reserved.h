/* slurm_reserved.h - which reservations matter to a user's jobs */
#ifndef LAUNCHER_SCHEDULER_SLURM_SLURM_RESERVED_H
#define LAUNCHER_SCHEDULER_SLURM_SLURM_RESERVED_H

#include "launcher/scheduler/slurm/slurm_cache.h"

/* All of ANSWER_RESERVATIONS, judged for jobs of the calling user under `account` ("":
 * the default one) in `partitions` ("": the default one). Without a call. Returns -1 if
 * the site gave no answer: scontrol always prints a line, so an empty text is none. */
int slurm_reserved(const struct slurm_cache *answers, const char *partitions,
                   const char *account, struct site_reservations *ret_list);

#endif

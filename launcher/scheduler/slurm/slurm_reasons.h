/* slurm_reasons.h - why a job waits: Slurm's word, what it means, what to do
 *
 * Source: job_reason_string() of Slurm 20.11 to 25.11, and the free texts that take its
 * place (state_desc: "ReqNodeNotAvail, UnavailableNodes:n1", "launch failed requeued
 * held"), which are matched by how they begin. A word that is not known is shown raw.
 */
#ifndef LAUNCHER_SCHEDULER_SLURM_SLURM_REASONS_H
#define LAUNCHER_SCHEDULER_SLURM_SLURM_REASONS_H

#include <stdbool.h>

enum reason_kind {
    REASON_UNKNOWN, /* a word we do not know: shown raw */
    REASON_TURN,    /* the normal waiting for a turn */
    REASON_LIMIT,   /* a limit: goes on when own or others' jobs end */
    REASON_SITE,    /* nodes or a partition are away: an administrator's work */
    REASON_HELD,    /* until somebody releases it */
    REASON_NEVER    /* never runs as it is */
};

/* Which of the site's numbers binds (struct scheduler_limits). */
enum reason_number { NUMBER_NONE, NUMBER_RUNNING, NUMBER_MINUTES };

struct slurm_reason {
    enum reason_kind kind;
    enum reason_number number;
    const char *words;  /* static: what it means, to follow "waits: " */
    const char *advice; /* static: what to do; "" nothing */
};

/* `raw` as squeue %r prints it, also with '_' for spaces (scontrol). Never NULL; for an
 * unknown or empty word the texts are "". */
const struct slurm_reason *slurm_reason(const char *raw);

/* May a reservation (also one for maintenance) be what it waits for? */
bool slurm_reason_is_reservation(const char *raw);

#endif

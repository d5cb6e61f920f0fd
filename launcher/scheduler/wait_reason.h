/* wait_reason.h - why a job waits: the scheduler's word, what it means, what to do */
#ifndef LAUNCHER_SCHEDULER_WAIT_REASON_H
#define LAUNCHER_SCHEDULER_WAIT_REASON_H

#include "launcher/common/text/text.h"

enum reason_kind {
    REASON_UNKNOWN, /* a word we do not know: shown raw */
    REASON_TURN,    /* the normal waiting for a turn */
    REASON_LIMIT,   /* a limit: goes on when own or others' jobs end */
    REASON_SITE,    /* nodes or a partition are away: an administrator's work */
    REASON_HELD,    /* until somebody releases it */
    REASON_NEVER,   /* never runs as it is */
    REASON_MAYBE    /* the same, or its nodes are down: one word for both */
};

/* Which of the site's numbers binds (struct scheduler_limits). */
enum reason_number { NUMBER_NONE, NUMBER_RUNNING, NUMBER_MINUTES };

struct wait_reason {
    enum reason_kind kind;
    enum reason_number number;
    const char *words;  /* static: what it means, to follow "waits: " */
    const char *advice; /* static: what to do, with SWEEP and JOB for their names; ""
                           nothing (wait_reason_add_advice()) */
};

/* Append `advice`, which is such a member, as it can be typed. */
void wait_reason_add_advice(const char *advice, const char *sweep, const char *job,
                            struct text *text);

#endif

/* states.h - the states of a point, one word each (docs/formats.md, "States")
 *
 * A point is in exactly one at any time. STATE_UNKNOWN is a state of knowledge, not an
 * end: it is asked again. Slurm's raw words are kept beside, never instead.
 */
#ifndef COLLECTOR_OUTCOME_STATES_H
#define COLLECTOR_OUTCOME_STATES_H

#include <stdbool.h>

enum state {
    STATE_UNKNOWN = 0,
    STATE_PLANNED,    /* no attempt yet */
    STATE_SUBMITTING, /* the intent is on disk, its outcome is not known */
    STATE_SUBMITTED,  /* accepted, not seen in the queue yet */
    STATE_PENDING,
    STATE_RUNNING,
    /* final */
    STATE_COMPLETED,
    STATE_FAILED,
    STATE_TIMEOUT,
    STATE_CANCELLED,
    STATE_OOM,
    STATE_PREEMPTED,
    STATE_NODE_FAIL,
    STATE_MISSING, /* no record, no claim, no file: it never ran */
    STATE_COUNT
};

const char *state_name(enum state state); /* "completed"; never NULL */
bool state_from_name(const char *name, enum state *ret_state); /* false: no such word */
bool state_is_final(enum state state);

/* Ended from outside (preempted, node_fail, missing): retyping the sweep submits it
 * again. A cancelled point also counts when someone else cancelled it; the caller knows
 * who did. */
bool state_is_from_outside(enum state state);

#endif

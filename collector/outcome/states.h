/* states.h - the states of a point, one word each (docs/formats.md, "States")
 *
 * A point is in exactly one at any time. STATE_UNKNOWN is a state of knowledge, not an
 * end: it is asked again. Slurm's raw words are kept beside, never instead.
 */
#ifndef COLLECTOR_OUTCOME_STATES_H
#define COLLECTOR_OUTCOME_STATES_H

#include <stdbool.h>

/* STATE(enum, name, what it is): docs/formats.md has the same table, and
 * tests/unit/test_words.c compares. The final ones come last. */
#define STATES_TABLE(STATE)                                                            \
    STATE(UNKNOWN, "unknown", "not known now; it is asked again")                      \
    STATE(PLANNED, "planned", "no attempt yet")                                        \
    STATE(SUBMITTING, "submitting", "the intent is on disk, its outcome is not known") \
    STATE(SUBMITTED, "submitted", "accepted, not seen in the queue yet")               \
    STATE(PENDING, "pending", "it waits, says the scheduler")                          \
    STATE(RUNNING, "running", "it runs, says the scheduler")                           \
    STATE(COMPLETED, "completed",                                                      \
          "a result [counts](#which-result-counts) and does not say otherwise; with "  \
          "`--no-require-result` exit code 0 is enough")                               \
    STATE(FAILED, "failed", "anything else that the job did itself")                   \
    STATE(TIMEOUT, "timeout",                                                          \
          "Slurm's time limit, `--timeout`, or the result says so")                    \
    STATE(CANCELLED, "cancelled", "by the user or by somebody else")                   \
    STATE(OOM, "oom", "Slurm ended it for its memory")                                 \
    STATE(PREEMPTED, "preempted",                                                      \
          "ended from outside; submitted again when the sweep is typed again")         \
    STATE(NODE_FAIL, "node_fail", "likewise")                                          \
    STATE(MISSING, "missing",                                                          \
          "no claim and no file, and no record but perhaps one of a job that "         \
          "completed (a restarted controller may mix up two jobs): it never ran; "     \
          "submitted again likewise")

enum state {
#define STATE_ENUM(id, ...) STATE_##id,
    STATES_TABLE(STATE_ENUM)
#undef STATE_ENUM
        STATE_COUNT
};

const char *state_name(enum state state); /* "completed"; never NULL */

/* One line. Public for its test, which compares it with docs/formats.md. */
const char *state_meaning(enum state state);

bool state_from_name(const char *name, enum state *ret_state); /* false: no such word */
bool state_is_final(enum state state);

/* Ended from outside (preempted, node_fail, missing): retyping the sweep submits it
 * again. A cancelled point also counts when someone else cancelled it; the caller knows
 * who did. */
bool state_is_from_outside(enum state state);

#endif

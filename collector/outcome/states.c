#include "collector/outcome/states.h"

#include <stddef.h>
#include <string.h>

static const char *const names[STATE_COUNT] = {
    [STATE_UNKNOWN] = "unknown",
    [STATE_PLANNED] = "planned",
    [STATE_SUBMITTING] = "submitting",
    [STATE_SUBMITTED] = "submitted",
    [STATE_PENDING] = "pending",
    [STATE_RUNNING] = "running",
    [STATE_COMPLETED] = "completed",
    [STATE_FAILED] = "failed",
    [STATE_TIMEOUT] = "timeout",
    [STATE_CANCELLED] = "cancelled",
    [STATE_OOM] = "oom",
    [STATE_PREEMPTED] = "preempted",
    [STATE_NODE_FAIL] = "node_fail",
    [STATE_MISSING] = "missing",
};

const char *state_name(enum state state)
{
    unsigned index = (unsigned)state;

    return index < STATE_COUNT ? names[index] : names[STATE_UNKNOWN];
}

bool state_from_name(const char *name, enum state *ret_state)
{
    for (unsigned i = 0; i < STATE_COUNT; i++) {
        if (strcmp(names[i], name) == 0) {
            *ret_state = (enum state)i;
            return true;
        }
    }
    return false;
}

bool state_is_final(enum state state)
{
    return state >= STATE_COMPLETED && state < STATE_COUNT;
}

bool state_is_from_outside(enum state state)
{
    return state == STATE_PREEMPTED || state == STATE_NODE_FAIL ||
           state == STATE_MISSING;
}

#include "collector/outcome/states.h"

#include <stddef.h>
#include <string.h>

static const struct {
    const char *name, *meaning;
} states[STATE_COUNT] = {
#define STATE_ROW(id, name, meaning) [STATE_##id] = {name, meaning},
    STATES_TABLE(STATE_ROW)
#undef STATE_ROW
};

/* Numbers that are no state come from nowhere but a bug: they are STATE_UNKNOWN. */
static enum state known(enum state state)
{
    return (unsigned)state < STATE_COUNT ? state : STATE_UNKNOWN;
}

const char *state_name(enum state state)
{
    return states[known(state)].name;
}

const char *state_meaning(enum state state)
{
    return states[known(state)].meaning;
}

bool state_from_name(const char *name, enum state *ret_state)
{
    for (unsigned i = 0; i < STATE_COUNT; i++) {
        if (strcmp(states[i].name, name) == 0) {
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

/* The words of the states, there and back. */
#include "collector/outcome/states.h"

#include <string.h>

#include "tests/tap/tap.h"

int main(void)
{
    enum state state = STATE_RUNNING;

    ok(!state_from_name("", &state) && !state_from_name("Completed", &state) &&
           !state_from_name("COMPLETED", &state) && state == STATE_RUNNING,
       "other words are no states, and leave the output alone");
    is_string(state_name((enum state)99), "unknown", "a number outside has a name too");
    for (int i = 0; i < STATE_COUNT; i++) {
        const char *name = state_name((enum state)i);
        ok(state_from_name(name, &state) && state == (enum state)i, "%s", name);
    }
    ok(!state_is_final(STATE_RUNNING) && !state_is_final(STATE_UNKNOWN) &&
           state_is_final(STATE_COMPLETED) && state_is_final(STATE_MISSING) &&
           !state_is_final(STATE_COUNT),
       "what is final");
    ok(state_is_from_outside(STATE_PREEMPTED) &&
           state_is_from_outside(STATE_NODE_FAIL) &&
           state_is_from_outside(STATE_MISSING) &&
           !state_is_from_outside(STATE_FAILED) && !state_is_from_outside(STATE_OOM),
       "what is from outside");
    return tap_done();
}

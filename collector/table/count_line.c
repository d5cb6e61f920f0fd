#include "collector/table/count_line.h"

#include <string.h>

#define CAUSES_SHOWN 6 /* of one state; more are "..." */

static void add_causes(enum state state, size_t n_of_state,
                       const struct cause_count *causes, size_t n_causes,
                       struct text *text)
{
    size_t n_shown = 0;

    for (size_t i = 0; i < n_causes; i++) {
        const struct cause_count *known = &causes[i];
        /* "preempted (preempted)" would say it twice */
        if (known->state != state || !*known->cause ||
            strcmp(known->cause, state_name(state)) == 0)
            continue;
        text_add(text, n_shown++ ? ", " : " (");
        if (n_shown > CAUSES_SHOWN) {
            text_add(text, "...");
            break;
        }
        if (known->count < n_of_state)
            text_addf(text, "%zu ", known->count);
        text_add(text, known->cause);
    }
    text_add(text, n_shown ? ")" : "");
}

bool count_line_add(size_t total, const size_t by_state[STATE_COUNT],
                    const struct cause_count *causes, size_t n_causes,
                    struct text *text)
{
    static const enum state order[] = {
        STATE_COMPLETED, STATE_FAILED,    STATE_TIMEOUT,   STATE_OOM,
        STATE_CANCELLED, STATE_PREEMPTED, STATE_NODE_FAIL, STATE_MISSING,
        STATE_RUNNING,   STATE_PENDING,   STATE_SUBMITTED, STATE_SUBMITTING,
        STATE_PLANNED,   STATE_UNKNOWN};
    size_t sum = 0, n_shown = 0;

    text_addf(text, "%zu point%s", total, total == 1 ? "" : "s");
    for (size_t i = 0; i < sizeof order / sizeof *order; i++) {
        enum state state = order[i];
        sum += by_state[state];
        if (by_state[state] == 0)
            continue;
        text_addf(text, "%s%zu %s", n_shown++ ? " + " : " = ", by_state[state],
                  state_name(state));
        add_causes(state, by_state[state], causes, n_causes, text);
    }
    return sum == total;
}

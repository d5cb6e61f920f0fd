#include "launcher/policy/ceiling.h"

#include <string.h>

#include "launcher/common/clock.h"

#define PROBE_MS 60000 /* after so long one more is tried, whatever ended */

bool ceiling_is_of_group(const char *words)
{
    return strstr(words, "Grp") || strstr(words, "MaxJobCount") ||
           strstr(words, "Account");
}

bool ceiling_is_hopeless(const char *words, const struct job_list *queue)
{
    if (ceiling_is_of_group(words))
        return false;
    for (size_t i = 0; i < queue->count; i++) {
        if (!state_is_final(queue->jobs[i].state))
            return false;
    }
    return true;
}

void ceiling_learn(struct ceiling *ceiling, bool is_limited, size_t n_live)
{
    if (is_limited)
        *ceiling = (struct ceiling){
            .is_known = true, .n_live = n_live, .at_ms = clock_monotonic_ms()};
    else
        ceiling->is_known = ceiling->is_known && !ceiling->is_probed;
}

size_t ceiling_room(struct ceiling *ceiling, size_t n_live)
{
    if (!ceiling->is_known)
        return SIZE_MAX;
    ceiling->is_probed =
        n_live >= ceiling->n_live && clock_monotonic_ms() - ceiling->at_ms >= PROBE_MS;
    if (ceiling->is_probed)
        return 1;
    return n_live < ceiling->n_live ? ceiling->n_live - n_live : 0;
}

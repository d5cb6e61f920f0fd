#include "launcher/submit/submit_one.h"

#include "launcher/common/clock.h"
#include "launcher/common/memory.h"
#include "launcher/common/processes/interrupt.h"

#define BEAT_MS 1000 /* between two heartbeats of the lock */

/* A second interrupt, or the first where one was answered before. */
static bool must_leave(const struct submit_one *how)
{
    if (!interrupt_is_pending())
        return false;
    if (interrupt_count() > 1)
        return true;
    interrupt_answer();
    if (how->on_warning)
        how->on_warning(how->context,
                        "stopping when the submission has answered (again: at once)");
    return false;
}

static int unknown(const char *message, struct submit_outcome *ret_outcome)
{
    *ret_outcome =
        (struct submit_outcome){.class = SUBMIT_UNKNOWN, .message = xstrdup(message)};
    return 0;
}

int submit_one(const struct submit_one *how, const struct submit_request *submission,
               struct submit_outcome *ret_outcome, struct error *err)
{
    struct submit_request own = *submission;
    int64_t end = clock_monotonic_ms() + SUBMIT_ONE_MS;
    size_t slot;

    own.timeout_ms = SUBMIT_ONE_MS;
    if (scheduler_submit_begin(how->scheduler, 0, &own, err) < 0)
        return -1;
    /* The scheduler ends its call at the deadline, or soon after if it is stubborn. */
    while (scheduler_submit_next(how->scheduler, BEAT_MS, &slot, ret_outcome) == 0) {
        if (how->lock && lock_confirm(how->lock, err) < 0)
            return -1;
        if (must_leave(how))
            return unknown("interrupted before it answered", ret_outcome);
        if (clock_monotonic_ms() >= end + SUBMIT_ONE_MS / 4)
            return unknown("no answer in time", ret_outcome);
    }
    return 0;
}

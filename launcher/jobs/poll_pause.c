#include "launcher/jobs/poll_pause.h"

#define LEAST_MS 1000
#define MOST_MS 60000
#define FRONT_LEAST_MS 100
#define FRONT_MOST_MS 2000
#define JITTER_FROM_MS 5000 /* shorter pauses stay as they are */
#define FAILURES_MOST 6     /* 2^6 s are more than MOST_MS */

static int64_t between(int64_t value, int64_t least, int64_t most)
{
    return value < least ? least : value > most ? most : value;
}

int64_t poll_pause_ms(const struct poll_view *view)
{
    if (view->fixed_s > 0)
        return view->fixed_s * 1000;
    if (view->runs_here)
        return between(view->quiet_ms / 10, FRONT_LEAST_MS, FRONT_MOST_MS);
    int64_t pause = between(view->quiet_ms / 10, LEAST_MS, MOST_MS);
    if (view->n_failures > 0) {
        int n_doubled =
            view->n_failures < FAILURES_MOST ? view->n_failures : FAILURES_MOST;
        pause = between((int64_t)LEAST_MS << n_doubled, pause, MOST_MS);
    } else if (view->next_s >= 0 && view->next_s * 1000 + LEAST_MS < (double)pause) {
        pause = (int64_t)(view->next_s * 1000) + LEAST_MS;
    }
    if (pause >= JITTER_FROM_MS)
        pause += (int64_t)((view->chance - 0.5) * 0.2 * (double)pause);
    return pause;
}

double poll_next_s(const struct sweep *sweep, double now)
{
    double next = -1;

    for (size_t i = 0; i < sweep->n_attempts; i++) {
        const struct attempt *attempt = sweep->by_order[i];
        if (!attempt_is_live(attempt) || !attempt->is_listed)
            continue;
        double left = attempt->seen.expected_at - now;
        if (left >= 0 && (next < 0 || left < next))
            next = left;
    }
    return next;
}

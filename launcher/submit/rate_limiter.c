#include "launcher/submit/rate_limiter.h"

#define SLOW_FACTOR 4.0
#define SLOW_S 1.0
#define SMOOTHING 0.3  /* weight of the newest call */
#define QUIET_S 5.0    /* before one more is tried */
#define LONGEST_S 60.0 /* of a pause */

void rate_limiter_init(struct rate_limiter *pace, size_t in_flight, double rate_per_s,
                       double burst, double now)
{
    *pace = (struct rate_limiter){.most = in_flight > 0 ? in_flight : 1,
                                  .rate_per_s = rate_per_s > 0 ? rate_per_s : 0,
                                  .burst = burst > 1 ? burst : 1,
                                  .filled_at = now,
                                  .changed_at = now};
    pace->in_flight = pace->most;
    pace->tokens = pace->burst;
}

size_t rate_limiter_in_flight(const struct rate_limiter *pace)
{
    return pace->has_accepted ? pace->in_flight : 1;
}

static void fill(struct rate_limiter *pace, double now)
{
    pace->tokens += (now - pace->filled_at) * pace->rate_per_s;
    pace->filled_at = now;
    if (pace->tokens > pace->burst)
        pace->tokens = pace->burst;
}

double rate_limiter_wait(struct rate_limiter *pace, double now)
{
    if (pace->n_running >= rate_limiter_in_flight(pace))
        return -1;
    double wait = pace->blocked_until > now ? pace->blocked_until - now : 0;
    if (pace->rate_per_s <= 0)
        return wait;
    fill(pace, now);
    double token = (1 - pace->tokens) / pace->rate_per_s;
    return token > wait ? token : wait;
}

void rate_limiter_begin(struct rate_limiter *pace, double now)
{
    pace->n_running++;
    if (pace->rate_per_s > 0) {
        fill(pace, now);
        pace->tokens -= 1;
    }
}

static void change(struct rate_limiter *pace, size_t in_flight, double now)
{
    pace->in_flight = in_flight > 0 ? in_flight : 1;
    pace->changed_at = now;
    pace->n_quick = 0;
}

void rate_limiter_accepted(struct rate_limiter *pace)
{
    pace->has_accepted = true;
    pace->n_refused = 0;
}

void rate_limiter_end(struct rate_limiter *pace, double began, double now,
                      bool is_accepted)
{
    double took = now - began;

    pace->n_running--;
    if (!is_accepted)
        return;
    rate_limiter_accepted(pace);
    pace->smooth_s =
        pace->best_s > 0 ? pace->smooth_s + SMOOTHING * (took - pace->smooth_s) : took;
    if (pace->best_s <= 0 || took < pace->best_s)
        pace->best_s = took;
    bool is_slow =
        pace->smooth_s > SLOW_S && pace->smooth_s > SLOW_FACTOR * pace->best_s;
    if (is_slow) {
        if (began >= pace->changed_at) /* else it says nothing of the new number */
            change(pace, pace->in_flight / 2, now);
        return;
    }
    pace->n_quick++;
    if (pace->in_flight < pace->most && pace->n_quick > pace->in_flight &&
        now - pace->changed_at >= QUIET_S)
        change(pace, pace->in_flight + 1, now);
}

int rate_limiter_refused(struct rate_limiter *pace, double began, double now)
{
    if (pace->n_refused > 0 && began < pace->blocked_at)
        return pace->n_refused;
    double pause = pace->n_refused < 6 ? (double)(1 << pace->n_refused) : LONGEST_S;
    pace->n_refused++;
    pace->blocked_at = now;
    pace->blocked_until = now + pause;
    pace->has_accepted = false;
    change(pace, pace->in_flight / 2, now);
    return pace->n_refused;
}

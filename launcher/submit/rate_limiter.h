/* rate_limiter.h - how many calls to the scheduler run at a time, and how many a second
 *
 * Pure: time is an argument (seconds of a monotonic clock). The rate is a bucket: a
 * burst of calls, refilled at a rate. The number in flight is halved when the
 * controller says "not now" or its calls become slow (over a second, and over four
 * times the best seen), and grows by one after a quiet time. After "not now" nothing
 * begins for 1, 2, 4 … 60 s, and then one call alone, until one is accepted.
 */
#ifndef LAUNCHER_SUBMIT_RATE_LIMITER_H
#define LAUNCHER_SUBMIT_RATE_LIMITER_H

#include <stdbool.h>
#include <stddef.h>

struct rate_limiter {
    size_t most;      /* asked for: never more in flight */
    size_t in_flight; /* allowed now */
    size_t n_running;
    double rate_per_s; /* 0 no limit */
    double burst, tokens, filled_at;
    double best_s;     /* of a call; 0 none yet */
    double smooth_s;   /* moving time of a call */
    double changed_at; /* in_flight was changed */
    double blocked_at, blocked_until;
    size_t n_quick;    /* accepted and not slow, since the last change */
    int n_refused;     /* "not now" in a row, of calls that began one after the other */
    bool has_accepted; /* some call was accepted since the last "not now" */
};

/* `burst` below 1 counts as 1. */
void rate_limiter_init(struct rate_limiter *pace, size_t in_flight, double rate_per_s,
                       double burst, double now);

/* Seconds until the next call may begin; 0 now; -1: only after one that runs. */
double rate_limiter_wait(struct rate_limiter *pace, double now);

/* How many calls may run now: 1 until the first is accepted. */
size_t rate_limiter_in_flight(const struct rate_limiter *pace);

/* A call begins; one that began at `began` has ended. */
void rate_limiter_begin(struct rate_limiter *pace, double now);
void rate_limiter_end(struct rate_limiter *pace, double began, double now,
                      bool is_accepted);

/* A job was accepted after all (found later). */
void rate_limiter_accepted(struct rate_limiter *pace);

/* It said "not now" (count it by rate_limiter_end() too). Calls that began before an
 * earlier one was heard do not count again. Returns how many in a row. */
int rate_limiter_refused(struct rate_limiter *pace, double began, double now);

#endif

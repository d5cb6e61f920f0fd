/* pace.h - how many calls to the scheduler run at a time, and how many a second
 *
 * Pure: time is an argument (seconds of a monotonic clock). The rate is a bucket: a
 * burst of calls, refilled at a rate. The number in flight is halved when the
 * controller says "not now" or its calls become slow (over a second, and over four
 * times the best seen), and grows by one after a quiet time. After "not now" nothing
 * begins for 1, 2, 4 … 60 s, and then one call alone, until one is accepted.
 */
#ifndef LAUNCHER_CAMPAIGN_PACE_H
#define LAUNCHER_CAMPAIGN_PACE_H

#include <stdbool.h>
#include <stddef.h>

struct pace {
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
void pace_init(struct pace *pace, size_t in_flight, double rate_per_s, double burst,
               double now);

/* Seconds until the next call may begin; 0 now; -1: only after one that runs. */
double pace_wait(struct pace *pace, double now);

/* How many calls may run now: 1 until the first is accepted. */
size_t pace_in_flight(const struct pace *pace);

/* A call begins; one that began at `began` has ended. */
void pace_begin(struct pace *pace, double now);
void pace_end(struct pace *pace, double began, double now, bool is_accepted);

/* A job was accepted after all (found later). */
void pace_accepted(struct pace *pace);

/* It said "not now" (count it by pace_end() too). Calls that began before an earlier
 * one was heard do not count again. Returns how many in a row. */
int pace_refused(struct pace *pace, double began, double now);

#endif

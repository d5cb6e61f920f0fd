/* poll_pause.h - how long to wait until the next look at the queue
 *
 * Each look is a message to the controller, so the longer nothing changes, the longer
 * the pause (1 s up to a minute); near an expected start or end it is short, and while
 * the scheduler does not answer it grows. A jitter keeps many waiting raylaunch apart.
 */
#ifndef LAUNCHER_JOBS_POLL_PAUSE_H
#define LAUNCHER_JOBS_POLL_PAUSE_H

#include <stdbool.h>
#include <stdint.h>

#include "launcher/sweep/sweep.h"

struct poll_view {
    bool runs_here;    /* the jobs are processes of ours: looking costs nothing */
    long long fixed_s; /* --poll; 0: not set */
    int64_t quiet_ms;  /* since something changed */
    double next_s;     /* until the next expected start or end; below 0 none */
    int n_failures;    /* looks in a row without an answer */
    double chance;     /* 0 … 1: where in the jitter (10 % up or down) */
};

int64_t poll_pause_ms(const struct poll_view *view);

/* Seconds until the first of the sweep's jobs is expected to start, or its time limit
 * ends it; -1 where nothing is expected. `now`: epoch seconds. */
double poll_next_s(const struct sweep *sweep, double now);

#endif

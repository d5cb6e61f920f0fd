/* lanes.h - chains of afterany that keep a sweep at N running jobs with nobody there
 *
 * Each job depends (afterany) on the one before it in its lane, so that all may be
 * queued at once and no more than N run. A resumed sweep goes on behind the jobs that
 * the queue lists: only on those, and on jobs accepted by this process, is depended,
 * because 22.05 takes an unknown id as satisfied and 24.11 refuses it. Arrays with a
 * `%N` of their own are one lane.
 */
#ifndef LAUNCHER_SUBMIT_LANES_H
#define LAUNCHER_SUBMIT_LANES_H

#include <stdbool.h>
#include <stddef.h>

#include "launcher/common/text/text.h"
#include "launcher/sweep/sweep.h"

struct lane {
    struct words ends; /* job ids that the next one waits for */
    size_t length;     /* jobs in it that live, or will */
    bool is_busy;      /* a call of it runs: its end is not known */
};

struct lanes {
    struct lane *items; /* owned; NULL with count 0: no lanes */
    size_t count;
};

/* `count` lanes behind the sweep's live jobs. */
void lanes_init(struct lanes *lanes, const struct sweep *sweep, size_t count);
void lanes_release(struct lanes *lanes);

/* The lane of the next submission: the shortest. -1 without lanes. */
long lanes_take(struct lanes *lanes);

/* May a submission of this lane begin? Without a lane (-1): yes. */
bool lanes_is_free(const struct lanes *lanes, long lane);

/* A call of the lane begins, and ends. `job_id`: accepted, the lane's new end (of an
 * array its own id); NULL: not accepted, or not known. */
void lanes_begin(struct lanes *lanes, long lane);
void lanes_end(struct lanes *lanes, long lane, const char *job_id);

/* What the lane waits for is gone: false if it waited for nothing. */
bool lanes_forget(struct lanes *lanes, long lane);

/* "afterany:1:2", or nothing. */
void lanes_add_dependency(const struct lanes *lanes, long lane, struct text *text);

#endif

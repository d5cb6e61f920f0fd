/* submit_one.h - submit one script that is no point: the collect job, a probe
 *
 * What the engine (submit.h) does for thousands of attempts, for a single script: one
 * call to the scheduler that keeps the lock's heartbeat while it hangs, hears Ctrl-C,
 * and has an end. The caller writes the intent down before and the outcome after it, if
 * its job is one that must not be lost.
 *
 * The first Ctrl-C is answered by a warning: the call goes on, since only its end says
 * whether there is a job. The second does not wait for it. Then, and after the
 * deadline, the outcome is SUBMIT_UNKNOWN: there may be a job, and whoever cares asks
 * the queue.
 */
#ifndef LAUNCHER_SUBMIT_SUBMIT_ONE_H
#define LAUNCHER_SUBMIT_SUBMIT_ONE_H

#include "launcher/scheduler/scheduler.h"
#include "launcher/sweep/lock.h"

/* Shorter than others wait for a lock that is held meanwhile (SWEEP_LOCK_WAIT_MS). */
#define SUBMIT_ONE_MS 45000

struct submit_one {
    struct scheduler *scheduler; /* borrowed: no other call of it runs */
    struct lock *lock;           /* borrowed: held, kept alive; NULL: none */
    void *context;
    void (*on_warning)(void *context, const char *text); /* may be NULL */
};

/* Submit and wait for the outcome (submit_outcome_release()). -1: the scheduler could
 * not be called at all, or the lock was lost meanwhile. */
int submit_one(const struct submit_one *how, const struct submit_request *submission,
               struct submit_outcome *ret_outcome, struct error *err);

#endif

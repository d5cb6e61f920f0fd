/* lock_asked.h - who wants the sweep's lock before a long submission is over
 *
 * A submission of thousands holds the lock for minutes, and one that a scheduler takes
 * nothing of for as long as somebody stays. Who cannot wait for its end (`cancel`)
 * takes a second lock, <sweep>/lock.asked, and then waits for the first. A submitter
 * looks before each call, once a second, and while the second lock is held it begins no
 * more calls and lets go of the first.
 */
#ifndef LAUNCHER_SWEEP_LOCK_ASKED_H
#define LAUNCHER_SWEEP_LOCK_ASKED_H

#include "launcher/sweep/lock.h"

/* How long to wait for a submitter whose call to the scheduler is under way. */
#define LOCK_ASKED_WAIT_MS 300000

/* Ask, waiting for another one that asks. lock_release(ret_asked) ends it, when the
 * sweep's lock is held or no longer wanted. */
int lock_ask(const char *folder, struct lock *ret_asked, struct error *err);

/* Does anybody ask? */
bool lock_is_asked(const char *folder);

#endif

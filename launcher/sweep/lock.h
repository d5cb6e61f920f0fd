/* lock.h - one writer of a sweep at a time
 *
 * An open-file-description lock (fcntl(2) F_OFD_SETLK) on <sweep>/lock where the file
 * system has it: the kernel frees it when the holder dies. Otherwise <sweep>/lock.held,
 * a file made with O_EXCL (lock_file.h), which needs a heartbeat. In both stands who
 * holds it (lock_owner.h).
 *
 * Held while submitting or appending, never while waiting for jobs.
 */
#ifndef LAUNCHER_SWEEP_LOCK_H
#define LAUNCHER_SWEEP_LOCK_H

#include <stdbool.h>

#include "launcher/common/error.h"
#include "launcher/sweep/lock_owner.h"

struct lock {
    char *path;                  /* owned */
    int fd;                      /* -1: not held */
    bool is_exclusive_file;      /* the O_EXCL kind */
    int told_ms;                 /* of how long a wait was told, until it is taken */
    char owner[LOCK_OWNER_SIZE]; /* what we wrote into it */
};

/* Who is told when a lock has been waited for a second: a whole line for people, and
 * not again until it was had, or a longer wait begins. For the whole program; NULL (at
 * first): nobody. */
void lock_set_teller(void (*tell)(const char *text));

void lock_init(struct lock *lock, const char *folder);

/* Another lock of the folder: <folder>/<name>, which begins with "lock.". */
void lock_init_named(struct lock *lock, const char *folder, const char *name);
void lock_release(struct lock *lock); /* lets go and frees */

/* Take it, waiting up to wait_ms. ERROR_FILE names the holder; ERROR_INTERRUPT
 * likewise. Taking a held one is a bug. */
int lock_take(struct lock *lock, int wait_ms, struct error *err);

/* The same, for who can do without it: 1 taken; 0 somebody has it still, and `err` is
 * untouched; -1. */
int lock_await(struct lock *lock, int wait_ms, struct error *err);
void lock_drop(struct lock *lock);
bool lock_is_held(const struct lock *lock);

/* Has anybody else taken it? Nothing is made or changed. */
bool lock_is_taken(const struct lock *lock);

/* Before each window of submissions, and at least once a minute: still ours? Also
 * renews the heartbeat. */
int lock_confirm(struct lock *lock, struct error *err);

#endif

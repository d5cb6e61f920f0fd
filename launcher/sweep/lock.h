/* lock.h - one writer of a sweep at a time
 *
 * An open-file-description lock (fcntl(2) F_OFD_SETLK) on <sweep>/lock where the file
 * system has it: the kernel frees it when the holder dies. Otherwise the file is made
 * with O_EXCL and holds host, boot id and pid, and a heartbeat (its mtime, in the file
 * server's own time); a lock of this host is free when its process is gone, a foreign
 * host's only after LOCK_STALE_SECONDS without heartbeat.
 *
 * Held while submitting or appending, never while waiting.
 */
#ifndef LAUNCHER_SWEEP_LOCK_H
#define LAUNCHER_SWEEP_LOCK_H

#include <stdbool.h>

#include "launcher/common/error.h"

#define LOCK_STALE_SECONDS 120

struct lock {
    char *path;             /* owned */
    int fd;                 /* -1: not held */
    bool is_exclusive_file; /* the O_EXCL kind */
    char owner[256];        /* what we wrote into it */
};

void lock_init(struct lock *lock, const char *folder);

/* Another lock of the folder: <folder>/<name>, which begins with "lock.". */
void lock_init_named(struct lock *lock, const char *folder, const char *name);
void lock_release(struct lock *lock); /* lets go and frees */

/* Take it, waiting up to wait_ms. ERROR_FILE names the holder. Taking a held one is a
 * bug. */
int lock_take(struct lock *lock, int wait_ms, struct error *err);
void lock_drop(struct lock *lock);
bool lock_is_held(const struct lock *lock);

/* Before each window of submissions: still ours? Also renews the heartbeat. */
int lock_confirm(struct lock *lock, struct error *err);

#endif

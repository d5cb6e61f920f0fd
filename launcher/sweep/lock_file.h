/* lock_file.h - a lock where the file system has none: a file made with O_EXCL
 *
 * It holds who made it (lock_owner.h); its mtime is the heartbeat. A file of a process
 * of this host that is gone may be taken over at once, any other when it had no
 * heartbeat for LOCK_STALE_SECONDS, in the file server's own time.
 *
 * Only one of several that see the same stale file can take it over. Each looks which
 * file it is (inode and mtime) and makes a claim on that file with O_EXCL, a name that
 * only this one stale file has. Who made the claim looks again, and only if the lock is
 * still that file, puts a new one in its place by rename(2): so it never removes what
 * somebody else has just made. One who dies with its claim is passed by a next claim
 * after LOCK_STALE_SECONDS; one who wakes up with a claim that is half as old lets go.
 */
#ifndef LAUNCHER_SWEEP_LOCK_FILE_H
#define LAUNCHER_SWEEP_LOCK_FILE_H

#include <stdbool.h>

#include "launcher/common/error.h"

#define LOCK_STALE_SECONDS 120

/* Take the lock `path` for `owner` (its words). 1 and the file, open for the heartbeat;
 * 0: somebody has it; -1: an error. */
int lock_file_take(const char *path, const char *owner, int *ret_fd, struct error *err);

/* Is it there, and its holder not known to be gone? */
bool lock_file_is_taken(const char *path);

/* Is it still a file of `owner`? */
int lock_file_confirm(const char *path, const char *owner, struct error *err);

/* Remove it, unless somebody took it over. */
void lock_file_drop(const char *path, const char *owner);

#endif

/* lock_owner.h - who holds a lock: the words in its file
 *
 *     <host> <boot id> <process id> <user>
 *
 * The file may have been written by anybody: it is read up to a length, and its words
 * are believed only where they have the form of such words. A raylaunch before this one
 * wrote no user.
 */
#ifndef LAUNCHER_SWEEP_LOCK_OWNER_H
#define LAUNCHER_SWEEP_LOCK_OWNER_H

#include <stdbool.h>

#define LOCK_OWNER_SIZE 256 /* bytes of the words, with a NUL */

struct lock_owner {
    char host[65], boot[65], user[33]; /* user "": not said */
    long pid;
};

/* This process. */
void lock_owner_self(char words[LOCK_OWNER_SIZE]);

/* The first line of the file, as it is; "" where there is none (no regular file, none
 * at all, nothing in it). */
void lock_owner_read(const char *path, char words[LOCK_OWNER_SIZE]);

/* False: these are no such words; `*ret_owner` is untouched. */
bool lock_owner_parse(const char *words, struct lock_owner *ret_owner);

/* "mia on login2 (process 4711)", or "somebody unknown": for people. */
void lock_owner_describe(const char *words, char text[LOCK_OWNER_SIZE]);

/* Is it a process of this host that lives no more, or that was there before the host
 * was started anew? Of other hosts nothing is known: false. */
bool lock_owner_is_dead(const struct lock_owner *owner);
bool lock_owner_is_here(const struct lock_owner *owner);

#endif

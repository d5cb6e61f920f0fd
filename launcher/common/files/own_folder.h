/* own_folder.h - folders and files in which nobody but the caller can write
 *
 * What jobs run and what counts as a result lies in such folders. The place above one
 * may be open to a group or to all, who may put anything there first, or put it in the
 * place of what was there: so the owner is asked of the open folder, and files are
 * opened from there. A link counts as what it leads to only if the caller made it.
 *
 * A file system may show another owner than who made a file (NFS that maps ids or
 * squashes them): the owner that a file shows which was just made there is the caller,
 * too. Root gets no more than others: his jobs are not those of a user.
 */
#ifndef LAUNCHER_COMMON_FILES_OWN_FOLDER_H
#define LAUNCHER_COMMON_FILES_OWN_FOLDER_H

#include <stdbool.h>
#include <sys/types.h>

#include "launcher/common/error.h"

enum folder_owner {
    FOLDER_OF_NOBODY, /* there is none */
    FOLDER_OF_CALLER,
    FOLDER_OF_OTHER
};

/* Who is told that a folder was found open to others and closed: a whole line for
 * people. For the whole program; NULL (at first): nobody. */
void own_folder_set_teller(void (*tell)(const char *text));

/* Whose it is. `*ret_uid` (untouched without a folder): the owner that it shows.
 * ERROR_FILE: `path` is no folder, or may not be looked at. */
int own_folder_look(const char *path, enum folder_owner *ret_owner, uid_t *ret_uid,
                    struct error *err);

/* Make `path` and those above it that lack, all of them the caller's (0755 less the
 * umask), or take the one that is there; one that others can write is closed to them.
 * `*ret_is_new` may be NULL. ERROR_POLICY: it is not the caller's. */
int own_folder_make(const char *path, bool *ret_is_new, struct error *err);

/* Open a regular file of the caller's in a folder of the caller's, never through a
 * link, as open(2) does with `flags`; a new one is 0644 less the umask, and an old one
 * that others can write is closed to them. The descriptor, or -1: ERROR_POLICY, or
 * ERROR_FILE with errno. */
int own_file_open(const char *path, int flags, struct error *err);

#endif

/* trust.h - who could have written a configuration file
 *
 * Its settings act as the user, and some of them run code. umask 002 and group folders
 * are ordinary: a group with nobody in it but the owner is the owner.
 */
#ifndef LAUNCHER_SETTINGS_TRUST_H
#define LAUNCHER_SETTINGS_TRUST_H

#include <grp.h>
#include <pwd.h>
#include <stdbool.h>
#include <sys/stat.h>

#include "launcher/common/error.h"
#include "launcher/common/trees/tree.h"

/* Is it the user's, or root's? */
bool trust_is_ours(const struct stat *info);

/* Has the group nobody but the user `owner`? It has his number, or his name and is the
 * group he logs in with; and nobody else is a member. `user` and `group` are what the
 * databases say of them, NULL where they know nothing. Pure. Public for its test: a
 * table of users and groups. */
bool trust_group_is_private(uid_t owner, gid_t number, const struct passwd *user,
                            const struct group *group);

/* Read a file of settings that the user did not write as a configuration: YAML, or JSON
 * by its name. `*ret_doubt` (owned): NULL, or a clause that says whose it is. `also` is
 * the user, too (-1: nobody). With `is_ours_alone` a file that others can write is in
 * doubt as well. NULL as tree_load(). */
struct tree *trust_load(const char *path, uid_t also, bool is_ours_alone,
                        char **ret_doubt, struct error *err);

/* NULL: only the user or root can write the open file. Else a clause that says who can
 * and what helps, owned. Of an access list those count whom it lets write
 * (access_list.h). */
char *trust_doubt(int fd, const struct stat *info, const char *path);

#endif

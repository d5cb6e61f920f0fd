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

/* Is it the user's, or root's? */
bool trust_is_ours(const struct stat *info);

/* Has the group nobody but the user `owner`? It has his number, or his name and is the
 * group he logs in with; and nobody else is a member. `user` and `group` are what the
 * databases say of them, NULL where they know nothing. Pure. Public for its test: a
 * table of users and groups. */
bool trust_group_is_private(uid_t owner, gid_t number, const struct passwd *user,
                            const struct group *group);

/* NULL: only the user or root can write the open file. Else a clause that says who can
 * and what helps, owned. Of an access list those count whom it lets write
 * (access_list.h). */
char *trust_doubt(int fd, const struct stat *info, const char *path);

#endif

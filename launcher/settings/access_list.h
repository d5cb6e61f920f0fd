/* access_list.h - whom a POSIX access list lets write a file
 *
 * Where a file has a list, its mode's group bits are the list's mask: they say how much
 * anybody could get at most, not who does. A list that only lets a group read is
 * ordinary in the folders of groups.
 */
#ifndef LAUNCHER_SETTINGS_ACCESS_LIST_H
#define LAUNCHER_SETTINGS_ACCESS_LIST_H

#include <stdbool.h>
#include <stddef.h>
#include <sys/types.h>

/* Is this user or group somebody else? `context` is handed through. */
typedef bool (*access_list_fn)(bool is_group, id_t id, void *context);

/* Does the list (the bytes of system.posix_acl_access) let anybody write of whom
 * `is_other` says that he is another? Asked are the users and groups that it names, and
 * `group`, the file's own; what the mask takes away does not count. A list that cannot
 * be read lets others write. Pure but for `is_other`. */
bool access_list_has_writer(const unsigned char *list, size_t size, gid_t group,
                            access_list_fn is_other, void *context);

#endif

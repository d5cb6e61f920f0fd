#include "launcher/settings/trust.h"

#include <errno.h>
#include <fcntl.h>
#include <string.h>
#include <sys/xattr.h>
#include <unistd.h>

#include "launcher/common/memory.h"
#include "launcher/common/trees/tree_load.h"
#include "launcher/settings/access_list.h"

#define LIST_BYTES_MAX 4096 /* of an access list; of a longer one is thought badly */

bool trust_is_ours(const struct stat *info)
{
    return info->st_uid == geteuid() || info->st_uid == 0;
}

bool trust_group_is_private(uid_t owner, gid_t number, const struct passwd *user,
                            const struct group *group)
{
    bool is_named = user && group && strcmp(user->pw_name, group->gr_name) == 0 &&
                    user->pw_gid == number;

    if (number != owner && !is_named)
        return false;
    if (user && user->pw_gid != number)
        return false;
    for (char *const *name = group ? group->gr_mem : NULL; name && *name; name++) {
        if (!user || strcmp(*name, user->pw_name) != 0)
            return false;
    }
    return true;
}

static bool is_other(bool is_group, id_t id, void *context)
{
    const struct stat *info = context;

    if (is_group)
        return !trust_group_is_private(info->st_uid, id, getpwuid(info->st_uid),
                                       getgrgid(id));
    return id != info->st_uid && id != geteuid() && id != 0;
}

static bool others_write(int fd, const struct stat *info)
{
    unsigned char list[LIST_BYTES_MAX];
    struct stat owner = *info;

    if (info->st_mode & S_IWOTH)
        return true;
    if (!(info->st_mode & S_IWGRP))
        return false;
    ssize_t size = fgetxattr(fd, "system.posix_acl_access", list, sizeof list);
    if (size > 0)
        return access_list_has_writer(list, (size_t)size, info->st_gid, is_other,
                                      &owner);
    return (size < 0 && errno == ERANGE) || is_other(true, info->st_gid, &owner);
}

char *trust_doubt(int fd, const struct stat *info, const char *path)
{
    if (!trust_is_ours(info))
        return xasprintf("'%s' belongs to user %u: copy it, or use --no-config", path,
                         (unsigned)info->st_uid);
    if (others_write(fd, info))
        return xasprintf("others can write '%s': chmod go-w '%s'", path, path);
    return NULL;
}

static char *doubt_of(int fd, const struct stat *info, const char *path, uid_t also,
                      bool is_ours_alone)
{
    if (!trust_is_ours(info) && info->st_uid != also)
        return xasprintf("'%s' belongs to user %u: read it, and copy it", path,
                         (unsigned)info->st_uid);
    if (is_ours_alone && others_write(fd, info))
        return xasprintf("others can write '%s': read it, and chmod go-w '%s'", path,
                         path);
    return NULL;
}

struct tree *trust_load(const char *path, uid_t also, bool is_ours_alone,
                        char **ret_doubt, struct error *err)
{
    cleanup_close int fd = open(path, O_RDONLY | O_CLOEXEC | O_NONBLOCK | O_NOCTTY);
    struct stat info;

    if (fd < 0 || fstat(fd, &info) < 0) {
        error_set_errno(err, ERROR_FILE, "cannot open '%s'", path);
        return NULL;
    }
    struct tree *tree = tree_load(fd, path, err);
    if (!tree)
        return NULL;
    *ret_doubt = doubt_of(fd, &info, path, also, is_ours_alone);
    return tree;
}

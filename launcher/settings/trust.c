#include "launcher/settings/trust.h"

#include <string.h>
#include <sys/xattr.h>
#include <unistd.h>

#include "launcher/common/memory.h"

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

/* With an access list the group's bit is its mask: whom it lets write is not seen. */
static bool has_access_list(int fd)
{
    return fgetxattr(fd, "system.posix_acl_access", NULL, 0) > 0;
}

static bool others_write(int fd, const struct stat *info)
{
    if (info->st_mode & S_IWOTH)
        return true;
    if (!(info->st_mode & S_IWGRP))
        return false;
    return has_access_list(fd) ||
           !trust_group_is_private(info->st_uid, info->st_gid, getpwuid(info->st_uid),
                                   getgrgid(info->st_gid));
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

#include "launcher/common/files/own_folder.h"

#include <errno.h>
#include <fcntl.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "launcher/common/files/file.h"
#include "launcher/common/memory.h"
#include "launcher/common/random.h"

#define OTHERS_WRITE (S_IWGRP | S_IWOTH)

static void (*teller)(const char *text);

void own_folder_set_teller(void (*tell)(const char *text))
{
    teller = tell;
}

/* The owner that a file of ours shows in this folder; ours where none can be made. */
static uid_t shown_owner(int folder)
{
    char name[] = ".raylaunch-........";
    char hex[RANDOM_HEX_SIZE(4)];
    struct stat info;

    random_hex(hex, 4);
    memcpy(strchr(name, '-') + 1, hex, 8);
    cleanup_close int fd =
        openat(folder, name, O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC, 0600);
    if (fd < 0)
        return geteuid();
    bool is_known = fstat(fd, &info) == 0;
    unlinkat(folder, name, 0);
    return is_known ? info.st_uid : geteuid();
}

static bool is_callers(int folder, const struct stat *info)
{
    return info->st_uid == geteuid() || info->st_uid == shown_owner(folder);
}

/* O_PATH: one may have a folder that one may not list. A link is followed if it is
 * ours: whoever made it may turn it around at any time. Another's is EPERM, and
 * `*ret_info` is the link's. */
static int open_folder(const char *path, struct stat *ret_info)
{
    const int flags = O_PATH | O_DIRECTORY | O_CLOEXEC;
    int fd = open(path, flags | O_NOFOLLOW);

    if (fd < 0 && errno == ENOTDIR && lstat(path, ret_info) == 0 &&
        S_ISLNK(ret_info->st_mode)) {
        errno = EPERM;
        if (ret_info->st_uid == geteuid() || ret_info->st_uid == 0)
            fd = open(path, flags);
    }
    if (fd >= 0 && fstat(fd, ret_info) < 0) {
        close(fd);
        fd = -1;
    }
    return fd;
}

int own_folder_look(const char *path, enum folder_owner *ret_owner, uid_t *ret_uid,
                    struct error *err)
{
    struct stat info = {0};
    cleanup_close int fd = open_folder(path, &info);

    if (fd < 0 && errno == ENOENT && !file_exists(path)) {
        *ret_owner = FOLDER_OF_NOBODY;
        return 0;
    }
    if (fd < 0 && errno != EPERM)
        return error_set_errno(err, ERROR_FILE, "cannot open folder '%s'", path);
    *ret_uid = info.st_uid;
    *ret_owner = fd >= 0 && is_callers(fd, &info) ? FOLDER_OF_CALLER : FOLDER_OF_OTHER;
    return 0;
}

static int refuse(const char *what, const char *path, const struct stat *info,
                  struct error *err)
{
    return error_set(err, ERROR_POLICY,
                     "the %s '%s' belongs to user %u: it can be read, and nothing is "
                     "written there; take another --name or --output-dir",
                     what, path, (unsigned)info->st_uid);
}

/* What cannot be closed (a file system without modes) is told, not refused: nobody
 * could work there. */
static void close_folder(int fd, const char *path, const struct stat *info)
{
    cleanup_free char *self = xasprintf("/proc/self/fd/%d", fd);
    struct stat now;

    if (!(info->st_mode & OTHERS_WRITE))
        return;
    bool is_closed = chmod(self, info->st_mode & 07777 & (mode_t)~OTHERS_WRITE) == 0 &&
                     fstat(fd, &now) == 0 && !(now.st_mode & OTHERS_WRITE);
    cleanup_free char *text =
        xasprintf("others could write in '%s': %s", path,
                  is_closed ? "it is closed to them now (chmod go-w)"
                            : "it cannot be closed to them; take another --output-dir");
    if (teller)
        teller(text);
}

static int take_folder(const char *path, struct error *err)
{
    struct stat info = {0};
    cleanup_close int fd = open_folder(path, &info);

    if (fd < 0 && errno == EPERM)
        return refuse("link", path, &info, err);
    if (fd < 0)
        return error_set_errno(err, ERROR_FILE, "cannot create folder '%s'", path);
    if (!is_callers(fd, &info))
        return refuse("folder", path, &info, err);
    close_folder(fd, path, &info);
    return 0;
}

int own_folder_make(const char *path, bool *ret_is_new, struct error *err)
{
    int rc = mkdir(path, 0755);

    if (rc < 0 && errno == ENOENT && strchr(path, '/')) {
        cleanup_free char *above = path_dir(path);
        if (strcmp(above, path) == 0 || own_folder_make(above, NULL, err) < 0)
            return -1;
        rc = mkdir(path, 0755);
    }
    if (rc < 0 && errno != EEXIST)
        return error_set_errno(err, ERROR_FILE, "cannot create folder '%s'", path);
    if (ret_is_new)
        *ret_is_new = rc == 0;
    /* A new one, too: it may be another by now. */
    return take_folder(path, err);
}

int own_file_open(const char *path, int flags, struct error *err)
{
    cleanup_free char *above = path_dir(path);
    struct stat folder = {0}, info;
    cleanup_close int at = open_folder(above, &folder);

    if (at < 0 && errno == EPERM)
        return refuse("link", above, &folder, err);
    if (at >= 0 && !is_callers(at, &folder))
        return refuse("folder", above, &folder, err);
    flags |= O_NOFOLLOW | O_NONBLOCK | O_NOCTTY | O_CLOEXEC;
    cleanup_close int fd = at < 0 ? -1 : openat(at, path_base(path), flags, 0644);
    if (fd < 0 || fstat(fd, &info) < 0)
        return error_set_errno(err, ERROR_FILE, "cannot open '%s'", path);
    errno = EINVAL;
    if (!S_ISREG(info.st_mode))
        return error_set(err, ERROR_FILE, "'%s' is not a regular file", path);
    if (info.st_uid != geteuid() && info.st_uid != folder.st_uid)
        return refuse("file", path, &info, err);
    if (info.st_mode & OTHERS_WRITE)
        fchmod(fd, info.st_mode & 07777 & (mode_t)~OTHERS_WRITE);
    fcntl(fd, F_SETFL, flags & O_APPEND); /* it was only not to hang on a FIFO */
    int own = fd;
    fd = -1;
    return own;
}

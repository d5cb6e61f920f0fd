#include "launcher/commands/follow.h"

#include <errno.h>
#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>

#include "launcher/common/memory.h"

static int open_regular(const char *path, struct stat *info)
{
    int fd = open(path, O_RDONLY | O_CLOEXEC | O_NONBLOCK);

    if (fd >= 0 && (fstat(fd, info) < 0 || !S_ISREG(info->st_mode))) {
        close(fd);
        errno = EINVAL;
        return -1;
    }
    return fd;
}

int follow_copy(struct follow *follow, const char *path, FILE *to, struct error *err)
{
    struct stat info;
    char block[65536];
    cleanup_close int fd = open_regular(path, &info);

    if (fd < 0)
        return errno == ENOENT
                   ? 0
                   : error_set_errno(err, ERROR_FILE, "cannot read '%s'", path);
    if ((uint64_t)info.st_size < follow->offset)
        follow->offset = 0;
    for (;;) {
        ssize_t got = pread(fd, block, sizeof block, (off_t)follow->offset);
        if (got < 0 && errno == EINTR)
            continue;
        if (got < 0)
            return error_set_errno(err, ERROR_FILE, "cannot read '%s'", path);
        if (got == 0)
            break;
        if (fwrite(block, 1, (size_t)got, to) != (size_t)got)
            return error_set_errno(err, ERROR_FILE, "cannot write what '%s' says",
                                   path);
        follow->offset += (uint64_t)got;
    }
    return fflush(to) == 0
               ? 0
               : error_set_errno(err, ERROR_FILE, "cannot write what '%s' says", path);
}

int follow_tail(struct follow *follow, const char *path, long lines, struct error *err)
{
    struct stat info;
    char block[4096];
    cleanup_close int fd = open_regular(path, &info);

    if (fd < 0)
        return errno == ENOENT
                   ? 0
                   : error_set_errno(err, ERROR_FILE, "cannot read '%s'", path);
    uint64_t at = (uint64_t)info.st_size;
    uint64_t end = at;
    while (at > 0) {
        size_t want = at < sizeof block ? (size_t)at : sizeof block;
        ssize_t got = pread(fd, block, want, (off_t)(at - want));
        if (got <= 0)
            break;
        for (ssize_t i = got; i > 0; i--) {
            uint64_t position = at - want + (uint64_t)i;
            if (block[i - 1] == '\n' && position != end && lines-- <= 1) {
                follow->offset = position;
                return 0;
            }
        }
        at -= want;
    }
    follow->offset = 0;
    return 0;
}

#include "launcher/commands/follow.h"

#include <errno.h>
#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>

#include "launcher/common/files/file.h"
#include "launcher/common/memory.h"
#include "launcher/common/processes/interrupt.h"

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
    while (!interrupt_is_pending()) {
        ssize_t got = pread(fd, block, sizeof block, (off_t)follow->offset);
        if (got < 0 && errno == EINTR)
            continue;
        if (got < 0)
            return error_set_errno(err, ERROR_FILE, "cannot read '%s'", path);
        if (got == 0)
            break;
        if (fwrite(block, 1, (size_t)got, to) != (size_t)got)
            return interrupt_is_pending()
                       ? 0
                       : error_set_errno(err, ERROR_FILE, "cannot write what '%s' says",
                                         path);
        follow->offset += (uint64_t)got;
    }
    return fflush(to) == 0 || interrupt_is_pending()
               ? 0
               : error_set_errno(err, ERROR_FILE, "cannot write what '%s' says", path);
}

int follow_read(const struct follow *follow, const char *path, struct text *text,
                struct error *err)
{
    struct stat info;
    cleanup_close int fd = open_regular(path, &info);

    if (fd < 0 && errno == ENOENT)
        return 0;
    if (fd < 0 || lseek(fd, (off_t)follow->offset, SEEK_SET) < 0)
        return error_set_errno(err, ERROR_FILE, "cannot read '%s'", path);
    return file_read_stream(fd, path, text, err);
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
    while (at > 0 && !interrupt_is_pending()) {
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

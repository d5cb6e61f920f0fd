#include "launcher/commands/follow.h"

#include <errno.h>
#include <fcntl.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "launcher/commands/term.h"
#include "launcher/common/files/file.h"
#include "launcher/common/memory.h"
#include "launcher/common/processes/interrupt.h"
#include "launcher/common/text/utf8.h"

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

/* Behind the colour that begins at `bytes` ("ESC[1;31m"), or 0. */
static size_t colour_size(const char *bytes, size_t size)
{
    size_t at = 2;

    if (size < 3 || bytes[0] != '\033' || bytes[1] != '[')
        return 0;
    while (at < size && strchr("0123456789;:", bytes[at]) && bytes[at])
        at++;
    return at < size && bytes[at] == 'm' ? at + 1 : 0;
}

/* For a terminal: without colours and what else moves or hides. A carriage return
 * stays: bars of progress live by it. */
static void add_shown(struct text *text, const char *bytes, size_t size)
{
    while (size > 0) {
        size_t plain = 0, skip = 0;
        while (plain < size && bytes[plain] != '\r' &&
               (skip = colour_size(bytes + plain, size - plain)) == 0)
            plain++;
        utf8_add_terminal(text, bytes, plain);
        if (plain < size && bytes[plain] == '\r') {
            text_add_char(text, '\r');
            skip = 1;
        }
        bytes += plain + skip;
        size -= plain + skip;
    }
}

/* Of a full block as much as ends with a line, so that no character is cut. */
static size_t write_block(const char *block, size_t size, bool is_full, FILE *to)
{
    cleanup_text struct text shown = {0};
    const char *newline = is_full ? memrchr(block, '\n', size) : NULL;

    if (!term_is(fileno(to)))
        return fwrite(block, 1, size, to);
    size_t taken = newline ? (size_t)(newline - block) + 1 : size;
    add_shown(&shown, block, taken);
    return fwrite(text_string(&shown), 1, shown.size, to) == shown.size ? taken : 0;
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
        size_t put = write_block(block, (size_t)got, got == sizeof block, to);
        if (put == 0 || ferror(to))
            return interrupt_is_pending()
                       ? 0
                       : error_set_errno(err, ERROR_FILE, "cannot write what '%s' says",
                                         path);
        follow->offset += put;
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

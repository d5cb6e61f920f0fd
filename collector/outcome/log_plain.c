#include "collector/outcome/log_plain.h"

#include <fcntl.h>
#include <stdbool.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "launcher/common/files/file.h"
#include "launcher/common/memory.h"

#define LONG_LINE_BYTES (16UL * 1024UL * 1024UL)

#define SAID_BYTES 15 /* the shortest "raylaunch: [s] " */
#define ESC '\x1b'
#define BEL '\x07'

/* Behind ESC ] … BEL, or … ESC \: a link or a title. It ends with its line at the
 * latest. */
static size_t skip_title(const char *bytes, size_t size, size_t at)
{
    while (at < size && bytes[at] != BEL && bytes[at] != '\n' && bytes[at] != ESC)
        at++;
    if (at < size && bytes[at] == BEL)
        return at + 1;
    return at + 1 < size && bytes[at] == ESC && bytes[at + 1] == '\\' ? at + 2 : at;
}

/* Behind the escape sequence at `at`. */
static size_t skip_escape(const char *bytes, size_t size, size_t at)
{
    if (++at == size)
        return at;
    if (bytes[at] == ']')
        return skip_title(bytes, size, at + 1);
    if (bytes[at] == '[') {
        for (at++; at < size && bytes[at] >= 0x20 && bytes[at] < 0x40; at++)
            ;
        return at < size && bytes[at] >= 0x40 && bytes[at] < 0x7F ? at + 1 : at;
    }
    while (at < size && bytes[at] >= 0x20 && bytes[at] < 0x30) /* ESC ( B */
        at++;
    return at < size && bytes[at] >= 0x30 && bytes[at] < 0x7F ? at + 1 : at;
}

/* "raylaunch: [   12.3s] …" of the job's script: a line of its own, also where the
 * program's last one did not end. */
static bool is_said(const char *bytes, size_t size)
{
    static const char head[] = "raylaunch: [";
    size_t at = sizeof head - 1;

    if (size < at || memcmp(bytes, head, at) != 0)
        return false;
    while (at < size && (bytes[at] == ' ' || bytes[at] == '.' ||
                         (bytes[at] >= '0' && bytes[at] <= '9')))
        at++;
    return at + 2 < size && memcmp(bytes + at, "s] ", 3) == 0;
}

char *log_plain(const char *bytes, size_t size, size_t *ret_size)
{
    char *plain = xmalloc(size + size / SAID_BYTES + 1); /* a newline for each */
    size_t used = 0, line = 0, at = 0;

    while (at < size) {
        char c = bytes[at];
        if (c == ESC) {
            at = skip_escape(bytes, size, at);
            continue;
        }
        if (c == 'r' && used > line && is_said(bytes + at, size - at)) {
            plain[used++] = '\n';
            line = used;
        }
        at++;
        if (c == '\b')
            used -= used > line;
        else if (c == '\n' || c == '\r' ||
                 (c != '\0' && used - line < LOG_PLAIN_LINE_BYTES))
            plain[used++] = c;
        if (c == '\n' || c == '\r')
            line = used;
    }
    plain[used] = '\0';
    *ret_size = used;
    return plain;
}

/* Does a line begin behind the first one, which may be cut? */
static bool has_whole_line(const char *bytes, size_t size)
{
    const char *newline = memchr(bytes, '\n', size);

    return newline && newline + 1 < bytes + size;
}

char *log_plain_read_end(const char *path, size_t most, size_t *ret_size)
{
    struct stat info;
    cleanup_close int fd =
        path ? open(path, O_RDONLY | O_NONBLOCK | O_NOFOLLOW | O_CLOEXEC | O_NOCTTY)
             : -1;

    if (fd < 0 || fstat(fd, &info) < 0 || !S_ISREG(info.st_mode))
        return NULL;
    for (size_t step = most;; step = LONG_LINE_BYTES) {
        size_t size = info.st_size > (off_t)step ? step : (size_t)info.st_size;
        off_t from = info.st_size - (off_t)size;
        cleanup_free char *bytes = xmalloc(size + 1);
        size = file_read_at(fd, bytes, size, from);
        bool is_whole = from == 0 || has_whole_line(bytes, size);
        if (!is_whole && step < LONG_LINE_BYTES)
            continue;
        const char *newline = from > 0 && is_whole ? memchr(bytes, '\n', size) : NULL;
        size_t skip = newline ? (size_t)(newline - bytes) + 1 : 0;
        memmove(bytes, bytes + skip, size - skip);
        *ret_size = size - skip;
        return steal(&bytes);
    }
}

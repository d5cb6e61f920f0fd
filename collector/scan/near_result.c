#include "collector/scan/near_result.h"

#include <errno.h>
#include <fcntl.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "collector/scan/scan.h"
#include "launcher/common/files/file.h"
#include "launcher/common/memory.h"
#include "launcher/common/text/text.h"

#define MARKER_SIZE (sizeof SCAN_MARKER - 1)

/* The end of a regular file, at most NEAR_RESULT_BYTES; owned, NULL if there is none.
 */
static char *read_end(const char *path, size_t *ret_size)
{
    struct stat info;
    cleanup_close int fd =
        path ? open(path, O_RDONLY | O_NONBLOCK | O_NOFOLLOW | O_CLOEXEC | O_NOCTTY)
             : -1;

    if (fd < 0 || fstat(fd, &info) < 0 || !S_ISREG(info.st_mode) || info.st_size <= 0)
        return NULL;
    size_t size = info.st_size > (off_t)NEAR_RESULT_BYTES ? NEAR_RESULT_BYTES
                                                          : (size_t)info.st_size;
    off_t from = info.st_size - (off_t)size;
    char *bytes = xmalloc(size);
    size_t at = 0;
    while (at < size) {
        ssize_t count = pread(fd, bytes + at, size - at, from + (off_t)at);
        if (count < 0 && errno == EINTR)
            continue;
        if (count <= 0)
            break;
        at += (size_t)count;
    }
    *ret_size = at;
    return bytes;
}

/* The marker with a NUL behind each byte (little endian), or before it. */
static bool has_utf16(const char *bytes, size_t size)
{
    char wide[2 * MARKER_SIZE] = {0};

    for (size_t i = 0; i < MARKER_SIZE; i++)
        wide[2 * i] = SCAN_MARKER[i];
    /* Without the last NUL it is also the middle of the big-endian form. */
    return memmem(bytes, size, wide, sizeof wide - 1) != NULL;
}

/* Not a traceback that quotes the program's own line. */
static bool has_result(const char *bytes, size_t size)
{
    struct scan_report report;

    scan_bytes(bytes, size, SCAN_PICK_LAST, false, &report);
    bool is_there = report.n_good > 0;
    scan_report_release(&report);
    return is_there;
}

char *near_result_find(const char *out_path, const char *err_path)
{
    size_t out_size = 0, err_size = 0;
    cleanup_free char *out = read_end(out_path, &out_size);
    cleanup_free char *err = read_end(err_path, &err_size);

    if (err && has_result(err, err_size))
        return xasprintf("there is a line with " SCAN_MARKER " in %s: results are read "
                         "from standard output, and it went to standard error, as "
                         "logging and warnings do; print() it",
                         path_base(err_path));
    if (out && has_utf16(out, out_size))
        return xstrdup("there is a line with " SCAN_MARKER
                       " in UTF-16: write UTF-8 (in "
                       "Python PYTHONIOENCODING=utf-8)");
    return NULL;
}

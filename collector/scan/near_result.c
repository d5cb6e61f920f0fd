#include "collector/scan/near_result.h"

#include <fcntl.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "collector/scan/scan.h"
#include "launcher/common/files/file.h"
#include "launcher/common/memory.h"
#include "launcher/common/text/text.h"
#include "launcher/common/text/utf8.h"

#define MARKER_SIZE (sizeof SCAN_MARKER - 1)
#define ALIKE_SHOWN 32 /* bytes of what looks like the marker */

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
    *ret_size = file_read_at(fd, bytes, size, from);
    return bytes;
}

/* The marker with `width` bytes a character: the same bytes little or big endian but
 * for those at the ends. */
static bool has_wide(const char *bytes, size_t size, size_t width)
{
    char wide[4 * MARKER_SIZE] = {0};

    for (size_t i = 0; i < MARKER_SIZE; i++)
        wide[width * i] = SCAN_MARKER[i];
    return memmem(bytes, size, wide, width * (MARKER_SIZE - 1) + 1) != NULL;
}

static const char *encoding_of(const char *bytes, size_t size)
{
    if (!bytes)
        return NULL;
    return has_wide(bytes, size, 2)   ? "UTF-16"
           : has_wide(bytes, size, 4) ? "UTF-32"
                                      : NULL;
}

/* Where something stands that looks like the marker and is not, or NULL. */
static const char *find_alike(const char *bytes, size_t size)
{
    static const char *const forms[] = {"TMGG_RESULT", "tmgg_result", "TMGG_Result",
                                        "TMGG-RESULT", "TMGG RESULT"};
    const char *end = bytes + size;

    for (size_t i = 0; i < sizeof forms / sizeof *forms; i++) {
        const char *at = bytes;
        while ((at = memmem(at, (size_t)(end - at), forms[i], MARKER_SIZE - 1))) {
            if ((size_t)(end - at) < MARKER_SIZE ||
                memcmp(at, SCAN_MARKER, MARKER_SIZE) != 0)
                return at;
            at += MARKER_SIZE;
        }
    }
    return NULL;
}

static char *name_alike(const char *bytes, size_t size)
{
    const char *at = find_alike(bytes, size);
    cleanup_text struct text shown = {0};

    if (!at)
        return NULL;
    size_t rest = (size_t)(bytes + size - at);
    size_t length = rest < ALIKE_SHOWN ? rest : ALIKE_SHOWN;
    const char *newline = memchr(at, '\n', length);
    utf8_add_printable(&shown, at, newline ? (size_t)(newline - at) : length);
    return xasprintf("the output has '%s'; the marker is " SCAN_MARKER
                     ", in capitals, and nothing stands before its colon",
                     text_string(&shown));
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
    const char *encoding = encoding_of(out, out_size);
    if (!encoding)
        encoding = encoding_of(err, err_size);
    if (encoding)
        return xasprintf("there is a line with " SCAN_MARKER
                         " in %s: write UTF-8 to standard output (in Python "
                         "PYTHONIOENCODING=utf-8)",
                         encoding);
    return out ? name_alike(out, out_size) : NULL;
}

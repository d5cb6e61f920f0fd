#include "collector/scan/scan.h"

#include <errno.h>
#include <fcntl.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "collector/scan/window.h"
#include "launcher/common/memory.h"
#include "launcher/common/processes/interrupt.h"

#define BLOCK_BYTES (256UL * 1024UL) /* measured best between 16 KiB and 16 MiB */

struct buffer {
    char *bytes;
    size_t size, cap;
};

static void buffer_release(struct buffer *buffer)
{
    free(buffer->bytes);
}

void scan_bytes(const char *bytes, size_t size, enum scan_pick pick,
                bool only_last_start, struct scan_report *ret_report)
{
    struct window window;

    window_begin(&window, pick, only_last_start, ret_report);
    window_take(&window, size ? bytes : "", size, true);
    ret_report->size = size;
}

/* The next block behind what is there. 0 at the end, -1 with errno. */
static ssize_t read_block(int fd, struct buffer *buffer)
{
    ssize_t count;

    while (buffer->cap - buffer->size < BLOCK_BYTES) {
        buffer->cap = buffer->cap ? buffer->cap * 2 : 2 * BLOCK_BYTES;
        buffer->bytes = xrealloc(buffer->bytes, buffer->cap);
    }
    do {
        count = read(fd, buffer->bytes + buffer->size, BLOCK_BYTES);
    } while (count < 0 && errno == EINTR);
    if (count > 0)
        buffer->size += (size_t)count;
    return count;
}

static void drop(struct window *window, struct buffer *buffer, size_t count)
{
    window_drop(window, buffer->bytes, count);
    buffer->size -= count;
    if (count > 0)
        memmove(buffer->bytes, buffer->bytes + count, buffer->size);
}

/* From where `fd` stands; `source` names it in messages. */
static int scan_fd(int fd, const char *source, enum scan_pick pick,
                   bool only_last_start, struct scan_report *ret_report,
                   struct error *err)
{
    struct buffer buffer __attribute__((cleanup(buffer_release))) = {0};
    struct scan_report report;
    struct window window;
    ssize_t count;

    window_begin(&window, pick, only_last_start, &report);
    do {
        count = read_block(fd, &buffer);
        if (interrupt_is_pending()) {
            scan_report_release(&report);
            return interrupt_error(err, "while reading '%s'", source);
        }
        if (count < 0) {
            scan_report_release(&report);
            return error_set_errno(err, ERROR_FILE, "cannot read '%s'", source);
        }
        report.size += (uint64_t)count;
        drop(&window, &buffer,
             window_take(&window, buffer.bytes, buffer.size, count == 0));
    } while (count > 0);
    *ret_report = report;
    return 0;
}

int scan_file(const char *path, enum scan_pick pick, bool only_last_start,
              struct scan_report *ret_report, struct error *err)
{
    struct stat info;
    cleanup_close int fd =
        open(path, O_RDONLY | O_NONBLOCK | O_NOFOLLOW | O_CLOEXEC | O_NOCTTY);

    if (fd < 0 && errno == ELOOP)
        return error_set(err, ERROR_FILE,
                         "'%s' is a symbolic link; name the file that it points to",
                         path);
    if (fd < 0)
        return error_set_errno(err, ERROR_FILE, "cannot open '%s'", path);
    if (fstat(fd, &info) < 0)
        return error_set_errno(err, ERROR_FILE, "cannot look at '%s'", path);
    if (!S_ISREG(info.st_mode))
        return error_set(err, ERROR_FILE,
                         "'%s' is not a regular file; results are read from files only",
                         path);
    posix_fadvise(fd, 0, 0, POSIX_FADV_SEQUENTIAL);
    return scan_fd(fd, path, pick, only_last_start, ret_report, err);
}

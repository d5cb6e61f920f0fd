#include "collector/archive/members.h"

#include <fcntl.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "launcher/common/limits.h"
#include "launcher/common/memory.h"
#include "launcher/common/processes/interrupt.h"

#ifdef HAVE_ARCHIVE
#include <archive.h>
#include <archive_entry.h>

#define BLOCK_BYTES ((size_t)1 << 18)

struct walk {
    const char *path; /* borrowed */
    members_wants_fn wants;
    members_take_fn take;
    void *context;
    struct archive *archive; /* owned */
    size_t n_members;
    unsigned long long bytes; /* of all members so far, as their headers say */
};

static void walk_release(struct walk *walk)
{
    archive_read_free(walk->archive);
}

static int fail_library(const struct walk *walk, struct error *err)
{
    const char *reason = archive_error_string(walk->archive);

    return error_set(err, ERROR_INPUT, "cannot read '%s': %s", walk->path,
                     reason ? reason : "it is damaged");
}

static int read_data(struct walk *walk, char *bytes, size_t size, size_t *ret_got,
                     struct error *err)
{
    size_t got = 0;

    while (got < size) {
        if (interrupt_is_pending())
            return interrupt_error(err, "while reading '%s'", walk->path);
        la_ssize_t count = archive_read_data(walk->archive, bytes + got, size - got);
        if (count == ARCHIVE_RETRY)
            continue;
        if (count < 0)
            return fail_library(walk, err);
        if (count == 0)
            break;
        got += (size_t)count;
    }
    *ret_got = got;
    return 0;
}

/* Also a member that is passed over is unpacked: its size counts before that. */
static int take_member(struct walk *walk, struct archive_entry *entry,
                       struct error *err)
{
    const char *name = archive_entry_pathname(entry);
    long long size = archive_entry_size_is_set(entry) ? archive_entry_size(entry) : 0;

    if (++walk->n_members > LIMIT_LOG_MEMBERS || size < 0 ||
        (unsigned long long)size > LIMIT_LOG_BYTES - walk->bytes)
        return error_set(err, ERROR_INPUT, "'%s' is too large to be an archive of logs",
                         walk->path);
    walk->bytes += (unsigned long long)size;
    if (!name || archive_entry_filetype(entry) != AE_IFREG ||
        archive_entry_hardlink(entry) || !walk->wants(walk->context, name))
        return 0;
    cleanup_free char *bytes = xmalloc((size_t)size + 1);
    size_t got = 0;
    if (read_data(walk, bytes, (size_t)size, &got, err) < 0)
        return -1;
    bytes[got] = '\0';
    struct member member = {.name = name,
                            .changed_at = (double)archive_entry_mtime(entry),
                            .bytes = bytes,
                            .size = got};
    walk->take(walk->context, &member);
    return 0;
}

static int walk_all(struct walk *walk, struct error *err)
{
    for (;;) {
        struct archive_entry *entry = NULL;
        if (interrupt_is_pending())
            return interrupt_error(err, "while reading '%s'", walk->path);
        int rc = archive_read_next_header(walk->archive, &entry);
        if (rc == ARCHIVE_EOF)
            return 0;
        if (rc == ARCHIVE_RETRY)
            continue;
        /* A warning is a name that the locale cannot say; its bytes are there. */
        if (rc != ARCHIVE_OK && rc != ARCHIVE_WARN)
            return fail_library(walk, err);
        if (take_member(walk, entry, err) < 0)
            return -1;
    }
}

/* Only the tar reader and the gzip filter: most of libarchive's security bugs were in
 * the others. */
static int open_archive(struct walk *walk, int fd, struct error *err)
{
    walk->archive = archive_read_new();
    if (!walk->archive)
        return error_set(err, ERROR_BUG, "libarchive cannot make a reader");
    archive_read_support_format_tar(walk->archive);
    archive_read_support_filter_gzip(walk->archive);
    if (archive_read_open_fd(walk->archive, fd, BLOCK_BYTES) != ARCHIVE_OK)
        return fail_library(walk, err);
    return 0;
}

int members_read(const char *path, members_wants_fn wants, members_take_fn take,
                 void *context, struct error *err)
{
    cleanup_with(walk_release) struct walk walk = {
        .path = path, .wants = wants, .take = take, .context = context};
    /* O_NONBLOCK: a FIFO of that name must not hang us. */
    cleanup_close int fd =
        open(path, O_RDONLY | O_NOFOLLOW | O_NONBLOCK | O_CLOEXEC | O_NOCTTY);
    struct stat info;

    if (fd < 0 || fstat(fd, &info) < 0)
        return error_set_errno(err, ERROR_FILE, "cannot open '%s'", path);
    if (!S_ISREG(info.st_mode))
        return error_set(err, ERROR_FILE, "'%s' is not a regular file", path);
    return open_archive(&walk, fd, err) < 0 ? -1 : walk_all(&walk, err);
}

#else

int members_read(const char *path, members_wants_fn wants, members_take_fn take,
                 void *context, struct error *err)
{
    (void)wants;
    (void)take;
    (void)context;
    return error_set(err, ERROR_USAGE,
                     "cannot look into '%s': this raylaunch was built without "
                     "libarchive; build it again with ARCHIVE=1",
                     path);
}

#endif

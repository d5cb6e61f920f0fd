/* bundle_write.c - write an archive of a sweep (bundle.h) */
#include "collector/archive/bundle.h"

#include <errno.h>
#include <fcntl.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "collector/archive/manifest.h"
#include "collector/archive/sidecar.h"
#include "launcher/common/files/file.h"
#include "launcher/common/limits.h"
#include "launcher/common/memory.h"
#include "launcher/common/processes/interrupt.h"
#include "launcher/common/random.h"

#ifdef HAVE_ARCHIVE
#include <archive.h>
#include <archive_entry.h>

#define BLOCK_BYTES ((size_t)1 << 18)
#define FIXED_TIME 315532800 /* 1980-01-01: tar programs warn of 1970 */

struct source {
    const char *name; /* borrowed */
    unsigned long long size;
};

struct writer {
    const char *path; /* borrowed, for messages */
    const char *folder, *prefix;
    int folder_fd;          /* owned */
    struct source *sources; /* owned, in order of names */
    size_t count;
    struct words links;       /* in order of names */
    struct manifest manifest; /* one entry for each source, same order */
    struct archive *archive;  /* owned */
    struct hash *hash;        /* owned */
    char *block;              /* owned, BLOCK_BYTES */
    unsigned long long bytes;
};

static void writer_release(struct writer *writer)
{
    archive_write_free(writer->archive);
    memory_close_at(&writer->folder_fd);
    memory_free_at(&writer->sources);
    words_release(&writer->links);
    manifest_release(&writer->manifest);
    hash_free(writer->hash);
    memory_free_at(&writer->block);
}

static int by_name(const void *left, const void *right)
{
    return strcmp(((const struct source *)left)->name,
                  ((const struct source *)right)->name);
}

/* Links go behind all files: who unpacks never writes through one. */
static void sort_sources(struct writer *writer, const struct words *names)
{
    size_t n_links = 0;

    writer->sources = xcalloc(names->count + 1, sizeof *writer->sources);
    for (size_t i = 0; i < names->count; i++) {
        if (strcmp(names->items[i], MANIFEST_NAME) != 0)
            writer->sources[writer->count++].name = names->items[i];
    }
    if (writer->count > 1)
        qsort(writer->sources, writer->count, sizeof *writer->sources, by_name);
    for (size_t i = 0; i < writer->count; i++) {
        struct stat info;
        if (fstatat(writer->folder_fd, writer->sources[i].name, &info,
                    AT_SYMLINK_NOFOLLOW) == 0 &&
            S_ISLNK(info.st_mode)) {
            words_add(&writer->links, writer->sources[i].name);
            n_links++;
        } else {
            writer->sources[i - n_links] = writer->sources[i];
        }
    }
    writer->count -= n_links;
}

static int open_source(const struct writer *writer, const struct source *source,
                       int *ret_fd, struct stat *ret_info, struct error *err)
{
    cleanup_close int fd =
        openat(writer->folder_fd, source->name,
               O_RDONLY | O_CLOEXEC | O_NOFOLLOW | O_NONBLOCK | O_NOCTTY);

    if (fd < 0 || fstat(fd, ret_info) < 0)
        return error_set_errno(err, ERROR_FILE, "cannot open '%s/%s'", writer->folder,
                               source->name);
    if (!S_ISREG(ret_info->st_mode))
        return error_set(err, ERROR_FILE, "'%s/%s' is not a regular file",
                         writer->folder, source->name);
    *ret_fd = fd;
    fd = -1;
    return 0;
}

static int fail_changed(const struct writer *writer, const struct source *source,
                        struct error *err)
{
    return error_set(
        err, ERROR_FILE,
        "'%s/%s' changed while it was archived; archive again when nothing "
        "writes to it",
        writer->folder, source->name);
}

static int fail_library(const struct writer *writer, struct error *err)
{
    const char *reason = archive_error_string(writer->archive);

    /* Of a full disk it says "Write error" alone; the number tells. */
    errno = archive_errno(writer->archive);
    if (errno > 0)
        return error_set_errno(err, ERROR_FILE, "cannot write archive '%s'",
                               writer->path);
    return error_set(err, ERROR_FILE, "cannot write archive '%s': %s", writer->path,
                     reason ? reason : "libarchive gives no reason");
}

/* Read a source to its end and sum it; into the archive too when `is_written`. */
static int read_source(struct writer *writer, struct source *source, int fd,
                       bool is_written, char sha256[HASH_HEX_SIZE], struct error *err)
{
    unsigned long long done = 0;

    hash_restart(writer->hash);
    for (;;) {
        ssize_t got = read(fd, writer->block, BLOCK_BYTES);
        if (interrupt_is_pending())
            return interrupt_error(err, "while archiving; an older archive stays");
        if (got < 0 && errno == EINTR)
            continue;
        if (got < 0)
            return error_set_errno(err, ERROR_FILE, "cannot read '%s/%s'",
                                   writer->folder, source->name);
        if (got == 0)
            break;
        done += (unsigned long long)got;
        hash_add(writer->hash, writer->block, (size_t)got);
        if (is_written && done > source->size)
            return fail_changed(writer, source, err);
        if (is_written &&
            archive_write_data(writer->archive, writer->block, (size_t)got) != got)
            return fail_library(writer, err);
    }
    hash_finish(writer->hash, sha256);
    if (!is_written)
        source->size = done;
    return done == source->size ? 0 : fail_changed(writer, source, err);
}

static int sum_source(struct writer *writer, struct source *source, struct error *err)
{
    cleanup_close int fd = -1;
    char sha256[HASH_HEX_SIZE];
    struct stat info;

    if (!manifest_name_is_safe(source->name))
        return error_set(err, ERROR_INPUT, "'%.200s' cannot be a name in an archive",
                         source->name);
    if (open_source(writer, source, &fd, &info, err) < 0 ||
        read_source(writer, source, fd, false, sha256, err) < 0)
        return -1;
    writer->bytes += source->size;
    if (writer->bytes > LIMIT_ARCHIVE_BYTES || writer->count > LIMIT_ARCHIVE_FILES - 1)
        return error_set(err, ERROR_INPUT, "'%s' is too large for one archive",
                         writer->folder);
    return manifest_add(&writer->manifest, source->name, sha256, err);
}

static int put_header(struct writer *writer, const char *name, unsigned long long size,
                      struct error *err)
{
    cleanup_free char *path = xasprintf("%s/%s", writer->prefix, name);
    struct archive_entry *entry = archive_entry_new();

    if (!entry)
        return error_set(err, ERROR_BUG, "libarchive cannot make an entry");
    archive_entry_set_pathname(entry, path);
    archive_entry_set_filetype(entry, AE_IFREG);
    archive_entry_set_perm(entry, 0644);
    archive_entry_set_size(entry, (la_int64_t)size);
    archive_entry_set_mtime(entry, FIXED_TIME, 0);
    int rc = archive_write_header(writer->archive, entry);
    archive_entry_free(entry);
    return rc == ARCHIVE_OK ? 0 : fail_library(writer, err);
}

static int put_link(struct writer *writer, const char *name, struct error *err)
{
    cleanup_free char *path = xasprintf("%s/%s", writer->prefix, name);
    char target[LIMIT_PATH_BYTES];
    ssize_t size = readlinkat(writer->folder_fd, name, target, sizeof target - 1);

    if (size < 0)
        return error_set_errno(err, ERROR_FILE, "cannot read link '%s/%s'",
                               writer->folder, name);
    target[size] = '\0';
    if (!manifest_name_is_safe(name) || !manifest_link_is_safe(path, target))
        return error_set(err, ERROR_FILE, "link '%s/%s' leads out of the folder",
                         writer->folder, name);
    struct archive_entry *entry = archive_entry_new();
    if (!entry)
        return error_set(err, ERROR_BUG, "libarchive cannot make an entry");
    archive_entry_set_pathname(entry, path);
    archive_entry_set_filetype(entry, AE_IFLNK);
    archive_entry_set_symlink(entry, target);
    archive_entry_set_perm(entry, 0777);
    archive_entry_set_size(entry, 0);
    archive_entry_set_mtime(entry, FIXED_TIME, 0);
    int rc = archive_write_header(writer->archive, entry);
    archive_entry_free(entry);
    return rc == ARCHIVE_OK ? 0 : fail_library(writer, err);
}

static int put_source(struct writer *writer, size_t index, struct error *err)
{
    struct source *source = &writer->sources[index];
    cleanup_close int fd = -1;
    char sha256[HASH_HEX_SIZE];
    struct stat info;

    if (open_source(writer, source, &fd, &info, err) < 0)
        return -1;
    if ((unsigned long long)info.st_size != source->size)
        return fail_changed(writer, source, err);
    if (put_header(writer, source->name, source->size, err) < 0 ||
        read_source(writer, source, fd, true, sha256, err) < 0)
        return -1;
    if (strcmp(sha256, writer->manifest.entries[index].sha256) != 0)
        return fail_changed(writer, source, err);
    return 0;
}

static int put_manifest(struct writer *writer, struct error *err)
{
    cleanup_text struct text text = {.max = LIMIT_MANIFEST_BYTES};

    for (size_t i = 0; i < writer->manifest.count; i++)
        manifest_add_line(&text, writer->manifest.entries[i].name,
                          writer->manifest.entries[i].sha256);
    if (text.is_full)
        return error_set(err, ERROR_INPUT, "'%s' has too many files for one archive",
                         writer->folder);
    if (put_header(writer, MANIFEST_NAME, text.size, err) < 0)
        return -1;
    if (archive_write_data(writer->archive, text_string(&text), text.size) !=
        (la_ssize_t)text.size)
        return fail_library(writer, err);
    return 0;
}

static bool is_ascii(const char *name)
{
    while (*name && (unsigned char)*name < 0x7f)
        name++;
    return *name == '\0';
}

static bool has_ascii_names(const struct writer *writer)
{
    for (size_t i = 0; i < writer->count; i++) {
        if (!is_ascii(writer->sources[i].name))
            return false;
    }
    for (size_t i = 0; i < writer->links.count; i++) {
        if (!is_ascii(writer->links.items[i]))
            return false;
    }
    return is_ascii(writer->prefix);
}

static int open_archive(struct writer *writer, int fd, struct error *err)
{
    writer->archive = archive_write_new();
    if (!writer->archive)
        return error_set(err, ERROR_BUG, "libarchive cannot make a writer");
    if (archive_write_set_format_pax_restricted(writer->archive) != ARCHIVE_OK ||
        archive_write_add_filter_zstd(writer->archive) < ARCHIVE_WARN)
        return fail_library(writer, err);
    /* Names are bytes: the same archive in every locale. It costs a header for each
     * member that GNU tar warns of, so only where a name needs it. */
    if (!has_ascii_names(writer))
        archive_write_set_format_option(writer->archive, NULL, "hdrcharset", "BINARY");
    archive_write_set_filter_option(writer->archive, "zstd", "compression-level", "3");
    /* Unset, it makes other bytes than 1, 2 or 4, which are equal. Before 3.6.0 the
     * option is unknown: nothing is lost. */
    archive_write_set_filter_option(writer->archive, "zstd", "threads", "1");
    archive_write_set_bytes_in_last_block(writer->archive, 1);
    if (archive_write_open_fd(writer->archive, fd) != ARCHIVE_OK)
        return fail_library(writer, err);
    return 0;
}

static int put_all(struct writer *writer, int fd, struct error *err)
{
    if (open_archive(writer, fd, err) < 0 || put_manifest(writer, err) < 0)
        return -1;
    for (size_t i = 0; i < writer->count; i++) {
        if (put_source(writer, i, err) < 0)
            return -1;
    }
    for (size_t i = 0; i < writer->links.count; i++) {
        if (put_link(writer, writer->links.items[i], err) < 0)
            return -1;
    }
    if (archive_write_close(writer->archive) != ARCHIVE_OK)
        return fail_library(writer, err);
    if (fsync(fd) < 0)
        return error_set_errno(err, ERROR_FILE, "cannot sync archive '%s'",
                               writer->path);
    return 0;
}

static int sum_all(struct writer *writer, struct error *err)
{
    writer->hash = hash_new();
    writer->block = xmalloc(BLOCK_BYTES);
    for (size_t i = 0; i < writer->count; i++) {
        if (sum_source(writer, &writer->sources[i], err) < 0)
            return -1;
    }
    /* It is in order already; this finds a name given twice. */
    return manifest_sort(&writer->manifest, err);
}

/* What was written must read back as what was meant before it gets its name. */
static int check_and_rename(const struct writer *writer, const char *temp,
                            struct bundle_report *ret_report, struct error *err)
{
    struct bundle_report report = {0};

    if (bundle_verify(temp, &report, err) < 0)
        return error_prefix(err, "reading back '%s'", writer->path);
    if (report.n_files != writer->count || report.n_links != writer->links.count ||
        report.bytes != writer->bytes)
        return error_set(err, ERROR_FILE, "archive '%s' does not read back as written",
                         writer->path);
    if (sidecar_remove(writer->path, err) < 0)
        return -1;
    if (rename(temp, writer->path) < 0)
        return error_set_errno(err, ERROR_FILE, "cannot replace '%s'", writer->path);
    *ret_report = report;
    return 0;
}

int bundle_write(const char *path, const char *folder, const char *prefix,
                 const struct words *names, const struct bundle_check *check,
                 struct bundle_report *ret_report, struct error *err)
{
    __attribute__((cleanup(writer_release))) struct writer writer = {
        .path = path, .folder = folder, .prefix = prefix, .folder_fd = -1};
    struct bundle_report report = {0};
    char tail[RANDOM_HEX_SIZE(4)];

    if (!manifest_name_is_safe(prefix) || strchr(prefix, '/'))
        return error_set(err, ERROR_USAGE,
                         "'%s' cannot be the top folder of an archive", prefix);
    writer.folder_fd = open(folder, O_RDONLY | O_DIRECTORY | O_CLOEXEC);
    if (writer.folder_fd < 0)
        return error_set_errno(err, ERROR_FILE, "cannot open folder '%s'", folder);
    sort_sources(&writer, names);
    if (sum_all(&writer, err) < 0 ||
        (check && check->may_write(check->context, &writer.manifest, err) < 0))
        return -1;
    random_hex(tail, 4);
    cleanup_free char *temp = xasprintf("%s.%s.part", path, tail);
    cleanup_close int fd = open(temp, O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC, 0644);
    if (fd < 0)
        return error_set_errno(err, ERROR_FILE, "cannot create archive '%s'", path);
    if (put_all(&writer, fd, err) < 0 ||
        check_and_rename(&writer, temp, &report, err) < 0) {
        unlink(temp);
        return -1;
    }
    if (sidecar_write(path, report.sha256, err) < 0)
        return -1;
    *ret_report = report;
    return 0;
}

#endif

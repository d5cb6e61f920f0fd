#include "collector/archive/reader.h"

#include <fcntl.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "collector/archive/manifest.h"
#include "launcher/common/files/file.h"
#include "launcher/common/limits.h"
#include "launcher/common/memory.h"
#include "launcher/common/processes/interrupt.h"
#include "launcher/common/text/utf8.h"

#ifdef HAVE_ARCHIVE
#include <archive.h>
#include <archive_entry.h>

#define BLOCK_BYTES ((size_t)1 << 18)

struct walk {
    const char *path; /* borrowed, of the archive */
    const struct reader_options *options;
    struct archive *archive; /* owned */
    struct hash *hash;       /* owned */
    char *block;             /* owned, BLOCK_BYTES */
    struct manifest manifest;
    bool has_manifest;
    bool has_many_roots;
    char *root; /* owned: first component of the members seen so far, NULL before the
                   first */
    size_t n_members, n_files, n_links;
    unsigned long long bytes, written;
};

static void walk_release(struct walk *walk)
{
    archive_read_free(walk->archive);
    hash_free(walk->hash);
    memory_free_at(&walk->block);
    manifest_release(&walk->manifest);
    memory_free_at(&walk->root);
}

static int fail_library(const struct walk *walk, struct error *err)
{
    const char *reason = archive_error_string(walk->archive);

    return error_set(err, ERROR_INPUT, "cannot read archive '%s': %s", walk->path,
                     reason ? reason : "it is damaged");
}

static int fail_member(const struct walk *walk, const char *name, const char *what,
                       struct error *err)
{
    cleanup_text struct text shown = {0};

    utf8_add_printable(&shown, name, strlen(name));
    return error_set(err, ERROR_INPUT, "archive '%s': '%.200s' %s", walk->path,
                     text_string(&shown), what);
}

static int open_archive(struct walk *walk, int fd, struct error *err)
{
    walk->archive = archive_read_new();
    if (!walk->archive)
        return error_set(err, ERROR_BUG, "libarchive cannot make a reader");
    archive_read_support_format_tar(walk->archive);
    archive_read_support_filter_gzip(walk->archive);
    /* A libarchive without libzstd runs the zstd program, and warns. */
    if (archive_read_support_filter_zstd(walk->archive) < ARCHIVE_WARN)
        return fail_library(walk, err);
    if (archive_read_open_fd(walk->archive, fd, BLOCK_BYTES) != ARCHIVE_OK)
        return fail_library(walk, err);
    walk->hash = hash_new();
    walk->block = xmalloc(BLOCK_BYTES);
    return 0;
}

/* The member's own name: "./" in front and '/' behind taken off; owned, "" for "./". */
static char *plain_name(struct archive_entry *entry)
{
    const char *name = archive_entry_pathname(entry);

    if (!name)
        name = archive_entry_pathname_utf8(entry);
    if (!name)
        return xstrdup("..");
    while (strncmp(name, "./", 2) == 0)
        name += 2;
    size_t size = strlen(name);
    while (size > 1 && name[size - 1] == '/')
        size--;
    return strcmp(name, ".") == 0 ? xstrdup("") : xmemdup(name, size);
}

static bool link_is_safe(struct archive_entry *entry, const char *name)
{
    const char *target = archive_entry_symlink(entry);

    return target && manifest_link_is_safe(name, target);
}

static int check_kind(const struct walk *walk, struct archive_entry *entry,
                      const char *name, struct error *err)
{
    unsigned int kind = archive_entry_filetype(entry);

    if (archive_entry_hardlink(entry))
        return fail_member(walk, name,
                           "is a hard link; only files, folders and links may be there",
                           err);
    if (kind == AE_IFLNK && !link_is_safe(entry, name))
        return fail_member(walk, name, "is a link that leads out of the folder", err);
    if (kind != AE_IFREG && kind != AE_IFDIR && kind != AE_IFLNK)
        return fail_member(
            walk, name,
            "is a device or the like; only files, folders and links may be there", err);
    if (!manifest_name_is_safe(name))
        return fail_member(walk, name, "leads out of the folder, or is too long", err);
    return 0;
}

static int check_limits(struct walk *walk, struct archive_entry *entry,
                        const char *name, struct error *err)
{
    const struct reader_options *options = walk->options;
    long long size = archive_entry_size_is_set(entry) ? archive_entry_size(entry) : 0;

    if (++walk->n_members > options->max_files ||
        (options->to && options->to->made.count > options->max_files))
        return error_set(err, ERROR_INPUT, "archive '%s' holds more than %zu files",
                         walk->path, options->max_files);
    if (size < 0 || (unsigned long long)size > options->max_bytes - walk->bytes)
        return fail_member(walk, name, "makes the archive too large to unpack", err);
    return 0;
}

static void note_root(struct walk *walk, const char *name, bool is_folder)
{
    size_t size = strcspn(name, "/");

    if (name[size] == '\0' && !is_folder)
        walk->has_many_roots = true;
    else if (!walk->root)
        walk->root = xmemdup(name, size);
    else if (strncmp(walk->root, name, size) != 0 || walk->root[size] != '\0')
        walk->has_many_roots = true;
}

static int check_written(struct walk *walk, size_t size, struct error *err)
{
    const struct reader_options *options = walk->options;

    walk->written += size;
    if (options->wants && walk->written > options->max_written)
        return error_set(err, ERROR_INPUT,
                         "archive '%s' unpacks to more than %llu MB, far more than "
                         "such a file should hold; if that is right, unpack it with "
                         "`raylaunch archive --extract` and collect the folder",
                         walk->path, options->max_written / 1000000);
    return 0;
}

/* Bytes to `fd` (-1: nowhere), to the sum, and to `kept` (may be NULL). */
static int copy_data(struct walk *walk, const char *name, int fd, struct text *kept,
                     struct error *err)
{
    hash_restart(walk->hash);
    for (;;) {
        if (interrupt_is_pending())
            return interrupt_error(err, "while reading archive '%s'", walk->path);
        la_ssize_t got = archive_read_data(walk->archive, walk->block, BLOCK_BYTES);
        if (got == ARCHIVE_RETRY)
            continue;
        if (got < 0)
            return fail_library(walk, err);
        if (got == 0)
            return 0;
        if ((size_t)got > walk->options->max_bytes - walk->bytes)
            return fail_member(walk, name, "makes the archive too large to unpack",
                               err);
        walk->bytes += (unsigned long long)got;
        hash_add(walk->hash, walk->block, (size_t)got);
        if (kept)
            text_add_bytes(kept, walk->block, (size_t)got);
        if (kept && kept->is_full)
            return fail_member(walk, name, "is too large for a manifest", err);
        if (fd >= 0 && check_written(walk, (size_t)got, err) < 0)
            return -1;
        if (fd >= 0 && file_write_fd(fd, name, walk->block, (size_t)got, err) < 0)
            return -1;
    }
}

static int open_target(const struct walk *walk, const char *name, int *ret_fd,
                       struct error *err)
{
    const struct reader_options *options = walk->options;

    *ret_fd = -1;
    if (!options->to || (options->wants && !options->wants(options->context, name)))
        return 0;
    return unpack_file(walk->options->to, name, ret_fd, err);
}

static int close_target(const char *name, int *fd, struct error *err)
{
    int closed = *fd;

    *fd = -1;
    if (closed >= 0 && close(closed) < 0)
        return error_set_errno(err, ERROR_FILE, "cannot write '%s'", name);
    return 0;
}

static int take_manifest(struct walk *walk, const char *name, struct error *err)
{
    cleanup_text struct text text = {.max = LIMIT_MANIFEST_BYTES};
    cleanup_close int fd = -1;

    if (open_target(walk, name, &fd, err) < 0 ||
        copy_data(walk, name, fd, &text, err) < 0 || close_target(name, &fd, err) < 0)
        return -1;
    if (manifest_parse(text_string(&text), text.size, name, &walk->manifest, err) < 0)
        return error_prefix(err, "archive '%s'", walk->path);
    walk->has_manifest = true;
    walk->bytes = 0;
    return 0;
}

static int compare_sum(struct walk *walk, const char *name, struct error *err)
{
    char sha256[HASH_HEX_SIZE];

    hash_finish(walk->hash, sha256);
    if (!walk->has_manifest)
        return 0;
    size_t root = strlen(walk->root);
    struct manifest_entry *entry =
        strncmp(name, walk->root, root) == 0 && name[root] == '/'
            ? manifest_find(&walk->manifest, name + root + 1)
            : NULL;
    if (!entry)
        return fail_member(walk, name, "is not in its manifest", err);
    if (entry->is_seen)
        return fail_member(walk, name, "stands twice in it", err);
    if (strcmp(entry->sha256, sha256) != 0)
        return fail_member(walk, name,
                           "is damaged: its SHA-256 sum is not the manifest's", err);
    entry->is_seen = true;
    return 0;
}

static bool is_manifest(const struct walk *walk, const char *name)
{
    const char *base = path_base(name);

    return walk->n_files == 0 && !walk->has_manifest &&
           strcmp(base, MANIFEST_NAME) == 0 && base != name &&
           base - 1 == strchr(name, '/');
}

static int take_file(struct walk *walk, const char *name, struct error *err)
{
    cleanup_close int fd = -1;

    if (is_manifest(walk, name))
        return take_manifest(walk, name, err);
    if (!walk->has_manifest && walk->options->needs_manifest)
        return error_set(
            err, ERROR_INPUT,
            "archive '%s' holds no %s: there is nothing to compare it with", walk->path,
            MANIFEST_NAME);
    if (open_target(walk, name, &fd, err) < 0 ||
        copy_data(walk, name, fd, NULL, err) < 0 || close_target(name, &fd, err) < 0)
        return -1;
    walk->n_files++;
    return compare_sum(walk, name, err);
}

static int take_member(struct walk *walk, struct archive_entry *entry,
                       struct error *err)
{
    cleanup_free char *name = plain_name(entry);
    bool is_folder = archive_entry_filetype(entry) == AE_IFDIR;

    if (*name == '\0' && is_folder)
        return 0;
    if (check_kind(walk, entry, name, err) < 0 ||
        check_limits(walk, entry, name, err) < 0)
        return -1;
    note_root(walk, name, is_folder);
    struct unpack *to = walk->options->wants ? NULL : walk->options->to;
    if (archive_entry_filetype(entry) == AE_IFLNK) {
        walk->n_links++;
        return to ? unpack_link(to, name, archive_entry_symlink(entry), err) : 0;
    }
    if (!is_folder)
        return take_file(walk, name, err);
    return to ? unpack_folder(to, name, err) : 0;
}

static int check_complete(const struct walk *walk, struct error *err)
{
    if (walk->n_members == 0)
        return error_set(err, ERROR_INPUT, "archive '%s' is empty", walk->path);
    if (walk->options->needs_manifest && !walk->has_manifest)
        return error_set(
            err, ERROR_INPUT,
            "archive '%s' holds no %s: there is nothing to compare it with", walk->path,
            MANIFEST_NAME);
    for (size_t i = 0; i < walk->manifest.count; i++) {
        if (!walk->manifest.entries[i].is_seen)
            return fail_member(walk, walk->manifest.entries[i].name,
                               "is in its manifest, but not in it", err);
    }
    return 0;
}

static int walk_all(struct walk *walk, struct error *err)
{
    for (;;) {
        struct archive_entry *entry = NULL;
        if (interrupt_is_pending())
            return interrupt_error(err, "while reading archive '%s'", walk->path);
        int rc = archive_read_next_header(walk->archive, &entry);
        if (rc == ARCHIVE_EOF)
            return check_complete(walk, err);
        if (rc == ARCHIVE_RETRY)
            continue;
        /* A warning is a name that the locale cannot say; its bytes are there. */
        if (rc != ARCHIVE_OK && rc != ARCHIVE_WARN)
            return fail_library(walk, err);
        if (take_member(walk, entry, err) < 0)
            return -1;
        if (walk->options->only_manifest && walk->has_manifest)
            return 0;
    }
}

static int open_file(const char *path, int *ret_fd, struct error *err)
{
    /* O_NONBLOCK: a FIFO of that name must not hang us. */
    cleanup_close int fd = open(path, O_RDONLY | O_CLOEXEC | O_NONBLOCK | O_NOCTTY);
    struct stat info;

    if (fd < 0 || fstat(fd, &info) < 0)
        return error_set_errno(err, ERROR_FILE, "cannot open archive '%s'", path);
    if (!S_ISREG(info.st_mode))
        return error_set(err, ERROR_FILE, "archive '%s' is not a regular file", path);
    *ret_fd = fd;
    fd = -1;
    return 0;
}

int reader_run(const char *path, const struct reader_options *options,
               struct reader_result *ret_result, struct error *err)
{
    __attribute__((cleanup(walk_release))) struct walk walk = {.path = path,
                                                               .options = options};
    cleanup_close int fd = -1;

    if (open_file(path, &fd, err) < 0 || open_archive(&walk, fd, err) < 0 ||
        walk_all(&walk, err) < 0)
        return -1;
    bool is_single = walk.root && !walk.has_many_roots;
    ret_result->n_files = walk.n_files;
    ret_result->n_links = walk.n_links;
    ret_result->bytes = walk.bytes;
    ret_result->root = is_single ? steal(&walk.root) : xstrdup(".");
    if (options->only_manifest) {
        ret_result->manifest = walk.manifest;
        walk.manifest = (struct manifest){0};
    }
    return 0;
}

#endif

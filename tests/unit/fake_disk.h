/* fake_disk.h - a disk that knows what a power cut would leave
 *
 * Stands in for libc's fsync(), rename() and their like in the test program. Nothing
 * reaches a real disk. The fake one holds of a file the bytes of its last fsync, and of
 * a folder the names of its last fsync:
 *
 *     disk_read(path)          what would be left of a file; NULL: not even its name
 *     disk_cut_power(path)     make it so, below a folder
 *     disk_fail_sync = 2;      the second fsync from now on fails with EIO
 *
 * Paths count from the scratch folder on, whose own name is safe. Forked children write
 * to the same disk. It is never undone: each test takes names of its own.
 */
#ifndef TESTS_UNIT_FAKE_DISK_H
#define TESTS_UNIT_FAKE_DISK_H

#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <unistd.h>

#include "launcher/common/memory.h"
#include "launcher/common/text/text.h"
#include "tests/tap/scratch.h"

#define DISK_RECORDS 32768
#define DISK_BYTES ((size_t)256 << 20)

struct disk_record {
    dev_t device;
    ino_t inode; /* 0: dropped */
    size_t at, size, room;
};

/* In memory that forked children share. */
struct disk {
    size_t n_records, used;
    struct disk_record records[DISK_RECORDS];
    char bytes[DISK_BYTES];
};

static int disk_fail_sync;        /* this fsync from now on fails; 0: none */
static int disk_fail_rename;      /* the same of rename and link */
static size_t disk_n_syncs;       /* counted, of this process */
static size_t disk_n_unsafe;      /* a name was given to bytes that were not synced */
static size_t disk_n_heartbeats;  /* calls of futimens() */
static bool disk_has_no_locks;    /* act as a file system without locks (some NFS) */
static bool disk_syncs_no_folder; /* and as one that cannot sync a folder */

static inline void disk_bail_out(const char *what)
{
    printf("Bail out! fake disk: %s\n", what);
    exit(1);
}

static inline struct disk *disk_get(void)
{
    static struct disk *disk;

    if (!disk) {
        disk = mmap(NULL, sizeof *disk, PROT_READ | PROT_WRITE,
                    MAP_SHARED | MAP_ANONYMOUS | MAP_NORESERVE, -1, 0);
        if (disk == MAP_FAILED)
            disk_bail_out("no memory");
    }
    return disk;
}

/* Before the first fork(), whoever makes it. */
__attribute__((constructor, used)) static void disk_begin(void)
{
    disk_get();
}

static inline struct disk_record *disk_find(const struct stat *info)
{
    struct disk *disk = disk_get();

    for (size_t i = disk->n_records; i-- > 0;) {
        struct disk_record *record = &disk->records[i];
        if (record->inode == info->st_ino && record->device == info->st_dev)
            return record;
    }
    return NULL;
}

static inline void disk_put(const struct stat *info, const char *bytes, size_t size)
{
    struct disk *disk = disk_get();
    struct disk_record *record = disk_find(info);

    if (!record) {
        if (disk->n_records == DISK_RECORDS)
            disk_bail_out("too many files");
        record = &disk->records[disk->n_records++];
        *record = (struct disk_record){.device = info->st_dev, .inode = info->st_ino};
    }
    if (record->room < size) {
        record->room = size * 2;
        record->at = disk->used;
        disk->used += record->room;
        if (disk->used > DISK_BYTES)
            disk_bail_out("full");
    }
    record->size = size;
    if (size > 0)
        memcpy(disk->bytes + record->at, bytes, size);
}

/* A file without a name is gone, and its number may be given to another. */
static inline void disk_drop(int folder, const char *path)
{
    struct stat info;

    if (fstatat(folder, path, &info, AT_SYMLINK_NOFOLLOW) < 0)
        return;
    struct disk_record *record = disk_find(&info);
    if (record && (S_ISDIR(info.st_mode) || info.st_nlink == 1))
        *record = (struct disk_record){0};
}

static inline void disk_put_folder(int fd, const struct stat *info)
{
    struct text names = {0};
    int own = openat(fd, ".", O_RDONLY | O_DIRECTORY | O_CLOEXEC);
    DIR *stream = own >= 0 ? fdopendir(own) : NULL;
    struct dirent *entry;

    while (stream && (entry = readdir(stream)))
        text_addf(&names, "%llu/%s\n", (unsigned long long)entry->d_ino, entry->d_name);
    if (stream)
        closedir(stream);
    disk_put(info, text_string(&names), names.size);
    text_release(&names);
}

static inline void disk_put_file(const char *path, const struct stat *info)
{
    size_t size = (size_t)info->st_size;
    char *bytes = xmalloc(size + 1);
    int fd = open(path, O_RDONLY | O_CLOEXEC);
    ssize_t got = fd >= 0 ? pread(fd, bytes, size, 0) : -1;

    if (got != (ssize_t)size)
        disk_bail_out(path);
    close(fd);
    disk_put(info, bytes, size);
    free(bytes);
}

static inline int disk_sync(int fd)
{
    char entry[32], path[4096];
    struct stat info;

    if (fstat(fd, &info) < 0)
        return -1;
    disk_n_syncs++;
    if (disk_fail_sync > 0 && --disk_fail_sync == 0) {
        errno = EIO;
        return -1;
    }
    if (S_ISDIR(info.st_mode) && disk_syncs_no_folder) {
        errno = EINVAL;
        return -1;
    }
    if (S_ISDIR(info.st_mode)) {
        disk_put_folder(fd, &info);
    } else if (S_ISREG(info.st_mode)) {
        /* It may be open for writing alone. */
        snprintf(entry, sizeof entry, "/proc/self/fd/%d", fd);
        ssize_t size = readlink(entry, path, sizeof path - 1);
        path[size > 0 ? size : 0] = '\0';
        disk_put_file(path, &info);
    }
    return 0;
}

/* ---- what a power cut would leave ---- */

static inline bool disk_is_name_safe(const char *path)
{
    cleanup_free char *folder = path_dir(path);
    struct stat info, own;

    if (strcmp(path, scratch()) == 0)
        return true;
    if (strlen(path) < strlen(scratch()) || !disk_is_name_safe(folder) ||
        stat(folder, &info) < 0 || lstat(path, &own) < 0)
        return false;
    const struct disk_record *record = disk_find(&info);
    cleanup_free char *names =
        record ? xmemdup(disk_get()->bytes + record->at, record->size) : xstrdup("");
    cleanup_free char *wanted =
        xasprintf("%llu/%s\n", (unsigned long long)own.st_ino, path_base(path));
    const char *at = strstr(names, wanted);
    return at && (at == names || at[-1] == '\n');
}

/* The bytes that are safe; owned. "" with a safe name and nothing synced; NULL without.
 */
static inline char *disk_read_sized(const char *path, size_t *ret_size)
{
    struct stat info;

    *ret_size = 0;
    if (!disk_is_name_safe(path) || stat(path, &info) < 0)
        return NULL;
    const struct disk_record *record = disk_find(&info);
    *ret_size = record ? record->size : 0;
    return record ? xmemdup(disk_get()->bytes + record->at, record->size) : xstrdup("");
}

static inline char *disk_read(const char *path)
{
    size_t size;

    return disk_read_sized(path, &size);
}

/* Is all of the file safe, its name and its bytes as they are now? */
static inline bool disk_has(const char *path)
{
    size_t size, safe_size;
    cleanup_free char *safe = disk_read_sized(path, &safe_size);
    struct error err = {0};
    cleanup_free char *now = NULL;

    return safe && file_read_all(path, DISK_BYTES, &now, &size, &err) == 0 &&
           safe_size == size && memcmp(safe, now, size) == 0;
}

/* Leave below `path`, a file or a folder, what is safe. (What was removed and may come
 * back, does not.) */
static inline void disk_cut_power(const char *path)
{
    struct stat info;

    if (lstat(path, &info) < 0)
        return;
    bool is_safe = disk_is_name_safe(path);
    if (S_ISDIR(info.st_mode)) {
        cleanup_words struct words names = {0};
        DIR *stream = opendir(path);
        struct dirent *entry;
        while (stream && (entry = readdir(stream))) {
            if (strcmp(entry->d_name, ".") != 0 && strcmp(entry->d_name, "..") != 0)
                words_add(&names, entry->d_name);
        }
        if (stream)
            closedir(stream);
        for (size_t i = 0; i < names.count; i++) {
            cleanup_free char *below = path_join(path, names.items[i]);
            disk_cut_power(below);
        }
    } else if (is_safe && S_ISREG(info.st_mode)) {
        size_t size;
        cleanup_free char *bytes = disk_read_sized(path, &size);
        int fd = open(path, O_WRONLY | O_TRUNC | O_CLOEXEC);
        if (fd < 0 || write(fd, bytes, size) != (ssize_t)size)
            disk_bail_out(path);
        close(fd);
    }
    if (!is_safe)
        remove(path);
}

/* ---- these stand in for libc's in the test program ---- */

int fsync(int fd)
{
    return disk_sync(fd);
}

int fdatasync(int fd)
{
    return disk_sync(fd);
}

/* Bytes get a name; 0, or -1 where this is to fail. */
static inline int disk_publish(int folder, const char *path)
{
    struct stat info;

    if (disk_fail_rename > 0 && --disk_fail_rename == 0) {
        errno = EIO;
        return -1;
    }
    if (fstatat(folder, path, &info, AT_SYMLINK_NOFOLLOW) < 0 || !S_ISREG(info.st_mode))
        return 0;
    const struct disk_record *record = disk_find(&info);
    disk_n_unsafe += !record || record->size != (size_t)info.st_size;
    return 0;
}

int renameat(int old_folder, const char *old, int new_folder, const char *new)
{
    if (disk_publish(old_folder, old) < 0)
        return -1;
    disk_drop(new_folder, new);
    return (int)syscall(SYS_renameat2, old_folder, old, new_folder, new, 0);
}

int rename(const char *old, const char *new)
{
    return renameat(AT_FDCWD, old, AT_FDCWD, new);
}

int linkat(int old_folder, const char *old, int new_folder, const char *new, int flags)
{
    if (disk_publish(old_folder, old) < 0)
        return -1;
    return (int)syscall(SYS_linkat, old_folder, old, new_folder, new, flags);
}

int link(const char *old, const char *new)
{
    return linkat(AT_FDCWD, old, AT_FDCWD, new, 0);
}

int unlinkat(int folder, const char *path, int flags)
{
    disk_drop(folder, path);
    return (int)syscall(SYS_unlinkat, folder, path, flags);
}

int unlink(const char *path)
{
    return unlinkat(AT_FDCWD, path, 0);
}

int rmdir(const char *path)
{
    return unlinkat(AT_FDCWD, path, AT_REMOVEDIR);
}

int remove(const char *path)
{
    struct stat info;
    bool is_folder = lstat(path, &info) == 0 && S_ISDIR(info.st_mode);

    return is_folder ? rmdir(path) : unlink(path);
}

int futimens(int fd, const struct timespec times[2])
{
    disk_n_heartbeats++;
    return (int)syscall(SYS_utimensat, fd, NULL, times, 0);
}

int fcntl(int fd, int command, ...)
{
    va_list args;

    va_start(args, command);
    void *argument = va_arg(args, void *);
    va_end(args);
    if (disk_has_no_locks && (command == F_OFD_SETLK || command == F_OFD_GETLK)) {
        errno = ENOLCK;
        return -1;
    }
    return (int)syscall(SYS_fcntl, fd, command, argument);
}

#endif

#include "launcher/sweep/runtime_folder.h"

#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "launcher/common/files/file.h"
#include "launcher/common/files/own_folder.h"
#include "launcher/common/memory.h"

#define FOLDER_NAME "runtime"
#define ROUNDS 3

static bool is_right(const char *path, const struct text *wanted)
{
    cleanup_free char *bytes = NULL;
    struct stat info;
    size_t size = 0;

    return lstat(path, &info) == 0 && S_ISREG(info.st_mode) &&
           info.st_size == (off_t)wanted->size &&
           file_read_all(path, wanted->size, &bytes, &size, NULL) == 0 &&
           size == wanted->size && memcmp(bytes, wanted->bytes, size) == 0;
}

/* One name for the part: after a crash the next writer takes it over. */
static int write_file(const char *path, const struct text *text, struct error *err)
{
    cleanup_free char *part = xasprintf("%s.part", path);

    unlink(part);
    cleanup_close int fd = open(part, O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC, 0444);
    if (fd < 0)
        return error_set_errno(err, ERROR_FILE, "cannot create '%s'", path);
    if (file_write_fd(fd, path, text->bytes, text->size, err) < 0)
        return -1;
    if (fsync(fd) < 0)
        return error_set_errno(err, ERROR_FILE, "cannot sync '%s'", path);
    if (rename(part, path) < 0)
        return error_set_errno(err, ERROR_FILE, "cannot replace '%s'", path);
    return 0;
}

/* The folder itself, not a link to somebody's. */
static int make_folder(const char *path, struct error *err)
{
    cleanup_free char *above = path_dir(path);
    struct stat info;
    bool is_new = false;

    if (own_folder_make(above, &is_new, err) < 0 ||
        (is_new && folder_sync_of(above, err) < 0))
        return -1;
    if (lstat(path, &info) == 0 && !S_ISDIR(info.st_mode) && unlink(path) < 0)
        return error_set_errno(err, ERROR_FILE, "cannot replace '%s'", path);
    if (own_folder_make(path, &is_new, err) < 0)
        return -1;
    return is_new ? folder_sync_of(path, err) : 0;
}

static void take_marks(const struct runtime_folder *folder, struct runtime_mark *marks)
{
    for (size_t i = 0; i <= RUNTIME_FILES; i++) {
        struct stat info = {0};
        if (lstat(folder->paths[i], &info) < 0)
            info = (struct stat){0};
        marks[i].device = info.st_dev;
        marks[i].inode = info.st_ino;
        marks[i].size = info.st_size;
        marks[i].changed = info.st_ctim;
    }
}

static bool is_same(const struct runtime_mark *a, const struct runtime_mark *b)
{
    return a->inode == b->inode && a->device == b->device && a->size == b->size &&
           a->changed.tv_sec == b->changed.tv_sec &&
           a->changed.tv_nsec == b->changed.tv_nsec && a->inode != 0;
}

/* One look at every byte; what is not right is written. 1: something was. */
static int put_once(const struct runtime_folder *folder, struct error *err)
{
    cleanup_free char *inside = path_join(folder->path, ".");
    bool is_written = false;

    for (size_t i = 0; i < RUNTIME_FILES; i++) {
        const struct runtime_file *file = &folder->runtime.files[i];
        const char *path = folder->paths[i];
        if (is_right(path, &file->text))
            continue;
        if (write_file(path, &file->text, err) < 0)
            return -1;
        is_written = true;
    }
    if (is_written && folder_sync_of(inside, err) < 0)
        return -1;
    return is_written;
}

/* The marks are of before a look that found all as it should be, so that no change
 * stays unseen. Who changes it faster than that only makes jobs end, never run. */
static int put(struct runtime_folder *folder, struct error *err)
{
    int rc = 1;

    for (int round = 0; round < ROUNDS && rc > 0; round++) {
        if (make_folder(folder->path, err) < 0)
            return -1;
        take_marks(folder, folder->marks);
        rc = put_once(folder, err);
    }
    return rc < 0 ? -1 : 0;
}

int runtime_folder_open(const char *sweep, struct runtime_folder *ret_folder,
                        struct error *err)
{
    struct runtime_folder folder = {0};

    if (runtime_make(&folder.runtime, err) < 0)
        return -1;
    folder.path = xasprintf("%s/" FOLDER_NAME "/%s", sweep, folder.runtime.name);
    for (size_t i = 0; i < RUNTIME_FILES; i++)
        folder.paths[i] = path_join(folder.path, folder.runtime.files[i].name);
    folder.paths[RUNTIME_FILES] = xstrdup(folder.path);
    if (put(&folder, err) < 0) {
        runtime_folder_release(&folder);
        return error_prefix(err, "cannot write what jobs run");
    }
    *ret_folder = folder;
    return 0;
}

int runtime_folder_confirm(struct runtime_folder *folder, struct error *err)
{
    struct runtime_mark now[RUNTIME_FILES + 1];

    take_marks(folder, now);
    for (size_t i = 0; i <= RUNTIME_FILES; i++) {
        if (!is_same(&now[i], &folder->marks[i]))
            return put(folder, err) < 0
                       ? error_prefix(err, "cannot write what jobs run")
                       : 0;
    }
    return 0;
}

void runtime_folder_release(struct runtime_folder *folder)
{
    free(folder->path);
    for (size_t i = 0; i <= RUNTIME_FILES; i++)
        free(folder->paths[i]);
    runtime_release(&folder->runtime);
    *folder = (struct runtime_folder){0};
}

int runtime_folder_is_there(const char *sweep, bool *ret_is_there, struct error *err)
{
    struct runtime runtime = {0};
    bool is_there = true;

    if (runtime_make(&runtime, err) < 0)
        return -1;
    for (size_t i = 0; i < RUNTIME_FILES; i++) {
        cleanup_free char *path = xasprintf("%s/" FOLDER_NAME "/%s/%s", sweep,
                                            runtime.name, runtime.files[i].name);
        is_there = is_there && is_right(path, &runtime.files[i].text);
    }
    runtime_release(&runtime);
    *ret_is_there = is_there;
    return 0;
}

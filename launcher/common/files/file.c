#include "launcher/common/files/file.h"

#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "launcher/common/memory.h"
#include "launcher/common/random.h"
#include "launcher/common/text/text.h"

ssize_t file_read_some(int fd, const char *path, void *block, size_t size,
                       struct error *err)
{
    for (;;) {
        ssize_t got = read(fd, block, size);
        if (got >= 0)
            return got;
        if (errno != EINTR)
            return error_set_errno(err, ERROR_FILE, "cannot read '%s'", path);
    }
}

int file_read_stream(int fd, const char *path, struct text *text, struct error *err)
{
    char block[65536];

    for (;;) {
        ssize_t got = file_read_some(fd, path, block, sizeof block, err);
        if (got <= 0)
            return (int)got;
        text_add_bytes(text, block, (size_t)got);
        if (text->is_full)
            return error_set(err, ERROR_INPUT, "'%s' is larger than %zu bytes", path,
                             text->max);
    }
}

int file_read_fd(int fd, const char *path, size_t max_bytes, char **ret_bytes,
                 size_t *ret_size, struct error *err)
{
    struct stat info;

    if (fstat(fd, &info) < 0)
        return error_set_errno(err, ERROR_FILE, "cannot open '%s'", path);
    if (!S_ISREG(info.st_mode)) {
        errno = EINVAL;
        return error_set(err, ERROR_FILE, "'%s' is not a regular file", path);
    }
    cleanup_text struct text text = {.max = max_bytes};
    if (file_read_stream(fd, path, &text, err) < 0)
        return -1;
    *ret_size = text.size;
    *ret_bytes = text_take(&text);
    return 0;
}

int file_read_all(const char *path, size_t max_bytes, char **ret_bytes,
                  size_t *ret_size, struct error *err)
{
    cleanup_close int fd = open(path, O_RDONLY | O_CLOEXEC | O_NONBLOCK | O_NOCTTY);

    if (fd < 0)
        return error_set_errno(err, ERROR_FILE, "cannot open '%s'", path);
    return file_read_fd(fd, path, max_bytes, ret_bytes, ret_size, err);
}

size_t file_read_at(int fd, void *bytes, size_t size, off_t from)
{
    size_t at = 0;

    while (at < size) {
        ssize_t count = pread(fd, (char *)bytes + at, size - at, from + (off_t)at);
        if (count < 0 && errno == EINTR)
            continue;
        if (count <= 0)
            break;
        at += (size_t)count;
    }
    return at;
}

int file_write_fd(int fd, const char *path, const void *bytes, size_t size,
                  struct error *err)
{
    const char *next = bytes;

    while (size > 0) {
        ssize_t put = write(fd, next, size);
        if (put < 0 && errno == EINTR)
            continue;
        if (put < 0)
            return error_set_errno(err, ERROR_FILE, "cannot write '%s'", path);
        next += put;
        size -= (size_t)put;
    }
    return 0;
}

int folder_sync_of(const char *path, struct error *err)
{
    cleanup_free char *folder = path_dir(path);
    cleanup_close int fd = open(folder, O_RDONLY | O_DIRECTORY | O_CLOEXEC);

    /* One may write into a folder that one may not read, and then not sync it. */
    if (fd < 0 && errno == EACCES)
        return 0;
    if (fd < 0)
        return error_set_errno(err, ERROR_FILE, "cannot open folder '%s'", folder);
    /* Some network file systems cannot sync a folder and say EINVAL: nothing to add. */
    if (fsync(fd) < 0 && errno != EINVAL)
        return error_set_errno(err, ERROR_FILE, "cannot sync folder '%s'", folder);
    return 0;
}

static int write_and_rename(int fd, const char *temp, const char *path,
                            const void *bytes, size_t size,
                            enum file_durability durability, struct error *err)
{
    if (file_write_fd(fd, path, bytes, size, err) < 0)
        return -1;
    if (durability == FILE_DURABLE && fsync(fd) < 0)
        return error_set_errno(err, ERROR_FILE, "cannot sync '%s'", path);
    if (rename(temp, path) < 0)
        return error_set_errno(err, ERROR_FILE, "cannot replace '%s'", path);
    return 0;
}

int file_write_atomic(const char *path, const void *bytes, size_t size,
                      enum file_durability durability, struct error *err)
{
    char tail[RANDOM_HEX_SIZE(4)];

    random_hex(tail, 4);
    cleanup_free char *temp = xasprintf("%s.%s.part", path, tail);
    cleanup_close int fd = open(temp, O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC, 0644);
    if (fd < 0)
        return error_set_errno(err, ERROR_FILE, "cannot create '%s'", path);
    if (write_and_rename(fd, temp, path, bytes, size, durability, err) < 0) {
        unlink(temp);
        return -1;
    }
    return durability == FILE_DURABLE ? folder_sync_of(path, err) : 0;
}

int file_write_new(const char *path, const void *bytes, size_t size, struct error *err)
{
    cleanup_close int fd = open(path, O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC, 0644);

    if (fd < 0)
        return file_write_atomic(path, bytes, size, FILE_CACHED, err);
    if (file_write_fd(fd, path, bytes, size, err) == 0)
        return 0;
    unlink(path);
    return -1;
}

int folder_make(const char *path, bool *ret_is_new, struct error *err)
{
    if (mkdir(path, 0777) == 0) {
        if (ret_is_new)
            *ret_is_new = true;
        return 0;
    }
    if (errno == EEXIST && folder_exists(path)) {
        if (ret_is_new)
            *ret_is_new = false;
        return 0;
    }
    if (errno == ENOENT && strchr(path, '/')) {
        cleanup_free char *parent = path_dir(path);
        if (strcmp(parent, path) != 0 && folder_make(parent, NULL, err) == 0 &&
            (mkdir(path, 0777) == 0 || (errno == EEXIST && folder_exists(path)))) {
            if (ret_is_new)
                *ret_is_new = true;
            return 0;
        }
        if (err && err->kind != ERROR_NONE)
            return -1;
    }
    return error_set_errno(err, ERROR_FILE, "cannot create folder '%s'", path);
}

int folder_make_durable(const char *path, struct error *err)
{
    if (folder_exists(path))
        return 0;
    cleanup_free char *parent = path_dir(path);
    if (folder_make_durable(parent, err) < 0 || folder_make(path, NULL, err) < 0)
        return -1;
    return folder_sync_of(path, err);
}

bool file_exists(const char *path)
{
    struct stat info;

    return lstat(path, &info) == 0;
}

bool folder_exists(const char *path)
{
    struct stat info;

    return stat(path, &info) == 0 && S_ISDIR(info.st_mode);
}

char *path_join(const char *folder, const char *name)
{
    if (name[0] == '/' || folder[0] == '\0')
        return xstrdup(name);
    size_t size = strlen(folder);
    return xasprintf("%s%s%s", folder, folder[size - 1] == '/' ? "" : "/", name);
}

const char *path_base(const char *path)
{
    const char *slash = strrchr(path, '/');

    return slash ? slash + 1 : path;
}

char *path_dir(const char *path)
{
    const char *slash = strrchr(path, '/');

    if (!slash)
        return xstrdup(".");
    return slash == path ? xstrdup("/") : xmemdup(path, (size_t)(slash - path));
}

const char *path_shown(const char *path)
{
    cleanup_free char *here = getcwd(NULL, 0);
    size_t size = here ? strlen(here) : 0;

    return size > 1 && strncmp(path, here, size) == 0 && path[size] == '/'
               ? path + size + 1
               : path;
}

int path_absolute(const char *path, char **ret_path, struct error *err)
{
    if (path[0] == '/') {
        *ret_path = xstrdup(path);
        return 0;
    }
    cleanup_free char *here = getcwd(NULL, 0);
    if (!here)
        return error_set_errno(err, ERROR_FILE, "cannot tell the working folder");
    while (strncmp(path, "./", 2) == 0)
        path += 1 + strspn(path + 1, "/");
    *ret_path = !*path || strcmp(path, ".") == 0 ? steal(&here) : path_join(here, path);
    return 0;
}

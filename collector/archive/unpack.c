#include "collector/archive/unpack.h"

#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "launcher/common/files/file.h"
#include "launcher/common/memory.h"

static int check_empty(const char *folder, struct error *err)
{
    DIR *stream = opendir(folder);
    struct dirent *entry;
    bool is_empty = true;

    if (!stream)
        return error_set_errno(err, ERROR_FILE, "cannot open folder '%s'", folder);
    while (is_empty && (entry = readdir(stream)))
        is_empty = strcmp(entry->d_name, ".") == 0 || strcmp(entry->d_name, "..") == 0;
    closedir(stream);
    if (!is_empty)
        return error_set(err, ERROR_FILE,
                         "folder '%s' is not empty; name a new one to unpack into",
                         folder);
    return 0;
}

int unpack_open(struct unpack *unpack, const char *folder, struct error *err)
{
    bool is_new = false;

    *unpack = (struct unpack){.folder = folder, .fd = -1};
    if (folder_make(folder, &is_new, err) < 0)
        return -1;
    if (!is_new && check_empty(folder, err) < 0)
        return -1;
    unpack->fd = open(folder, O_RDONLY | O_DIRECTORY | O_CLOEXEC);
    if (unpack->fd < 0)
        return error_set_errno(err, ERROR_FILE, "cannot open folder '%s'", folder);
    unpack->is_new = is_new;
    return 0;
}

static int fail(const struct unpack *unpack, const char *name, struct error *err)
{
    return error_set_errno(err, ERROR_FILE, "cannot create '%.200s' in '%s'", name,
                           unpack->folder);
}

/* Walk the first `size` bytes of `name`, making what is missing. An owned descriptor,
 * or -1 with errno. */
static int open_folders(struct unpack *unpack, const char *name, size_t size)
{
    cleanup_free char *path = xmemdup(name, size);
    cleanup_close int here = fcntl(unpack->fd, F_DUPFD_CLOEXEC, 0);
    char *step = path;

    while (here >= 0 && *step) {
        size_t length = strcspn(step, "/");
        char separator = step[length];
        step[length] = '\0';
        if (mkdirat(here, step, 0777) == 0)
            words_addf(&unpack->made, "%s/", path);
        else if (errno != EEXIST)
            return -1;
        int next = openat(here, step, O_RDONLY | O_DIRECTORY | O_NOFOLLOW | O_CLOEXEC);
        if (next < 0)
            return -1;
        close(here);
        here = next;
        step[length] = separator;
        step += length + (separator ? 1 : 0);
    }
    int fd = here;
    here = -1;
    return fd;
}

int unpack_folder(struct unpack *unpack, const char *name, struct error *err)
{
    cleanup_close int fd = open_folders(unpack, name, strlen(name));

    return fd < 0 ? fail(unpack, name, err) : 0;
}

int unpack_file(struct unpack *unpack, const char *name, int *ret_fd, struct error *err)
{
    const char *base = path_base(name);
    cleanup_close int folder =
        open_folders(unpack, name, base == name ? 0 : (size_t)(base - name - 1));

    if (folder < 0)
        return fail(unpack, name, err);
    int fd = openat(folder, base, O_WRONLY | O_CREAT | O_EXCL | O_NOFOLLOW | O_CLOEXEC,
                    0666);
    if (fd < 0)
        return fail(unpack, name, err);
    words_add(&unpack->made, name);
    *ret_fd = fd;
    return 0;
}

int unpack_link(struct unpack *unpack, const char *name, const char *target,
                struct error *err)
{
    const char *base = path_base(name);
    cleanup_close int folder =
        open_folders(unpack, name, base == name ? 0 : (size_t)(base - name - 1));

    if (folder < 0 || symlinkat(target, folder, base) < 0)
        return fail(unpack, name, err);
    words_add(&unpack->made, name);
    return 0;
}

void unpack_undo(struct unpack *unpack)
{
    for (size_t i = unpack->made.count; i > 0; i--) {
        const char *name = unpack->made.items[i - 1];
        bool is_folder = name[strlen(name) - 1] == '/';
        unlinkat(unpack->fd, name, is_folder ? AT_REMOVEDIR : 0);
    }
    words_release(&unpack->made);
    if (unpack->is_new)
        rmdir(unpack->folder);
}

void unpack_close(struct unpack *unpack)
{
    if (unpack->fd >= 0)
        close(unpack->fd);
    words_release(&unpack->made);
    unpack->fd = -1;
}

#include "launcher/sweep/lock.h"

#include <errno.h>
#include <fcntl.h>
#include <signal.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "launcher/common/clock.h"
#include "launcher/common/files/file.h"
#include "launcher/common/memory.h"

static void describe_owner(char *owner, size_t size)
{
    char host[128] = "?";
    char boot[64] = "?";
    cleanup_close int fd =
        open("/proc/sys/kernel/random/boot_id", O_RDONLY | O_CLOEXEC);

    gethostname(host, sizeof host - 1);
    ssize_t got = fd >= 0 ? read(fd, boot, sizeof boot - 1) : 0;
    boot[got > 0 ? (size_t)got : 0] = '\0';
    boot[strcspn(boot, "\n")] = '\0';
    snprintf(owner, size, "%s %s %ld", host, boot, (long)getpid());
}

void lock_init_named(struct lock *lock, const char *folder, const char *name)
{
    *lock = (struct lock){.path = path_join(folder, name), .fd = -1};
    describe_owner(lock->owner, sizeof lock->owner);
}

void lock_init(struct lock *lock, const char *folder)
{
    lock_init_named(lock, folder, "lock");
}

void lock_release(struct lock *lock)
{
    if (lock->path && lock_is_held(lock))
        lock_drop(lock);
    free(lock->path);
    *lock = (struct lock){.fd = -1};
}

bool lock_is_held(const struct lock *lock)
{
    return lock->fd >= 0;
}

static void read_owner(const char *path, char *owner, size_t size)
{
    cleanup_close int fd = open(path, O_RDONLY | O_CLOEXEC | O_NOFOLLOW);
    ssize_t got = fd >= 0 ? read(fd, owner, size - 1) : 0;

    owner[got > 0 ? (size_t)got : 0] = '\0';
    owner[strcspn(owner, "\n")] = '\0';
}

/* 1 taken, 0 somebody has it, -1 this file system has no such locks (or an error). */
static int try_kernel_lock(struct lock *lock, bool *ret_has_locks, struct error *err)
{
    struct flock whole = {.l_type = F_WRLCK, .l_whence = SEEK_SET};
    cleanup_close int fd =
        open(lock->path, O_RDWR | O_CREAT | O_CLOEXEC | O_NOFOLLOW, 0666);

    if (fd < 0)
        return error_set_errno(err, ERROR_FILE, "cannot open '%s'", lock->path);
    if (fcntl(fd, F_OFD_SETLK, &whole) < 0) {
        if (errno == EAGAIN || errno == EACCES)
            return 0;
        *ret_has_locks = false;
        return -1;
    }
    if (ftruncate(fd, 0) < 0 ||
        pwrite(fd, lock->owner, strlen(lock->owner), 0) != (ssize_t)strlen(lock->owner))
        return error_set_errno(err, ERROR_FILE, "cannot write '%s'", lock->path);
    lock->fd = fd;
    fd = -1;
    return 1;
}

/* May the file of another holder be removed? */
static bool is_stale(const char *path, const char *own)
{
    char owner[256];
    char host[129], boot[65];
    long pid;
    struct stat info;
    char own_host[129], own_boot[65];

    read_owner(path, owner, sizeof owner);
    if (sscanf(owner, "%128s %64s %ld", host, boot, &pid) != 3 ||
        sscanf(own, "%128s %64s", own_host, own_boot) != 2)
        host[0] = '\0';
    else if (strcmp(host, own_host) == 0)
        return strcmp(boot, own_boot) != 0 ||
               (kill((pid_t)pid, 0) < 0 && errno == ESRCH);

    /* A foreign host: compare with the file server's clock, by touching a file there.
     */
    cleanup_free char *probe = xasprintf("%s.now", path);
    cleanup_close int fd = open(probe, O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC, 0666);
    struct stat now;
    bool is_old = fd >= 0 && write(fd, "x", 1) == 1 && fstat(fd, &now) == 0 &&
                  stat(path, &info) == 0 &&
                  now.st_mtime - info.st_mtime > LOCK_STALE_SECONDS;
    unlink(probe);
    return is_old;
}

static int try_file_lock(struct lock *lock, struct error *err)
{
    cleanup_free char *path = xasprintf("%s.held", lock->path);
    int fd = open(path, O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC, 0666);

    if (fd < 0 && errno == EEXIST && is_stale(path, lock->owner) && unlink(path) == 0)
        fd = open(path, O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC, 0666);
    if (fd < 0)
        return errno == EEXIST
                   ? 0
                   : error_set_errno(err, ERROR_FILE, "cannot create '%s'", path);
    lock->fd = fd;
    lock->is_exclusive_file = true;
    if (file_write_fd(fd, path, lock->owner, strlen(lock->owner), err) == 0)
        return 1;
    unlink(path);
    lock_drop(lock);
    return -1;
}

static int try_lock(struct lock *lock, struct error *err)
{
    bool has_locks = true;
    int rc = try_kernel_lock(lock, &has_locks, err);

    return has_locks ? rc : try_file_lock(lock, err);
}

int lock_take(struct lock *lock, int wait_ms, struct error *err)
{
    int64_t end = clock_monotonic_ms() + wait_ms;
    char owner[256];

    for (;;) {
        int rc = try_lock(lock, err);
        if (rc != 0)
            return rc < 0 ? -1 : 0;
        if (clock_monotonic_ms() >= end)
            break;
        clock_sleep_ms(50);
    }
    cleanup_free char *held = xasprintf("%s.held", lock->path);
    read_owner(held, owner, sizeof owner);
    if (!*owner) /* the kernel's kind */
        read_owner(lock->path, owner, sizeof owner);
    return error_set(
        err, ERROR_FILE,
        "the sweep is being changed by another raylaunch ('%s', lock '%s'); "
        "try again when it has finished submitting",
        owner, lock->path);
}

void lock_drop(struct lock *lock)
{
    if (lock->is_exclusive_file) {
        cleanup_free char *path = xasprintf("%s.held", lock->path);
        char owner[256];
        read_owner(path, owner, sizeof owner);
        if (strcmp(owner, lock->owner) == 0) /* not one that took it over */
            unlink(path);
    }
    close(lock->fd);
    lock->fd = -1;
    lock->is_exclusive_file = false;
}

int lock_confirm(struct lock *lock, struct error *err)
{
    char owner[256];

    if (!lock->is_exclusive_file)
        return 0; /* the kernel keeps it for us */
    cleanup_free char *path = xasprintf("%s.held", lock->path);
    read_owner(path, owner, sizeof owner);
    if (strcmp(owner, lock->owner) != 0)
        return error_set(err, ERROR_FILE,
                         "lost the lock '%s' to '%s'; nothing more was submitted", path,
                         owner);
    futimens(lock->fd, NULL);
    return 0;
}

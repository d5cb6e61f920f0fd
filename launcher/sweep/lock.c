#include "launcher/sweep/lock.h"

#include <errno.h>
#include <fcntl.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "launcher/common/clock.h"
#include "launcher/common/files/file.h"
#include "launcher/common/files/own_folder.h"
#include "launcher/common/memory.h"
#include "launcher/common/processes/interrupt.h"
#include "launcher/sweep/lock_file.h"

#define LOOK_MS 50
#define TELL_MS 1000

static void (*teller)(const char *text);

void lock_set_teller(void (*tell)(const char *text))
{
    teller = tell;
}

void lock_init_named(struct lock *lock, const char *folder, const char *name)
{
    *lock = (struct lock){.path = path_join(folder, name), .fd = -1};
    lock_owner_self(lock->owner);
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

static char *held_path(const struct lock *lock)
{
    return xasprintf("%s.held", lock->path);
}

/* 1 taken, 0 somebody has it, -1 this file system has no such locks (or an error). */
static int try_kernel_lock(struct lock *lock, bool *ret_has_locks, struct error *err)
{
    struct flock whole = {.l_type = F_WRLCK, .l_whence = SEEK_SET};
    cleanup_close int fd = own_file_open(lock->path, O_RDWR | O_CREAT, err);

    if (fd < 0)
        return -1;
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

static int try_lock(struct lock *lock, struct error *err)
{
    bool has_locks = true;
    int rc = try_kernel_lock(lock, &has_locks, err);

    if (has_locks)
        return rc;
    cleanup_free char *path = held_path(lock);
    rc = lock_file_take(path, lock->owner, &lock->fd, err);
    lock->is_exclusive_file = rc == 1;
    return rc;
}

bool lock_is_taken(const struct lock *lock)
{
    struct flock whole = {.l_type = F_WRLCK, .l_whence = SEEK_SET};
    cleanup_close int fd =
        open(lock->path, O_RDWR | O_CLOEXEC | O_NOFOLLOW | O_NONBLOCK);

    if (fd < 0)
        return false;
    if (fcntl(fd, F_OFD_GETLK, &whole) == 0)
        return whole.l_type != F_UNLCK;
    cleanup_free char *path = held_path(lock);
    return lock_file_is_taken(path);
}

/* Whose it is, of either kind, for people. */
static void describe_holder(const struct lock *lock, char text[LOCK_OWNER_SIZE])
{
    cleanup_free char *held = held_path(lock);
    char words[LOCK_OWNER_SIZE];

    lock_owner_read(held, words);
    if (!*words) /* the kernel's kind */
        lock_owner_read(lock->path, words);
    lock_owner_describe(words, text);
}

static void tell_wait(struct lock *lock, int wait_ms)
{
    char holder[LOCK_OWNER_SIZE];

    if (!teller || wait_ms <= lock->told_ms)
        return;
    lock->told_ms = wait_ms;
    describe_holder(lock, holder);
    cleanup_free char *text =
        xasprintf("waiting up to %d s for the lock '%s', which is held by %s",
                  wait_ms / 1000, lock->path, holder);
    teller(text);
}

static int refuse(const struct lock *lock, struct error *err)
{
    char holder[LOCK_OWNER_SIZE];

    describe_holder(lock, holder);
    if (interrupt_is_pending())
        return interrupt_error(err, "while waiting for %s (lock '%s')", holder,
                               lock->path);
    return error_set(err, ERROR_FILE,
                     "the sweep is being changed by another raylaunch, of %s, lock "
                     "'%s'; try again when it has finished submitting",
                     holder, lock->path);
}

int lock_await(struct lock *lock, int wait_ms, struct error *err)
{
    int64_t began = clock_monotonic_ms();

    for (;;) {
        int rc = try_lock(lock, err);
        if (rc == 1)
            lock->told_ms = 0;
        if (rc != 0)
            return rc;
        int64_t waited_ms = clock_monotonic_ms() - began;
        if (waited_ms >= wait_ms)
            return 0;
        if (waited_ms >= TELL_MS)
            tell_wait(lock, wait_ms);
        if (!interrupt_sleep_ms(LOOK_MS))
            return refuse(lock, err);
    }
}

int lock_take(struct lock *lock, int wait_ms, struct error *err)
{
    int rc = lock_await(lock, wait_ms, err);

    if (rc == 0)
        return refuse(lock, err);
    return rc < 0 ? -1 : 0;
}

void lock_drop(struct lock *lock)
{
    if (lock->is_exclusive_file) {
        cleanup_free char *path = held_path(lock);
        lock_file_drop(path, lock->owner);
    }
    close(lock->fd);
    lock->fd = -1;
    lock->is_exclusive_file = false;
}

int lock_confirm(struct lock *lock, struct error *err)
{
    if (!lock->is_exclusive_file)
        return 0; /* the kernel keeps it for us */
    cleanup_free char *path = held_path(lock);
    if (lock_file_confirm(path, lock->owner, err) < 0)
        return -1;
    futimens(lock->fd, NULL);
    return 0;
}

#include "launcher/sweep/lock_file.h"

#include <errno.h>
#include <fcntl.h>
#include <stdbool.h>
#include <stdio.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "launcher/common/clock.h"
#include "launcher/common/files/file.h"
#include "launcher/common/memory.h"
#include "launcher/common/random.h"
#include "launcher/sweep/lock_owner.h"

#define MAX_CLAIMS 16 /* on one stale file: so many died over it */

static int open_new(const char *path)
{
    return open(path, O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC, 0644);
}

/* Seconds since `info` was changed, by the file server's clock: a file is touched
 * there. Below 0: not known. */
static double age(const char *path, const struct stat *info)
{
    char hex[RANDOM_HEX_SIZE(4)];

    random_hex(hex, 4);
    cleanup_free char *probe = xasprintf("%s.now-%s", path, hex);
    cleanup_close int fd = open_new(probe);
    struct stat now;
    bool is_known = fd >= 0 && write(fd, "x", 1) == 1 && fstat(fd, &now) == 0;
    if (fd >= 0)
        unlink(probe);
    return is_known ? (double)now.st_mtime - (double)info->st_mtime : -1;
}

/* May this file of another holder be taken over? */
static bool is_stale(const char *path, struct stat *ret_info)
{
    char words[LOCK_OWNER_SIZE];
    struct lock_owner owner;

    if (lstat(path, ret_info) < 0)
        return false;
    lock_owner_read(path, words);
    if (lock_owner_parse(words, &owner) && lock_owner_is_here(&owner))
        return lock_owner_is_dead(&owner);
    return age(path, ret_info) > LOCK_STALE_SECONDS;
}

bool lock_file_is_taken(const char *path)
{
    struct stat info;

    return lstat(path, &info) == 0 && !is_stale(path, &info);
}

static bool is_same(const char *path, const struct stat *wanted)
{
    struct stat info;

    return lstat(path, &info) == 0 && info.st_ino == wanted->st_ino &&
           info.st_mtim.tv_sec == wanted->st_mtim.tv_sec &&
           info.st_mtim.tv_nsec == wanted->st_mtim.tv_nsec;
}

static char *claim_name(const char *path, const struct stat *stale, int number)
{
    return xasprintf("%s.claim-%llx-%llx-%llx-%d", path,
                     (unsigned long long)stale->st_ino,
                     (unsigned long long)stale->st_mtim.tv_sec,
                     (unsigned long long)stale->st_mtim.tv_nsec, number);
}

/* The number of our claim on the stale file, or -1: another's is younger. */
static int make_claim(const char *path, const struct stat *stale)
{
    for (int number = 0; number < MAX_CLAIMS; number++) {
        cleanup_free char *name = claim_name(path, stale, number);
        cleanup_close int fd = open_new(name);
        struct stat info;
        if (fd >= 0)
            return number;
        if (errno != EEXIST || lstat(name, &info) < 0 ||
            age(path, &info) <= LOCK_STALE_SECONDS)
            return -1;
    }
    return -1;
}

static void remove_claims(const char *path, const struct stat *stale, int from, int to)
{
    for (int number = from; number <= to; number++) {
        cleanup_free char *name = claim_name(path, stale, number);
        unlink(name);
    }
}

/* A file with our words, under a name of its own. */
static int make_file(const char *path, const char *owner, char **ret_name,
                     struct error *err)
{
    char hex[RANDOM_HEX_SIZE(6)];

    random_hex(hex, 6);
    cleanup_free char *name = xasprintf("%s.new-%s", path, hex);
    cleanup_close int fd = open_new(name);
    if (fd < 0)
        return error_set_errno(err, ERROR_FILE, "cannot create '%s'", name);
    if (file_write_fd(fd, name, owner, strlen(owner), err) < 0) {
        unlink(name);
        return -1;
    }
    *ret_name = steal(&name);
    int whole = fd;
    fd = -1;
    return whole;
}

static int take_over(const char *path, const char *owner, const struct stat *stale,
                     int *ret_fd, struct error *err)
{
    int64_t began = clock_monotonic_ms();
    cleanup_free char *name = NULL;

    int number = make_claim(path, stale);
    if (number < 0)
        return 0;
    cleanup_close int fd = make_file(path, owner, &name, err);
    int rc = fd < 0 ? -1 : 0;
    if (rc == 0 && is_same(path, stale) &&
        clock_monotonic_ms() - began < LOCK_STALE_SECONDS * 1000 / 2)
        rc = rename(name, path) == 0
                 ? 1
                 : error_set_errno(err, ERROR_FILE, "cannot rename '%s'", name);
    /* The lock is another file now, or it is not ours to decide: who claims the stale
     * one later sees that. */
    remove_claims(path, stale, rc == 1 ? 0 : number, number);
    if (rc == 1) {
        *ret_fd = fd;
        fd = -1;
    } else if (name) {
        unlink(name);
    }
    return rc;
}

int lock_file_take(const char *path, const char *owner, int *ret_fd, struct error *err)
{
    cleanup_close int fd = open_new(path);
    struct stat stale;

    if (fd < 0 && errno != EEXIST)
        return error_set_errno(err, ERROR_FILE, "cannot create '%s'", path);
    if (fd < 0)
        return is_stale(path, &stale) ? take_over(path, owner, &stale, ret_fd, err) : 0;
    if (file_write_fd(fd, path, owner, strlen(owner), err) < 0) {
        unlink(path);
        return -1;
    }
    *ret_fd = fd;
    fd = -1;
    return 1;
}

int lock_file_confirm(const char *path, const char *owner, struct error *err)
{
    char words[LOCK_OWNER_SIZE], text[LOCK_OWNER_SIZE];

    lock_owner_read(path, words);
    if (strcmp(words, owner) == 0)
        return 0;
    lock_owner_describe(words, text);
    return error_set(err, ERROR_FILE,
                     "lost the lock '%s' to %s; nothing more was submitted", path,
                     text);
}

void lock_file_drop(const char *path, const char *owner)
{
    char words[LOCK_OWNER_SIZE];

    lock_owner_read(path, words);
    if (strcmp(words, owner) == 0)
        unlink(path);
}

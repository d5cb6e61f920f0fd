#include <errno.h>
#include <fcntl.h>
#include <signal.h>
#include <stdarg.h>
#include <string.h>
#include <sys/resource.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

#include "launcher/sweep/lock.h"
#include "tests/tap/scratch.h"
#include "tests/tap/tap.h"

static bool has_no_locks; /* act as a file system without locks (some NFS) */

/* Stands in for libc's in this program, so that both kinds of lock are seen. */
int fcntl(int fd, int command, ...)
{
    va_list args;

    va_start(args, command);
    void *argument = va_arg(args, void *);
    va_end(args);
    if (has_no_locks && command == F_OFD_SETLK) {
        errno = ENOLCK;
        return -1;
    }
    return (int)syscall(SYS_fcntl, fd, command, argument);
}

static int take(struct lock *lock, int wait_ms)
{
    struct error err = {0};
    int rc = lock_take(lock, wait_ms, &err);

    if (rc < 0)
        printf("# %s\n", err.text);
    return rc;
}

/* A child that takes the lock, tells so, and holds it until it is killed. */
static pid_t start_holder(void)
{
    int ends[2];
    char byte = 0;

    if (pipe(ends) < 0)
        return -1;
    pid_t pid = fork();
    if (pid == 0) {
        struct lock lock;
        lock_init(&lock, scratch());
        byte = lock_take(&lock, 0, NULL) == 0 ? 'y' : 'n';
        if (write(ends[1], &byte, 1) == 1)
            pause();
        _exit(0);
    }
    close(ends[1]);
    if (read(ends[0], &byte, 1) != 1 || byte != 'y')
        byte = 'n';
    close(ends[0]);
    ok(byte == 'y', "another process has the lock");
    return pid;
}

static void test_two_processes(void)
{
    struct lock lock;
    struct error err = {0};

    lock_init(&lock, scratch());
    ok(!lock_is_held(&lock), "not held at first");
    pid_t pid = start_holder();
    ok(lock_take(&lock, 60, &err) < 0 && err.kind == ERROR_FILE, "refused: %s",
       err.text);
    cleanup_free char *number = xasprintf(" %ld'", (long)pid);
    ok(strstr(err.text, number) != NULL, "the message names the holder");
    ok(!lock_is_held(&lock), "and it is not held");
    kill(pid, SIGKILL);
    waitpid(pid, NULL, 0);
    ok(take(&lock, 2000) == 0 && lock_is_held(&lock), "the holder was killed: free");
    ok(lock_confirm(&lock, &err) == 0, "still ours");
    lock_drop(&lock);
    ok(!lock_is_held(&lock) && take(&lock, 0) == 0, "dropped and taken again");
    lock_release(&lock);
    lock_init(&lock, scratch());
    ok(take(&lock, 0) == 0, "release lets go");
    lock_release(&lock);
}

/* A child started while the lock is held does not keep it. */
static void test_child(void)
{
    struct lock lock;

    lock_init(&lock, scratch());
    take(&lock, 0);
    pid_t pid = fork();
    if (pid == 0) {
        execlp("sleep", "sleep", "30", (char *)NULL);
        _exit(127);
    }
    usleep(100000);
    lock_release(&lock);
    lock_init(&lock, scratch());
    ok(take(&lock, 1000) == 0, "a program started meanwhile does not keep it");
    lock_release(&lock);
    kill(pid, SIGKILL);
    waitpid(pid, NULL, 0);
}

static void set_age(const char *name, time_t seconds)
{
    cleanup_free char *path = scratch_path(name);
    struct timespec times[2] = {{.tv_sec = time(NULL) - seconds},
                                {.tv_sec = time(NULL) - seconds}};

    utimensat(AT_FDCWD, path, times, 0);
}

/* What another left in lock.held, and whether it may be taken over. */
static void test_left_over(void)
{
    struct lock lock;
    char host[60], boot[65], own[100];

    lock_init(&lock, scratch());
    ok(sscanf(lock.owner, "%59s %64s %99s", host, boot, own) == 3,
       "an owner is host, boot and pid");
    pid_t pid = fork();
    if (pid == 0)
        _exit(0);
    waitpid(pid, NULL, 0);
    const struct {
        const char *what;
        char *owner;
        time_t age;
        bool is_free;
    } cases[] = {
        {"a dead process of this host", xasprintf("%s %s %ld", host, boot, (long)pid),
         0, true},
        {"a live process of this host", xasprintf("%s %s 1", host, boot), 100000,
         false},
        {"this host before its last boot", xasprintf("%s another-boot 1", host), 0,
         true},
        {"a foreign host with a heartbeat", xstrdup("elsewhere some-boot 1"), 0, false},
        {"a foreign host, quiet for 110 s", xstrdup("elsewhere some-boot 1"), 110,
         false},
        {"a foreign host, quiet for 125 s", xstrdup("elsewhere some-boot 1"), 125,
         true},
        {"no owner yet", xstrdup(""), 0, false},
        {"no owner for long", xstrdup(""), 125, true},
        {"garbage", xstrdup("\xFF\xFE"), 0, false},
    };
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        scratch_write("lock.held", cases[i].owner, strlen(cases[i].owner));
        set_age("lock.held", cases[i].age);
        bool is_taken = take(&lock, 0) == 0;
        ok(is_taken == cases[i].is_free, "%s: %s", cases[i].what,
           is_taken ? "taken over" : "respected");
        cleanup_free char *left = is_taken ? NULL : scratch_read("lock.held");
        if (!is_taken)
            is_string(left, cases[i].owner, "and left as it was");
        else
            lock_drop(&lock);
        free(cases[i].owner);
    }
    cleanup_free char *held = scratch_path("lock.held");
    cleanup_free char *probe = scratch_path("lock.held.now");
    unlink(held);
    ok(!file_exists(probe), "no probe file is left");
    lock_release(&lock);
}

static void test_lost(void)
{
    struct lock lock;
    struct error err = {0};
    struct stat info;
    cleanup_free char *held = scratch_path("lock.held");

    lock_init(&lock, scratch());
    take(&lock, 0);
    set_age("lock.held", 100);
    ok(lock_confirm(&lock, &err) == 0 && stat(held, &info) == 0 &&
           time(NULL) - info.st_mtime < 50,
       "confirming is the heartbeat");
    scratch_write("lock.held", "elsewhere b 1", 13);
    ok(lock_confirm(&lock, &err) < 0 && strstr(err.text, "elsewhere"), "taken over: %s",
       err.text);
    lock_drop(&lock);
    cleanup_free char *other = scratch_read("lock.held");
    is_string(other, "elsewhere b 1", "letting go does not remove another's lock");
    unlink(held);
    take(&lock, 0);
    unlink(held);
    ok(lock_confirm(&lock, &err) < 0, "gone: %s", err.text);
    lock_drop(&lock);

    struct rlimit old, none;
    signal(SIGXFSZ, SIG_IGN);
    getrlimit(RLIMIT_FSIZE, &old);
    none = old;
    none.rlim_cur = 0;
    setrlimit(RLIMIT_FSIZE, &none);
    int rc = take(&lock, 0);
    setrlimit(RLIMIT_FSIZE, &old);
    ok(rc < 0 && !lock_is_held(&lock) && !file_exists(held),
       "a full disk: not taken, nothing left");
    lock_release(&lock);
}

int main(void)
{
    struct lock nowhere;
    struct error err = {0};

    lock_init(&nowhere, "/nonexistent/folder");
    ok(lock_take(&nowhere, 0, &err) < 0 && err.kind == ERROR_FILE, "no folder: %s",
       err.text);
    lock_release(&nowhere);
    for (int kind = 0; kind < 2; kind++) {
        has_no_locks = kind == 1;
        printf("# locks of %s\n", kind ? "a file made with O_EXCL" : "the kernel");
        test_two_processes();
        test_child();
    }
    test_left_over();
    test_lost();
    scratch_remove();
    return tap_done();
}

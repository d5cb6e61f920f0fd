#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <pwd.h>
#include <signal.h>
#include <stdarg.h>
#include <string.h>
#include <sys/resource.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

#include "launcher/common/processes/interrupt.h"
#include "launcher/sweep/lock_asked.h"
#include "tests/tap/scratch.h"
#include "tests/tap/tap.h"
#include "tests/unit/fake_clock.h"

static bool has_no_locks; /* act as a file system without locks (some NFS) */

/* Stands in for libc's in this program, so that both kinds of lock are seen. */
int fcntl(int fd, int command, ...)
{
    va_list args;

    va_start(args, command);
    void *argument = va_arg(args, void *);
    va_end(args);
    if (has_no_locks && (command == F_OFD_SETLK || command == F_OFD_GETLK)) {
        errno = ENOLCK;
        return -1;
    }
    return (int)syscall(SYS_fcntl, fd, command, argument);
}

/* Another host, that runs through at one of these calls; or time passes there. */
static struct lock *intruder;
static size_t intrude_at, n_calls;
static double jump_s;

static void step(void)
{
    struct lock *other = intruder;

    if (++n_calls != intrude_at)
        return;
    fake_slept_s += jump_s;
    if (!other)
        return;
    intruder = NULL;
    lock_take(other, 0, NULL);
    intruder = other;
}

int unlink(const char *path)
{
    step();
    return (int)syscall(SYS_unlinkat, AT_FDCWD, path, 0);
}

int rename(const char *from, const char *to)
{
    step();
    return (int)syscall(SYS_renameat, AT_FDCWD, from, AT_FDCWD, to);
}

int lstat(const char *path, struct stat *info)
{
    step();
    return (int)syscall(SYS_newfstatat, AT_FDCWD, path, info, AT_SYMLINK_NOFOLLOW);
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

static char told[512];
static size_t n_told;

static void tell(const char *text)
{
    snprintf(told, sizeof told, "%s", text);
    n_told++;
}

/* Whose it is, is said once a wait, and not where the wait is short. */
static void test_telling(struct lock *lock, const char *whose)
{
    lock_set_teller(tell);
    n_told = 0;
    ok(lock_take(lock, 300, NULL) < 0 && n_told == 0, "a short wait: nobody is told");
    ok(lock_take(lock, 1400, NULL) < 0 && n_told == 1 && strstr(told, whose),
       "a long one: once, '%s'", told);
    ok(lock_await(lock, 1400, NULL) == 0 && n_told == 1,
       "who goes without it, and comes again, is not told again");
    ok(lock_await(lock, 2000, NULL) == 0 && n_told == 2, "but of a longer wait");
    lock_set_teller(NULL);
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
    char host[65] = "";
    gethostname(host, sizeof host - 1);
    cleanup_free char *whose = xasprintf("%s on %s (process %ld)",
                                         getpwuid(geteuid())->pw_name, host, (long)pid);
    ok(strstr(err.text, whose) != NULL, "the message names the holder: %s", whose);
    test_telling(&lock, whose);
    ok(!lock_is_held(&lock), "and it is not held");
    kill(pid, SIGKILL);
    waitpid(pid, NULL, 0);
    ok(take(&lock, 2000) == 0 && lock_is_held(&lock), "the holder was killed: free");
    ok(lock_confirm(&lock, &err) == 0 && lock.told_ms == 0, "still ours");
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
    int ends[2];
    char none;

    lock_init(&lock, scratch());
    take(&lock, 0);
    pid_t pid = pipe2(ends, O_CLOEXEC) == 0 ? fork() : -1;
    if (pid == 0) {
        execlp("sleep", "sleep", "30", (char *)NULL);
        _exit(127);
    }
    close(ends[1]);
    ok(pid > 0 && read(ends[0], &none, 1) == 0, "a program that runs");
    close(ends[0]);
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

static size_t count_files(void)
{
    DIR *stream = opendir(scratch());
    const struct dirent *entry;
    size_t count = 0;

    while (stream && (entry = readdir(stream)))
        count += strncmp(entry->d_name, "lock.held", 9) == 0;
    if (stream)
        closedir(stream);
    return count;
}

/* What another left in lock.held, and whether it may be taken over. */
static void test_left_over(void)
{
    struct lock lock;
    char host[60], boot[65], own[100];

    lock_init(&lock, scratch());
    ok(sscanf(lock.owner, "%59s %64s %99s", host, boot, own) == 3,
       "an owner is host, boot, pid (and user): %s", lock.owner);
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
    unlink(held);
    is_number(count_files(), 0, "no probe, claim or new file is left");
    lock_release(&lock);
}

/* Two that both saw the same stale lock: at every step of the first the second runs
 * through. Never do both have it, and who has it, has it for good. */
static void test_interleaving(void)
{
    size_t n_steps = 0;
    bool is_right = true;

    for (size_t at = 1; is_right; at++) {
        struct lock first, second;
        lock_init(&first, scratch());
        lock_init(&second, scratch());
        snprintf(first.owner, sizeof first.owner, "host-a boot-a 10 ann");
        snprintf(second.owner, sizeof second.owner, "host-b boot-b 20 ben");
        scratch_write("lock.held", "elsewhere some-boot 1", 21);
        set_age("lock.held", 125);
        intruder = &second;
        intrude_at = at;
        n_calls = 0;
        bool has_first = lock_take(&first, 0, NULL) == 0;
        intruder = NULL;
        bool has_second = lock_is_held(&second);
        n_steps = n_calls;
        bool is_kept = (!has_first || lock_confirm(&first, NULL) == 0) &&
                       (!has_second || lock_confirm(&second, NULL) == 0);
        is_right = has_first + has_second == 1 && is_kept;
        if (!is_right)
            ok(0, "at step %zu: the first %d, the second %d, kept %d", at, has_first,
               has_second, is_kept);
        lock_release(&first);
        lock_release(&second);
        if (count_files() > 0)
            ok(0, "at step %zu: %zu files are left", at, count_files());
        if (n_calls < at)
            break;
    }
    ok(is_right && n_steps >= 5, "two at a time, %zu steps: one has it", n_steps);
}

/* Stopped between its claim and the new lock for longer than a claim is respected. */
static void test_late(void)
{
    struct lock lock;

    for (size_t at = 3; at < 5; at++) { /* before it looks again; when it has */
        lock_init(&lock, scratch());
        scratch_write("lock.held", "elsewhere some-boot 1", 21);
        set_age("lock.held", 125);
        intrude_at = at;
        n_calls = 0;
        jump_s = 100;
        bool is_taken = lock_take(&lock, 0, NULL) == 0;
        jump_s = 0;
        ok(is_taken == (at > 3), "step %zu: %s", at, is_taken ? "taken" : "let go");
        lock_release(&lock);
    }
    cleanup_free char *held = scratch_path("lock.held");
    unlink(held);
    is_number(count_files(), 0, "nothing is left");
}

/* One died between its claim and the new lock: two minutes later another may. */
static void test_dead_claim(void)
{
    struct lock lock;
    struct stat info;
    cleanup_free char *held = scratch_path("lock.held");

    lock_init(&lock, scratch());
    scratch_write("lock.held", "elsewhere some-boot 1", 21);
    set_age("lock.held", 300);
    if (stat(held, &info) < 0)
        exit(1);
    cleanup_free char *claim =
        xasprintf("lock.held.claim-%llx-%llx-%llx-0", (unsigned long long)info.st_ino,
                  (unsigned long long)info.st_mtim.tv_sec,
                  (unsigned long long)info.st_mtim.tv_nsec);
    scratch_write(claim, "", 0);
    ok(lock_take(&lock, 0, NULL) < 0, "another is taking it over");
    set_age(claim, 125);
    ok(take(&lock, 0) == 0, "it died of that, so it is passed by");
    lock_release(&lock);
    is_number(count_files(), 0, "and its claim is gone");
}

/* What stands in a lock's file may be anything. */
static void test_hostile(void)
{
    static char large[100000];
    char text[LOCK_OWNER_SIZE];
    struct lock_owner owner;
    cleanup_free char *held = scratch_path("lock.held");

    memset(large, 'x', sizeof large);
    memcpy(large, "h b 1 ", 6);
    const struct {
        const char *words;
        size_t size;
        const char *wanted;
    } cases[] = {
        {"login2 b-1 4711 mia", 19, "mia on login2 (process 4711)"},
        {"login2 b-1 4711", 15, "somebody on login2 (process 4711)"},
        {"login2 b-1 4711 mia\nmore", 24, "mia on login2 (process 4711)"},
        {"", 0, "somebody unknown"},
        {"login2 b-1", 10, "somebody unknown"},
        {"login2 b-1 -1 mia", 17, "somebody unknown"},
        {"login2 b-1 0 mia", 16, "somebody unknown"},
        {"login2 b-1 99999999999999999999 m", 33, "somebody unknown"},
        {"login2 b-1 4711x mia", 20, "somebody unknown"},
        {"login2  b-1 4711 mia", 20, "somebody unknown"},
        {"login2 b-1 4711 mia more", 24, "somebody unknown"},
        {"\33[2Jx b-1 4711 mia", 18, "somebody unknown"},
        {"login2 b-1 4711 m\ria", 20, "somebody unknown"},
        {"lo\xc3\xa4 b-1 4711 mia", 17, "somebody unknown"},
        {"login2\0 b-1 4711 mia", 20, "somebody unknown"},
        {large, sizeof large, "somebody unknown"},
    };
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        char words[LOCK_OWNER_SIZE];
        scratch_write("lock.held", cases[i].words, cases[i].size);
        lock_owner_read(held, words);
        lock_owner_describe(words, text);
        is_string(text, cases[i].wanted, "described");
    }
    unlink(held);
    ok(mkfifo(held, 0600) == 0, "a pipe in its place");
    lock_owner_read(held, text);
    is_string(text, "", "does not hold us");
    unlink(held);
    lock_owner_self(text);
    ok(lock_owner_parse(text, &owner) && owner.pid == (long)getpid() &&
           lock_owner_is_here(&owner) && !lock_owner_is_dead(&owner),
       "our own words: %s", text);
}

/* Ctrl-C ends the wait, and the message says whose the lock is. */
static void test_interrupted(void)
{
    int status = 0;
    pid_t holder = start_holder();

    fflush(stdout);
    pid_t pid = fork();
    if (pid == 0) {
        struct lock lock;
        struct error err = {0};
        signal(SIGINT, SIG_DFL); /* a background shell ignores it */
        interrupt_install();
        lock_init(&lock, scratch());
        alarm(20); /* who waits on is killed */
        raise(SIGINT);
        _exit(lock_take(&lock, 60000, &err) < 0 && err.kind == ERROR_INTERRUPT &&
                      strstr(err.text, "(process ")
                  ? 0
                  : 1);
    }
    waitpid(pid, &status, 0);
    ok(WIFEXITED(status) && WEXITSTATUS(status) == 0, "Ctrl-C ends the wait at once");
    kill(holder, SIGKILL);
    waitpid(holder, NULL, 0);
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

/* Whoever submits looks whether somebody asks for the lock; nothing is made by it. */
static void test_asked(void)
{
    struct lock asked;
    struct error err = {0};
    cleanup_free char *path = scratch_path("lock.asked");

    ok(!lock_is_asked(scratch()) && !file_exists(path), "nobody asks");
    ok(lock_ask(scratch(), &asked, &err) == 0 && lock_is_asked(scratch()),
       "one does %s", err.text);
    lock_release(&asked);
    ok(!lock_is_asked(scratch()), "and no longer");
    pid_t pid = fork();
    if (pid == 0) {
        lock_ask(scratch(), &asked, &err);
        _exit(0); /* dies with it */
    }
    waitpid(pid, NULL, 0);
    ok(!lock_is_asked(scratch()), "one who has died asks no more");
    unlink(path);
    mkfifo(path, 0600);
    ok(!lock_is_asked(scratch()), "a pipe in its place is none");
    unlink(path);
    cleanup_free char *held = scratch_path("lock.asked.held");
    unlink(held);
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
        test_asked();
    }
    test_left_over();
    test_interleaving();
    test_late();
    test_dead_claim();
    test_hostile();
    test_interrupted();
    test_lost();
    scratch_remove();
    return tap_done();
}

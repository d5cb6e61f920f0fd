#include "launcher/common/processes/spawn.h"

#include <errno.h>
#include <fcntl.h>
#include <signal.h>
#include <stdlib.h>
#include <string.h>
#include <sys/prctl.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>

#include "launcher/common/memory.h"
#include "tests/tap/scratch.h"
#include "tests/tap/tap.h"

/* execve() takes no constants. */
#define WORD(text) ((char[]){text})

static char *const no_environment[] = {NULL};

/* A request to run `script`, its stdout in scratch file "out". */
static struct spawn_request shell(char *const *argv)
{
    cleanup_free char *out = scratch_path("out");
    int in = open("/dev/null", O_RDONLY | O_CLOEXEC);
    int to = open(out, O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC, 0600);

    return (struct spawn_request){
        .argv = argv, .environment = no_environment, .fds = {in, to, to}};
}

static void close_fds(const struct spawn_request *request)
{
    close(request->fds[0]);
    close(request->fds[1]);
}

static void test_bad(void)
{
    char *argv[] = {WORD("raylaunch-no-such-program"), NULL};
    char *folder_argv[] = {WORD("/"), NULL};
    struct spawn_request request = shell(argv);
    struct error err = {0};
    pid_t pid = 7;
    int exec_errno = 7;

    ok(spawn(&request, &pid, &exec_errno, &err) == 0 && pid == -1 &&
           exec_errno == ENOENT,
       "a program that is not there is told apart");
    request.argv = folder_argv;
    ok(spawn(&request, &pid, &exec_errno, &err) == 0 && pid == -1 &&
           exec_errno == EACCES,
       "and one that cannot be run");
    request.folder = "/nonexistent";
    pid = 7;
    ok(spawn(&request, &pid, &exec_errno, &err) < 0 && err.kind == ERROR_FILE &&
           strstr(err.text, "'/nonexistent'") && pid == 7,
       "no such folder: %s", err.text);
    ok(waitpid(-1, NULL, WNOHANG) < 0 && errno == ECHILD, "no process is left of them");
    close_fds(&request);
}

/* What the program finds. */
static void test_surroundings(void)
{
    char *argv[] = {WORD("/bin/sh"), WORD("-c"),
                    WORD("pwd; echo \"$RL_X\"; readlink /proc/$$/fd/0; "
                         "grep -E '^Sig(Blk|Ign)' /proc/$$/status | "
                         "sed 's/.........\\(.......\\)$/\\1/' | tr -d '0\\t\\n'; "
                         "[ $$ = $(cut -d' ' -f5 /proc/$$/stat) ] && echo leader"),
                    NULL};
    char variable[] = "RL_X=a b";
    char path[] = "PATH=/usr/bin:/bin";
    char *environment[] = {variable, path, NULL};
    struct spawn_request request = shell(argv);
    struct error err = {0};
    sigset_t some, before;
    pid_t pid = -1;
    int exec_errno = -1, status = -1;

    request.environment = environment;
    request.folder = "/usr";
    /* What whoever runs the tests ignores is not part of them. */
    /* libc's own two, 32 and 33, cannot be set; they are not looked at. */
    for (int number = 1; number < 32; number++)
        signal(number, SIG_DFL);
    sigemptyset(&some);
    sigaddset(&some, SIGUSR1);
    sigprocmask(SIG_BLOCK, &some, &before);
    signal(SIGPIPE, SIG_IGN);
    signal(SIGCHLD, SIG_IGN);
    ok(spawn(&request, &pid, &exec_errno, &err) == 0 && pid > 0 && exec_errno == 0,
       "started %s", err.text);
    ok(waitpid(pid, &status, 0) == pid && WIFEXITED(status),
       "its exit code is seen, although SIGCHLD was ignored");
    sigset_t now;
    sigprocmask(SIG_SETMASK, &before, &now);
    ok(sigismember(&now, SIGUSR1) == 1 && sigismember(&now, SIGTERM) == 0,
       "our own mask is as before");
    signal(SIGPIPE, SIG_DFL);
    cleanup_free char *out = scratch_read("out");
    is_string(out, "/usr\na b\n/dev/null\nSigBlk:SigIgn:leader\n",
              "folder, variables, stdin, signals, a group of its own");
    close_fds(&request);
}

static void test_pid_digits(void)
{
    char *argv[] = {WORD("/bin/sh"), WORD("-c"), WORD("echo $$ $ME"), NULL};
    char variable[] = "ME=??????????";
    char *environment[] = {variable, NULL};
    struct spawn_request request = shell(argv);
    struct error err = {0};
    pid_t pid = -1;
    int exec_errno;

    request.environment = environment;
    request.pid_digits = variable + 3;
    request.is_session = true;
    ok(spawn(&request, &pid, &exec_errno, &err) == 0, "started %s", err.text);
    waitpid(pid, NULL, 0);
    cleanup_free char *out = scratch_read("out");
    cleanup_free char *wanted = xasprintf("%ld %010ld\n", (long)pid, (long)pid);
    is_string(out, wanted, "it knows its own pid, with zeros in front");
    close_fds(&request);
}

/* A process in the middle starts a program, says its pid and is killed. Returns that
 * pid: ours to wait for, because we are what orphans go to. */
static pid_t start_orphan(bool is_session)
{
    char *argv[] = {WORD("sleep"), WORD("600"), NULL};
    int ends[2];
    pid_t pid = -1;

    prctl(PR_SET_CHILD_SUBREAPER, 1);
    if (pipe2(ends, O_CLOEXEC) < 0)
        return -1;
    pid_t middle = fork();
    if (middle == 0) {
        struct spawn_request request = shell(argv);
        int exec_errno;
        request.is_session = is_session;
        if (spawn(&request, &pid, &exec_errno, NULL) < 0 ||
            write(ends[1], &pid, sizeof pid) != sizeof pid)
            _exit(1);
        for (;;)
            pause();
    }
    if (read(ends[0], &pid, sizeof pid) != sizeof pid)
        pid = -1;
    kill(middle, SIGKILL);
    waitpid(middle, NULL, 0);
    close(ends[0]);
    close(ends[1]);
    return pid;
}

/* Raylaunch is killed: an sbatch that it runs must not go on and submit later, a job of
 * the local scheduler must. */
static void test_parent_killed(void)
{
    int status = 0;
    pid_t pid = start_orphan(false);

    alarm(10); /* one that lives on ends the test */
    ok(pid > 0 && waitpid(pid, &status, 0) == pid && WIFSIGNALED(status) &&
           WTERMSIG(status) == SIGKILL,
       "a command is killed with us");
    alarm(0);
    pid = start_orphan(true);
    ok(pid > 0 && waitpid(pid, &status, WNOHANG) == 0, "a session lives on");
    if (pid > 0)
        kill(pid, SIGKILL);
    ok(waitpid(pid, &status, 0) == pid, "until it is ended");
}

int main(void)
{
    test_bad();
    test_surroundings();
    test_pid_digits();
    test_parent_killed();
    scratch_remove();
    return tap_done();
}

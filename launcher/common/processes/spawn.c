#include "launcher/common/processes/spawn.h"

#include <errno.h>
#include <fcntl.h>
#include <signal.h>
#include <stdlib.h>
#include <string.h>
#include <sys/prctl.h>
#include <sys/wait.h>
#include <unistd.h>

#include "launcher/common/memory.h"

enum stage { STAGE_SETUP, STAGE_FOLDER, STAGE_EXEC };

struct failure {
    enum stage stage;
    int number;
};

_Noreturn static void give_up(int report, enum stage stage)
{
    struct failure failure = {.stage = stage, .number = errno};
    ssize_t sent = write(report, &failure, sizeof failure);

    _exit(sent == sizeof failure ? 127 : 126);
}

static void write_digits(char *digits, pid_t pid)
{
    for (int i = SPAWN_PID_DIGITS - 1; i >= 0; i--) {
        digits[i] = (char)('0' + pid % 10);
        pid /= 10;
    }
}

static void reset_signals(void)
{
    struct sigaction action;
    sigset_t none;

    memset(&action, 0, sizeof action);
    action.sa_handler = SIG_DFL;
    sigaction(SIGPIPE, &action, NULL);
    sigaction(SIGCHLD, &action, NULL);
    sigemptyset(&none);
    sigprocmask(SIG_SETMASK, &none, NULL);
}

/* Between vfork and exec: nothing that allocates or locks, and nothing that changes our
 * memory but for pid_digits. */
_Noreturn static void become(const struct spawn_request *request, int report,
                             pid_t parent)
{
    int fds[3];

    /* Our own may lie on 0 … 2 where raylaunch was started with those closed. */
    report = fcntl(report, F_DUPFD_CLOEXEC, 3);
    for (int i = 0; i < 3; i++)
        fds[i] = fcntl(request->fds[i], F_DUPFD_CLOEXEC, 3);
    if (request->is_session ? setsid() < 0 : setpgid(0, 0) < 0)
        give_up(report, STAGE_SETUP);
    for (int i = 0; i < 3; i++) {
        if (dup2(fds[i], i) < 0)
            give_up(report, STAGE_SETUP);
    }
    if (request->folder && chdir(request->folder) < 0)
        give_up(report, STAGE_FOLDER);
    if (request->pid_digits)
        write_digits(request->pid_digits, getpid());
    reset_signals();
    /* A command must not go on when we are killed: an orphaned sbatch retries for two
     * minutes, and its job would appear after the next call proved that there is none.
     */
    if (!request->is_session &&
        (prctl(PR_SET_PDEATHSIG, SIGKILL) < 0 || getppid() != parent))
        _exit(127);
    execvpe(request->argv[0], request->argv, request->environment);
    give_up(report, STAGE_EXEC);
}

/* Some parents leave SIGCHLD ignored; then the kernel throws exit codes away. */
static void want_exit_codes(void)
{
    struct sigaction action;

    if (sigaction(SIGCHLD, NULL, &action) == 0 && action.sa_handler == SIG_IGN) {
        memset(&action, 0, sizeof action);
        action.sa_handler = SIG_DFL;
        sigaction(SIGCHLD, &action, NULL);
    }
}

/* A copy of our page tables for each of a sweep's sbatch would cost as much as all else
 * that we do for it, so the child runs in our memory until exec. No handler of ours may
 * run in it: signals wait until its own mask is set, when it is a group of its own. */
static pid_t make_process(const struct spawn_request *request, int report)
{
    sigset_t all, before;

    sigfillset(&all);
    sigprocmask(SIG_SETMASK, &all, &before);
    pid_t parent = getpid();
    pid_t pid = vfork();
    if (pid == 0)
        become(request, report, parent);
    int number = errno;
    sigprocmask(SIG_SETMASK, &before, NULL);
    errno = number;
    return pid;
}

static bool read_failure(int fd, struct failure *ret_failure)
{
    ssize_t size;

    do
        size = read(fd, ret_failure, sizeof *ret_failure);
    while (size < 0 && errno == EINTR);
    return size == sizeof *ret_failure;
}

int spawn(const struct spawn_request *request, pid_t *ret_pid, int *ret_exec_errno,
          struct error *err)
{
    int report[2];
    struct failure failure;

    want_exit_codes();
    if (pipe2(report, O_CLOEXEC) < 0)
        return error_set_errno(err, ERROR_FILE, "cannot make a pipe");
    pid_t pid = make_process(request, report[1]);
    cleanup_close int read_end = report[0];
    close(report[1]);
    if (pid < 0)
        return error_set_errno(err, ERROR_FILE, "cannot start a process for '%s'",
                               request->argv[0]);
    if (!read_failure(read_end, &failure)) {
        *ret_pid = pid;
        *ret_exec_errno = 0;
        return 0;
    }
    while (waitpid(pid, NULL, 0) < 0 && errno == EINTR)
        continue;
    if (failure.stage == STAGE_EXEC) {
        *ret_pid = -1;
        *ret_exec_errno = failure.number;
        return 0;
    }
    errno = failure.number;
    if (failure.stage == STAGE_FOLDER)
        return error_set_errno(err, ERROR_FILE, "cannot enter the folder '%s'",
                               request->folder);
    return error_set_errno(err, ERROR_FILE, "cannot start '%s'", request->argv[0]);
}

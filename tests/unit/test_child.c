#include "launcher/common/processes/child.h"

#include <errno.h>
#include <fcntl.h>
#include <poll.h>
#include <signal.h>
#include <stddef.h>
#include <stdlib.h>
#include <string.h>
#include <sys/prctl.h>
#include <sys/syscall.h>
#include <sys/time.h>
#include <sys/wait.h>
#include <unistd.h>

#include <linux/audit.h>
#include <linux/filter.h>
#include <linux/seccomp.h>

#include "launcher/common/clock.h"
#include "launcher/common/limits.h"
#include "launcher/common/memory.h"
#include "launcher/common/processes/interrupt.h"
#include "tests/tap/scratch.h"
#include "tests/tap/tap.h"

#define TIMEOUT_MS 1500 /* of a child that has to do something before it */
#define SOON_MS 30000   /* on any machine; without what is tested it would be 60 s */

/* `sh -c script`, or `argv0` alone when script is NULL. */
static struct child_command command_of(const char *argv0, const char *script)
{
    struct child_command command = {0};

    words_add(&command.argv, argv0);
    if (script) {
        words_add(&command.argv, "-c");
        words_add(&command.argv, script);
    }
    return command;
}

static void run_shell(const char *script, struct child_result *result)
{
    struct child_command command = command_of("sh", script);
    struct error err = {0};

    ok(child_run(&command, result, &err) == 0, "sh can be started %s", err.text);
    child_command_release(&command);
}

static void test_not_found(void)
{
    struct child_command command = command_of("raylaunch-no-such-program", NULL);
    struct child_result result = {0};
    struct child *child = NULL;
    struct error err = {0};
    struct text text = {0};

    ok(child_run(&command, &result, &err) == 0, "an unknown program is a result");
    ok(!result.was_started, "it was not started");
    is_number(result.exec_errno, ENOENT, "because it is not there");
    is_number(result.exit_code, -1, "it has no exit code");
    child_describe("squeue", &result, &text);
    is_string(text_string(&text), "squeue: not found on PATH", "described");
    child_result_release(&result);
    ok(child_start(&command, &child, &err) == 0, "start of an unknown program");
    is_number(child_exec_errno(child), ENOENT, "the reason is known at once");
    is_number(child_wait_any(&child, 1, 0), 0, "it has ended already");
    child_finish(child, &result);
    child_result_release(&result);
    child_command_release(&command);

    command = command_of("/", NULL);
    child_run(&command, &result, &err);
    is_number(result.exec_errno, EACCES, "a folder cannot be run");
    child_result_release(&result);
    command.folder = "/no/such/folder";
    is_number(child_run(&command, &result, &err), -1, "a folder that is not there");
    is_string(err.text,
              "cannot enter the folder '/no/such/folder': No such file or directory",
              "says so");
    child_command_release(&command);
    text_release(&text);
}

static void test_exit_codes(void)
{
    struct child_result result = {0};
    struct text text = {0};

    run_shell("echo out; echo 'first line' >&2; echo second >&2; exit 3", &result);
    ok(result.was_started && !result.is_timed_out && !result.is_cut, "flags");
    is_number(result.exit_code, 3, "exit code 3");
    is_number(result.signal, 0, "no signal");
    is_string(text_string(&result.out), "out\n", "stdout");
    is_string(text_string(&result.err_text), "first line\nsecond\n", "stderr");
    child_describe("sbatch", &result, &text);
    is_string(text_string(&text), "sbatch: exit code 3: first line", "described");
    child_result_release(&result);
    text_clear(&text);

    run_shell("kill -KILL $$", &result);
    is_number(result.exit_code, -1, "killed: no exit code");
    is_number(result.signal, SIGKILL, "killed: signal 9");
    child_describe("sacct", &result, &text);
    is_string(text_string(&text), "sacct: killed by signal 9 (Killed)", "described");
    child_result_release(&result);
    text_release(&text);

    run_shell("exit 137", &result);
    is_number(result.exit_code, 137, "exit 137 is not a signal");
    child_result_release(&result);
}

static void test_output(void)
{
    struct child_command command =
        command_of("sh", "head -c 10000000 /dev/zero; head -c 10000000 /dev/zero >&2");
    struct child_result result = {0};
    struct error err = {0};

    command.max_output = 20000000;
    child_run(&command, &result, &err);
    is_number(result.out.size, 10000000, "10 MB of stdout");
    is_number(result.err_text.size, LIMIT_CHILD_STDERR, "stderr is capped");
    is_number(result.exit_code, 0, "and it ended well");
    ok(!result.is_cut, "nothing was cut");
    child_result_release(&result);

    command.max_output = 10000000;
    child_run(&command, &result, &err);
    ok(!result.is_cut && result.out.size == 10000000, "an exact fit is not cut");
    child_result_release(&result);

    command.max_output = 9999999;
    child_run(&command, &result, &err);
    ok(result.is_cut, "one byte more is cut");
    is_number(result.out.size, 9999999, "up to the limit is kept");
    is_number(result.exit_code, 0, "the child could write everything");
    child_result_release(&result);
    child_command_release(&command);
}

static void test_input(void)
{
    static char bytes[300000];
    struct child_command command = command_of("cat", NULL);
    struct child_result result = {0};
    struct error err = {0};

    child_run(&command, &result, &err);
    is_number(result.out.size, 0, "stdin is empty when nothing was given");
    child_result_release(&result);
    memset(bytes, 'x', sizeof bytes);
    command.input = bytes;
    command.input_size = sizeof bytes;
    child_run(&command, &result, &err);
    ok(result.out.size == sizeof bytes &&
           memcmp(result.out.bytes, bytes, sizeof bytes) == 0,
       "stdin of more than a pipe holds");
    child_result_release(&result);
    child_command_release(&command);
}

/* No such process within a second, or nothing but its exit code is left. */
static bool is_gone(long pid)
{
    char path[64], stat[64];

    snprintf(path, sizeof path, "/proc/%ld/stat", pid);
    for (int i = 0; pid > 0 && i < 20; i++) {
        FILE *file = fopen(path, "r");
        if (!file)
            return true;
        const char *got = fgets(stat, sizeof stat, file);
        fclose(file);
        if (got && strstr(stat, ") Z "))
            return true;
        poll(NULL, 0, 50); /* also while an interrupt is pending */
    }
    return false;
}

static void test_deadline(void)
{
    struct child_command command =
        command_of("sh", "trap 'echo got TERM; exit 7' TERM; sleep 60 & wait");
    struct child_result result = {0};
    struct error err = {0};

    command.timeout_ms = TIMEOUT_MS;
    child_run(&command, &result, &err);
    ok(result.is_timed_out, "timed out");
    is_string(text_string(&result.out), "got TERM\n", "TERM came first");
    is_number(result.exit_code, 7, "its own exit code: no KILL came");
    child_result_release(&result);
    child_command_release(&command);

    command = command_of("sh", "trap '' TERM; sleep 60 & echo $!; wait; sleep 60");
    command.timeout_ms = TIMEOUT_MS;
    int64_t start = clock_monotonic_ms();
    child_run(&command, &result, &err);
    int64_t took = clock_monotonic_ms() - start;
    ok(result.is_timed_out && result.signal == SIGKILL, "a stubborn one is killed");
    ok(took >= TIMEOUT_MS + 5000 && took < SOON_MS, "after 5 s (took %lld ms)",
       (long long)took);
    ok(is_gone(strtol(text_string(&result.out), NULL, 10)), "with its whole group");
    child_result_release(&result);
    child_command_release(&command);
}

/* It ends at once, but what it started hears no TERM. */
static void test_stubborn_grandchild(void)
{
    struct child_command command = command_of(
        "sh", "trap 'exit 7' TERM; sh -c 'trap \"\" TERM; sleep 60; sleep 60' "
              ">/dev/null 2>&1 & echo $!; sleep 60 & wait");
    struct child_result result = {0};
    struct error err = {0};

    command.timeout_ms = TIMEOUT_MS;
    child_run(&command, &result, &err);
    ok(result.is_timed_out && result.exit_code == 7, "it ended by itself");
    ok(is_gone(strtol(text_string(&result.out), NULL, 10)), "and its group with it");
    child_result_release(&result);
    child_command_release(&command);
}

static void test_grandchild(void)
{
    struct child_result result = {0};
    int64_t start = clock_monotonic_ms();

    run_shell("sleep 60 & echo $!; echo done", &result);
    ok(clock_monotonic_ms() - start < SOON_MS,
       "a grandchild that holds the pipes does not hold us");
    is_number(result.exit_code, 0, "the exit code is the child's");
    pid_t pid = (pid_t)strtol(text_string(&result.out), NULL, 10);
    ok(pid > 0 && strstr(text_string(&result.out), "\ndone\n"),
       "all of its words came");
    is_number(kill(pid, SIGKILL), 0, "the grandchild was left alone");
    child_result_release(&result);

    start = clock_monotonic_ms();
    run_shell("yes & echo $! >&2", &result);
    ok(clock_monotonic_ms() - start < SOON_MS, "not even one that writes for ever");
    pid = (pid_t)strtol(text_string(&result.err_text), NULL, 10);
    if (pid > 0)
        kill(pid, SIGKILL);
    child_result_release(&result);

    run_shell("exec >&- 2>&-; sleep 0.3; exit 4", &result);
    is_number(result.exit_code, 4, "end of the pipes is not the end");
    child_result_release(&result);
}

/* Ends with a word as soon as there is a file of that name. */
static char *script_until(const char *word)
{
    return xasprintf("until [ -e '%s/%s' ]; do sleep 0.05; done; echo %s", scratch(),
                     word, word);
}

static void test_several(void)
{
    struct child *children[4] = {0};
    cleanup_free char *first = script_until("c");
    cleanup_free char *second = script_until("a");
    const char *const scripts[4] = {second, NULL, first, "sleep 60"};
    struct child_result result = {0};
    struct error err = {0};

    is_number(child_wait_any(children, 4, 0), -1, "no child at all");
    is_number(child_wait_any(children, 4, -1), -1, "nothing to wait for");
    for (int i = 0; i < 4; i++) {
        if (!scripts[i])
            continue;
        struct child_command command = command_of("sh", scripts[i]);
        child_start(&command, &children[i], &err);
        child_command_release(&command);
    }
    is_number(child_wait_any(children, 4, 0), -1, "none has ended yet");
    scratch_write("c", "", 0);
    is_number(child_wait_any(children, 4, SOON_MS), 2, "the quickest is first");
    child_finish(children[2], &result);
    children[2] = NULL;
    is_string(text_string(&result.out), "c\n", "its words");
    child_result_release(&result);
    scratch_write("a", "", 0);
    is_number(child_wait_any(children, 4, SOON_MS), 0, "then the next");
    child_finish(children[0], &result);
    children[0] = NULL;
    child_result_release(&result);
    int64_t start = clock_monotonic_ms();
    is_number(child_wait_any(children, 4, 200), -1, "time passes");
    ok(clock_monotonic_ms() - start >= 200, "all of it");
    child_abandon(children, 4);
    is_number(waitpid(-1, NULL, WNOHANG), -1, "no child is left");
}

/* An interrupt ends a child that never answers, and what it started; nothing new begins
 * while it is pending. In a process of its own, since it is counted for good. */
static void test_interrupted(void)
{
    fflush(stdout);
    pid_t pid = fork();
    if (pid == 0) {
        cleanup_free char *reached = scratch_path("reached");
        cleanup_free char *script = xasprintf(
            "trap '' INT TERM; sleep 60 & echo $!; : >'%s'; wait; sleep 60", reached);
        struct child_command command = command_of("sh", script);
        struct child_result result = {0};
        struct text text = {0};
        struct error err = {0};
        signal(SIGINT, SIG_DFL); /* a background shell ignores it */
        interrupt_install();
        int64_t start = clock_monotonic_ms();
        pid_t typist = fork();
        if (typist == 0) {
            for (int i = 0; i < 600 && !file_exists(reached); i++)
                usleep(50000);
            kill(getppid(), SIGINT);
            _exit(0);
        }
        child_run(&command, &result, &err);
        if (!result.is_interrupted || clock_monotonic_ms() - start > SOON_MS)
            _exit(1);
        child_describe("squeue", &result, &text);
        if (strcmp(text_string(&text), "squeue: interrupted, so it was ended") != 0)
            _exit(2);
        if (!is_gone(strtol(text_string(&result.out), NULL, 10)))
            _exit(3);
        child_result_release(&result);
        child_run(&command, &result, &err);
        if (!result.is_interrupted || clock_monotonic_ms() - start > SOON_MS)
            _exit(4);
        interrupt_answer();
        child_result_release(&result);
        child_command_release(&command);
        command = command_of("sh", "sleep 0.2; exit 6");
        child_run(&command, &result, &err);
        _exit(!result.is_interrupted && result.exit_code == 6 ? 0 : 5);
    }
    int status = 0;
    waitpid(pid, &status, 0);
    is_number(WIFEXITED(status) ? WEXITSTATUS(status) : -1, 0,
              "an interrupt ends a child that never answers, with its group");
}

/* Several that ignore all but KILL are gone at once, and nobody is left to reap. */
static void test_abandon(void)
{
    struct child *children[3] = {0};
    struct error err = {0};
    int64_t start = clock_monotonic_ms();

    for (int i = 0; i < 3; i += 2) {
        struct child_command command =
            command_of("sh", "trap '' INT TERM; sleep 60; sleep 60");
        child_start(&command, &children[i], &err);
        child_command_release(&command);
    }
    child_abandon(children, 3);
    ok(clock_monotonic_ms() - start < SOON_MS, "two children were abandoned");
    is_number(waitpid(-1, NULL, WNOHANG), -1, "and none is left");
}

/* SIGKILL of ours ends them, too: an sbatch that lives on may submit a job that was
 * proven not to be. */
static void test_our_death(void)
{
    int ends[2];
    long grandchild = 0;

    if (pipe(ends) < 0)
        exit(1);
    fflush(stdout);
    pid_t pid = fork();
    if (pid == 0) {
        struct child_command command = command_of("sh", NULL);
        cleanup_free char *script = xasprintf("echo $$ >/proc/%ld/fd/%d; exec sleep 60",
                                              (long)getpid(), ends[1]);
        struct child *child = NULL;
        struct error err = {0};
        words_add(&command.argv, "-c");
        words_add(&command.argv, script);
        child_start(&command, &child, &err);
        pause();
        _exit(0);
    }
    char digits[32] = "";
    ok(read(ends[0], digits, sizeof digits - 1) > 0, "its child runs");
    grandchild = strtol(digits, NULL, 10);
    kill(pid, SIGKILL);
    waitpid(pid, NULL, 0);
    ok(is_gone(grandchild), "and ends with it");
    if (grandchild > 0)
        kill((pid_t)grandchild, SIGKILL);
    close(ends[0]);
    close(ends[1]);
}

static void on_alarm(int number)
{
    (void)number;
}

static void test_signals(void)
{
    struct sigaction action;
    struct itimerval often = {.it_interval = {0, 5000}, .it_value = {0, 5000}};
    struct itimerval never = {{0, 0}, {0, 0}};
    struct child_result result = {0};

    memset(&action, 0, sizeof action);
    action.sa_handler = on_alarm;
    sigaction(SIGALRM, &action, NULL);
    setitimer(ITIMER_REAL, &often, NULL);
    run_shell("head -c 3000000 /dev/zero; sleep 0.3; exit 5", &result);
    setitimer(ITIMER_REAL, &never, NULL);
    is_number(result.exit_code, 5, "200 signals a second do no harm");
    is_number(result.out.size, 3000000, "nor to the output");
    child_result_release(&result);

    signal(SIGPIPE, SIG_IGN);
    run_shell("yes | head -1; trap", &result);
    is_string(text_string(&result.out), "y\n", "children have SIGPIPE as usual");
    is_string(text_string(&result.err_text), "", "so `yes | head` is silent");
    child_result_release(&result);

    signal(SIGCHLD, SIG_IGN);
    run_shell("exit 6", &result);
    is_number(result.exit_code, 6,
              "an ignored SIGCHLD of our parent loses no exit code");
    child_result_release(&result);

    run_shell("[ $(ps -o pgid= -p $$) = $$ ] && echo leader", &result);
    is_string(text_string(&result.out), "leader\n", "a process group of its own");
    child_result_release(&result);
}

static void test_environment(void)
{
    struct child_command command = command_of("env", NULL);
    struct child_result result = {0};
    struct error err = {0};

    setenv("SLURM_JOB_ID", "1", 1);
    setenv("SLURM_CONF", "/etc/x", 1);
    setenv("SLURMX", "kept", 1);
    setenv("EXACT", "gone", 1);
    setenv("EXACTLY", "kept", 1);
    setenv("OTHER", "old", 1);
    words_add(&command.unset, "SLURM_*");
    words_add(&command.unset, "EXACT");
    words_add(&command.keep, "SLURM_CONF");
    words_add(&command.set, "OTHER=new=value");
    words_add(&command.set, "SLURM_TIME_FORMAT=%s");
    child_run(&command, &result, &err);
    const char *out = text_string(&result.out);
    ok(!strstr(out, "SLURM_JOB_ID="), "a prefix is unset");
    ok(strstr(out, "SLURM_CONF=/etc/x\n") != NULL, "but not the exception");
    ok(strstr(out, "SLURMX=kept\n") != NULL, "nor what only begins alike");
    ok(!strstr(out, "EXACT="), "a name is unset");
    ok(strstr(out, "EXACTLY=kept\n") != NULL, "but not a longer one");
    ok(strstr(out, "OTHER=new=value\n") && !strstr(out, "OTHER=old"), "set replaces");
    ok(strstr(out, "SLURM_TIME_FORMAT=%s\n") != NULL, "set wins over unset");
    ok(strstr(out, "PATH=") != NULL, "the rest stays");
    is_string(getenv("SLURM_JOB_ID"), "1", "our own environment is untouched");
    child_result_release(&result);
    child_command_release(&command);
}

static void test_descriptors(void)
{
    struct child_command command = command_of("ls", NULL);
    struct child_result result = {0};
    struct error err = {0};
    struct child *sleeper = NULL;
    struct child_command pause = command_of("sleep", NULL);

    words_add(&pause.argv, "30");
    child_start(&pause, &sleeper, &err);
    words_add(&command.argv, "/proc/self/fd");
    child_run(&command, &result, &err);
    is_string(text_string(&result.out), "0\n1\n2\n3\n",
              "0, 1, 2 (and ls' own) are all that a child gets");
    child_abandon(&sleeper, 1);
    child_result_release(&result);
    child_command_release(&pause);
    child_command_release(&command);

    int saved[3];
    for (int i = 0; i < 3; i++)
        saved[i] = fcntl(i, F_DUPFD_CLOEXEC, 10);
    for (int i = 0; i < 3; i++)
        close(i);
    command = command_of("sh", "echo out; echo err >&2; cat");
    command.input = "in";
    command.input_size = 2;
    child_run(&command, &result, &err);
    for (int i = 0; i < 3; i++) {
        dup2(saved[i], i);
        close(saved[i]);
    }
    is_string(text_string(&result.out), "out\nin", "with our own 0, 1, 2 closed");
    is_string(text_string(&result.err_text), "err\n", "the pipes are not mixed up");
    child_result_release(&result);
    child_command_release(&command);
}

/* As on Linux 4.18: pidfd_open is not known. In a process of its own, since a filter
 * stays. */
static void test_without_pidfd(void)
{
    fflush(stdout);
    pid_t pid = fork();
    if (pid == 0) {
        struct sock_filter code[] = {
            BPF_STMT(BPF_LD | BPF_W | BPF_ABS, offsetof(struct seccomp_data, nr)),
            BPF_JUMP(BPF_JMP | BPF_JEQ | BPF_K, SYS_pidfd_open, 0, 1),
            BPF_STMT(BPF_RET | BPF_K, SECCOMP_RET_ERRNO | ENOSYS),
            BPF_STMT(BPF_RET | BPF_K, SECCOMP_RET_ALLOW)};
        struct sock_fprog filter = {.len = 4, .filter = code};
        struct child_command command =
            command_of("sh", "exec >&- 2>&-; sleep 0.3; exit 9");
        struct child_result result = {0};
        struct error err = {0};
        if (prctl(PR_SET_NO_NEW_PRIVS, 1, 0, 0, 0) != 0 ||
            prctl(PR_SET_SECCOMP, SECCOMP_MODE_FILTER, &filter) != 0 ||
            syscall(SYS_pidfd_open, getpid(), 0) >= 0)
            _exit(100);
        if (child_run(&command, &result, &err) < 0)
            _exit(101);
        _exit(result.exit_code);
    }
    int status = 0;
    waitpid(pid, &status, 0);
    is_number(WIFEXITED(status) ? WEXITSTATUS(status) : -1, 9,
              "without pidfd_open the end is seen, too");
}

int main(void)
{
    /* What the caller of this test left open is not what is tested. */
    for (int fd = 3; fd < 1024; fd++)
        fcntl(fd, F_SETFD, FD_CLOEXEC);
    test_not_found();
    test_exit_codes();
    test_output();
    test_input();
    test_deadline();
    test_stubborn_grandchild();
    test_grandchild();
    test_several();
    test_abandon();
    test_our_death();
    test_interrupted();
    test_signals();
    test_environment();
    test_descriptors();
    test_without_pidfd();
    scratch_remove();
    return tap_done();
}

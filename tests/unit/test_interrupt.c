#include <errno.h>
#include <poll.h>
#include <signal.h>
#include <string.h>
#include <sys/wait.h>
#include <unistd.h>

#include "launcher/common/clock.h"
#include "launcher/common/processes/interrupt.h"
#include "tests/tap/tap.h"

/* A background shell and nohup(1) start programs with a signal ignored: that stays. */
static void test_ignored(void)
{
    int status = 0;
    pid_t pid = fork();

    if (pid == 0) {
        signal(SIGHUP, SIG_IGN);
        interrupt_install();
        raise(SIGHUP);
        _exit(interrupt_count() == 0 ? 0 : 1);
    }
    waitpid(pid, &status, 0);
    ok(status == 0, "an ignored signal stays ignored");
}

/* One that came before a wait is not lost: it ends the wait, whatever the moment. */
static void test_pending(void)
{
    struct pollfd none = {.fd = -1, .events = POLLIN};
    struct error err = {0};
    int64_t start = clock_monotonic_ms();

    ok(interrupt_is_pending(), "it is pending");
    ok(!interrupt_sleep_ms(20000), "no second sleep");
    ok(interrupt_poll(&none, 1, 20000) < 0 && errno == EINTR, "and no poll");
    ok(clock_monotonic_ms() - start < 10000, "at once");
    is_number(interrupt_error(&err, "while %s had not answered", "squeue"), -1,
              "an error of its kind");
    ok(err.kind == ERROR_INTERRUPT &&
           strcmp(err.text, "interrupted while squeue had not answered") == 0,
       "which says so");
    interrupt_answer();
    ok(!interrupt_is_pending(), "answered");
    start = clock_monotonic_ms();
    ok(interrupt_sleep_ms(30) && clock_monotonic_ms() - start >= 29,
       "what is begun then takes its time");
    ok(interrupt_sleep_ms(0) && interrupt_sleep_ms(-5), "no time, no sleep");
}

/* While it waits they are let in, and never when it has returned: no mask is changed
 * for good. */
static void test_mask(void)
{
    sigset_t before, after;

    sigprocmask(SIG_SETMASK, NULL, &before);
    interrupt_sleep_ms(1);
    sigprocmask(SIG_SETMASK, NULL, &after);
    ok(sigismember(&before, SIGINT) == 0 && sigismember(&after, SIGINT) == 0,
       "the mask is as before");
}

int main(void)
{
    static const int caught[] = {SIGINT, SIGTERM, SIGHUP};
    int ends[2];

    test_ignored();
    signal(SIGHUP, SIG_DFL); /* prove may itself run under nohup */
    signal(SIGINT, SIG_DFL);
    ok(interrupt_count() == 0 && interrupt_signal() == 0, "none at first");
    interrupt_install();
    for (int i = 0; i < 3; i++) {
        raise(caught[i]);
        ok(interrupt_count() == i + 1 && interrupt_signal() == caught[i],
           "%s is counted", strsignal(caught[i]));
    }
    pid_t pid = fork();
    if (pid == 0) {
        usleep(100000);
        kill(getppid(), SIGINT);
        _exit(0);
    }
    interrupt_answer();
    int64_t start = clock_monotonic_ms();
    ok(!interrupt_sleep_ms(20000) && clock_monotonic_ms() - start < 10000 &&
           interrupt_count() == 4,
       "a sleep ends early");
    waitpid(pid, NULL, 0);
    test_pending();
    ok(pipe(ends) == 0 && close(ends[0]) == 0 && write(ends[1], "x", 1) < 0,
       "a closed pipe is an error, not a signal");
    for (int i = 0; i < 200; i++)
        raise(SIGINT);
    is_number(interrupt_count(), 100, "the count stops somewhere");
    test_mask();
    return tap_done();
}

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
    int64_t start = clock_monotonic_ms();
    clock_sleep_ms(20000);
    ok(clock_monotonic_ms() - start < 10000 && interrupt_count() == 4,
       "a sleep ends early");
    waitpid(pid, NULL, 0);
    ok(pipe(ends) == 0 && close(ends[0]) == 0 && write(ends[1], "x", 1) < 0,
       "a closed pipe is an error, not a signal");
    for (int i = 0; i < 200; i++)
        raise(SIGINT);
    is_number(interrupt_count(), 100, "the count stops somewhere");
    return tap_done();
}

#include "launcher/common/processes/interrupt.h"

#include <errno.h>
#include <poll.h>
#include <signal.h>
#include <stdarg.h>
#include <stdio.h>
#include <string.h>

#include "launcher/common/clock.h"

static const int caught[] = {SIGINT, SIGTERM, SIGHUP};

static volatile sig_atomic_t count;
static volatile sig_atomic_t last;
static int answered;

static void on_signal(int number)
{
    last = number;
    if (count < 100)
        count = count + 1;
}

void interrupt_install(void)
{
    struct sigaction action;

    memset(&action, 0, sizeof action);
    action.sa_handler = on_signal;
    for (size_t i = 0; i < sizeof caught / sizeof *caught; i++) {
        struct sigaction old;
        /* nohup(1) and background shells set "ignore": that stays. */
        if (sigaction(caught[i], NULL, &old) == 0 && old.sa_handler != SIG_IGN)
            sigaction(caught[i], &action, NULL);
    }
    action.sa_handler = SIG_IGN;
    sigaction(SIGPIPE, &action, NULL);
}

int interrupt_count(void)
{
    return count;
}

int interrupt_signal(void)
{
    return last;
}

bool interrupt_is_pending(void)
{
    return count > answered;
}

void interrupt_answer(void)
{
    answered = count;
}

int interrupt_error(struct error *err, const char *format, ...)
{
    char what[ERROR_TEXT_MAX];
    va_list args;

    va_start(args, format);
    vsnprintf(what, sizeof what, format, args);
    va_end(args);
    return error_set(err, ERROR_INTERRUPT, "interrupted %s", what);
}

/* They are let in by ppoll(2) alone: one that comes before it begins ends it, too. */
int interrupt_poll(struct pollfd *polls, size_t n_polls, int64_t timeout_ms)
{
    struct timespec span = {.tv_sec = (time_t)(timeout_ms / 1000),
                            .tv_nsec = (long)(timeout_ms % 1000) * 1000000};
    sigset_t held, before;
    int rc = -1;

    sigemptyset(&held);
    for (size_t i = 0; i < sizeof caught / sizeof *caught; i++)
        sigaddset(&held, caught[i]);
    sigprocmask(SIG_BLOCK, &held, &before);
    int number = EINTR;
    if (!interrupt_is_pending()) {
        rc = ppoll(polls, n_polls, timeout_ms < 0 ? NULL : &span, &before);
        number = errno;
    }
    sigprocmask(SIG_SETMASK, &before, NULL);
    errno = number;
    return rc;
}

bool interrupt_sleep_ms(int64_t ms)
{
    int64_t end = clock_monotonic_ms() + ms;

    for (int64_t left = ms; left > 0 && !interrupt_is_pending();
         left = end - clock_monotonic_ms())
        interrupt_poll(NULL, 0, left);
    return !interrupt_is_pending();
}

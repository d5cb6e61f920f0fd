/* fake_clock.h - time that a test turns: sleeps end at once, and both clocks go on by
 * what was slept. Real time goes on, too, so compare with some room.
 */
#ifndef TESTS_UNIT_FAKE_CLOCK_H
#define TESTS_UNIT_FAKE_CLOCK_H

#include <poll.h>
#include <signal.h>
#include <sys/syscall.h>
#include <time.h>
#include <unistd.h>

static double fake_wall_jump_s; /* by what somebody set the wall clock */
/* How long this process would have slept; add to it to let time pass. Not static: with
 * _FORTIFY_SOURCE clang takes ppoll() below for an inline function. */
extern double fake_slept_s;
double fake_slept_s;

/* These stand in for libc's in the test program. */
int clock_gettime(clockid_t id, struct timespec *now)
{
    long rc = syscall(SYS_clock_gettime, id, now);
    double whole = (double)now->tv_nsec / 1e9 + fake_slept_s +
                   (id == CLOCK_REALTIME ? fake_wall_jump_s : 0);

    if (whole < 0) { /* to whole seconds below */
        now->tv_sec -= (time_t)(1 - whole);
        whole += (double)(time_t)(1 - whole);
    }
    now->tv_sec += (time_t)whole;
    now->tv_nsec = (long)((whole - (double)(time_t)whole) * 1e9);
    return (int)rc;
}

int nanosleep(const struct timespec *span, struct timespec *left)
{
    (void)left;
    fake_slept_s += (double)span->tv_sec + (double)span->tv_nsec / 1e9;
    return 0;
}

/* Sleeps that an interrupt ends; with descriptors it is a wait for a child. */
int ppoll(struct pollfd *polls, nfds_t count, const struct timespec *span,
          const sigset_t *mask)
{
    if (count > 0) {
        struct timespec left = span ? *span : (struct timespec){0, 0};
        return (int)syscall(SYS_ppoll, polls, count, span ? &left : NULL, mask, 8);
    }
    fake_slept_s += (double)span->tv_sec + (double)span->tv_nsec / 1e9;
    return 0;
}

#endif

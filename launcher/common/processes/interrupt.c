#include "launcher/common/processes/interrupt.h"

#include <signal.h>
#include <stddef.h>
#include <string.h>

#include "launcher/common/clock.h"

#define SLICE_MS 200 /* one that comes just before a sleep does not end that sleep */

static volatile sig_atomic_t count;
static volatile sig_atomic_t last;

static void on_signal(int number)
{
    last = number;
    if (count < 100)
        count = count + 1;
}

void interrupt_install(void)
{
    static const int caught[] = {SIGINT, SIGTERM, SIGHUP};
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

bool interrupt_sleep_ms(int64_t ms)
{
    int before = count;
    int64_t end = clock_monotonic_ms() + ms;
    int64_t left;

    while (count == before && (left = end - clock_monotonic_ms()) > 0)
        clock_sleep_ms(left < SLICE_MS ? left : SLICE_MS);
    return count == before;
}

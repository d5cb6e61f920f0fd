#include "launcher/submit/rate_limiter.h"

#include "tests/tap/tap.h"

/* Begin and end a call that takes `took` seconds; returns the time after it. */
static double call(struct rate_limiter *pace, double now, double took, bool is_accepted)
{
    rate_limiter_begin(pace, now);
    rate_limiter_end(pace, now, now + took, is_accepted);
    return now + took;
}

static void test_first_alone(void)
{
    struct rate_limiter pace;

    rate_limiter_init(&pace, 4, 0, 0, 100);
    ok(rate_limiter_in_flight(&pace) == 1 && rate_limiter_wait(&pace, 100) == 0.0,
       "the first may begin");
    rate_limiter_begin(&pace, 100);
    ok(rate_limiter_wait(&pace, 101) < 0, "and goes alone");
    rate_limiter_end(&pace, 100, 101, true);
    is_number(rate_limiter_in_flight(&pace), 4, "one accepted: four at a time");
    for (int i = 0; i < 4; i++) {
        ok(rate_limiter_wait(&pace, 101) == 0.0, "call %d may begin", i);
        rate_limiter_begin(&pace, 101);
    }
    ok(rate_limiter_wait(&pace, 101) < 0, "the fifth waits for an end, not for a time");
}

static void test_rate(void)
{
    struct rate_limiter pace;
    double now = 10;
    int count = 0;

    rate_limiter_init(&pace, 64, 5, 0, now);
    call(&pace, now, 0.01, true);
    for (; now < 20; now += 0.01) {
        if (rate_limiter_wait(&pace, now) <= 0) {
            call(&pace, now, 0.001, true);
            count++;
        }
    }
    ok(count >= 48 && count <= 50, "five a second for ten seconds: %d", count);
    rate_limiter_init(&pace, 64, 2, 10, 0);
    call(&pace, 0, 0.001, true);
    for (count = 0; rate_limiter_wait(&pace, 0) <= 0; count++)
        call(&pace, 0, 0, true);
    is_number((size_t)count, 9, "a burst of ten");
    ok(rate_limiter_wait(&pace, 0) > 0.49 && rate_limiter_wait(&pace, 0) < 0.51,
       "then two a second: %.2f s", rate_limiter_wait(&pace, 0));
    rate_limiter_init(&pace, 64, -1, 0, 0);
    ok(rate_limiter_wait(&pace, 0) == 0.0, "no rate");
}

static void test_slow(void)
{
    struct rate_limiter pace;
    double now = 0;

    rate_limiter_init(&pace, 8, 0, 0, now);
    now = call(&pace, now, 0.05, true);
    for (int i = 0; i < 20; i++)
        now = call(&pace, now, 0.9, true);
    is_number(rate_limiter_in_flight(&pace), 8, "0.9 s are not slow");
    for (int i = 0; i < 3; i++)
        now = call(&pace, now, 3, true);
    ok(rate_limiter_in_flight(&pace) < 8, "3 s are: %zu at a time",
       rate_limiter_in_flight(&pace));
    for (int i = 0; i < 20; i++)
        now = call(&pace, now, 3, true);
    is_number(rate_limiter_in_flight(&pace), 1, "never less than one");
    for (int i = 0; i < 200; i++)
        now = call(&pace, now, 0.5, true);
    is_number(rate_limiter_in_flight(&pace), 8, "and back, one after the other");
}

/* Calls that were under way say nothing about the smaller number. */
static void test_slow_together(void)
{
    struct rate_limiter pace;

    rate_limiter_init(&pace, 8, 0, 0, 0);
    call(&pace, 0, 0.05, true);
    for (int i = 0; i < 8; i++)
        rate_limiter_begin(&pace, 1);
    for (int i = 0; i < 8; i++)
        rate_limiter_end(&pace, 1, 9, true);
    is_number(rate_limiter_in_flight(&pace), 4, "eight slow ones at once: halved once");
}

static void test_busy(void)
{
    struct rate_limiter pace;
    double now = 50;

    rate_limiter_init(&pace, 4, 0, 0, now);
    now = call(&pace, now, 0.1, true);
    for (int i = 0; i < 4; i++)
        rate_limiter_begin(&pace, now);
    for (int i = 0; i < 4; i++) {
        rate_limiter_end(&pace, now, now + 1, false);
        is_number((size_t)rate_limiter_refused(&pace, now, now + 1), 1,
                  "four \"not now\" of the same moment are one");
    }
    now++;
    is_number(rate_limiter_in_flight(&pace), 1, "then one alone");
    ok(rate_limiter_wait(&pace, now) > 0.99, "after a second");
    static const double pauses[] = {2, 4, 8, 16, 32, 60, 60};
    for (size_t i = 0; i < sizeof pauses / sizeof *pauses; i++) {
        now += 100;
        rate_limiter_begin(&pace, now);
        rate_limiter_end(&pace, now, now + 1, false);
        is_number((size_t)rate_limiter_refused(&pace, now, now + 1), i + 2, "in a row");
        double wait = rate_limiter_wait(&pace, now + 1);
        ok(wait > pauses[i] - 0.01 && wait < pauses[i] + 0.01, "a pause of %.0f s",
           wait);
        now++;
    }
    now += 100;
    call(&pace, now, 0.1, true);
    is_number(rate_limiter_in_flight(&pace), 1, "accepted: slowly again");
    rate_limiter_begin(&pace, now);
    rate_limiter_end(&pace, now, now + 1, false);
    is_number((size_t)rate_limiter_refused(&pace, now, now + 1), 1, "and counted anew");
    rate_limiter_accepted(&pace);
    ok(pace.has_accepted, "found to be accepted after all");
}

int main(void)
{
    test_first_alone();
    test_rate();
    test_slow();
    test_slow_together();
    test_busy();
    return tap_done();
}

#include "launcher/jobs/poll_pause.h"

#include "tests/unit/sweep_fixture.h"

static const struct {
    struct poll_view view;
    int64_t least, most;
    const char *what;
} cases[] = {
    {{.next_s = -1, .chance = 0.5}, 1000, 1000, "quick after a change"},
    {{.quiet_ms = -5, .next_s = -1}, 1000, 1000, "a clock that jumped"},
    {{.quiet_ms = 30000, .next_s = -1, .chance = 0.5}, 3000, 3000, "slower by and by"},
    {{.quiet_ms = 100000, .next_s = -1, .chance = 0}, 9000, 9000, "jitter down"},
    {{.quiet_ms = 100000, .next_s = -1, .chance = 1}, 11000, 11000, "jitter up"},
    {{.quiet_ms = 36000000, .next_s = -1, .chance = 0.5},
     60000,
     60000,
     "a minute at most"},
    {{.quiet_ms = INT64_MAX, .next_s = -1, .chance = 1},
     66000,
     66000,
     "and its jitter"},
    {{.quiet_ms = 36000000, .next_s = 4, .chance = 0.5},
     5000,
     5000,
     "an end is expected before"},
    {{.quiet_ms = 36000000, .next_s = 0, .chance = 0.5}, 1000, 1000, "or now"},
    {{.quiet_ms = 20000, .next_s = 1e9, .chance = 0.5},
     2000,
     2000,
     "one far away changes nothing"},
    {{.n_failures = 1, .next_s = -1}, 2000, 2000, "no answer once"},
    {{.n_failures = 3, .next_s = 0, .chance = 0.5},
     8000,
     8000,
     "no answer thrice, whatever is expected"},
    {{.n_failures = 1000000, .next_s = -1, .chance = 0.5},
     60000,
     60000,
     "no answer for an hour"},
    {{.n_failures = 1, .quiet_ms = 300000, .next_s = -1, .chance = 0.5},
     30000,
     30000,
     "no answer does not make it quicker"},
    {{.fixed_s = 7, .quiet_ms = 36000000, .next_s = 0}, 7000, 7000, "--poll is fixed"},
    {{.runs_here = true, .next_s = -1}, 100, 100, "our own children"},
    {{.runs_here = true, .quiet_ms = 36000000, .next_s = -1},
     2000,
     2000,
     "two seconds at most"},
};

static void test_next(void)
{
    struct sweep *sweep = fixture_begin("next", 3);

    is_number((long)poll_next_s(sweep, 1000), -1, "no job, nothing expected");
    for (size_t i = 0; i < 3; i++)
        fixture_accept(sweep, i, 1);
    is_number((long)poll_next_s(sweep, 1000), -1, "jobs of which nothing is known");
    for (size_t i = 0; i < 3; i++) {
        sweep->by_order[i]->is_listed = true;
        sweep->by_order[i]->seen.expected_at = 1000 + 50 * (double)i - 25;
    }
    is_number((long)poll_next_s(sweep, 1000), 25,
              "the next; what is over does not count");
    fixture_final(sweep, 1, 1, "completed", "");
    is_number((long)poll_next_s(sweep, 1000), 75, "nor does what is final");
    sweep_unlock(sweep);
    sweep_close(sweep);
}

int main(void)
{
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        int64_t pause = poll_pause_ms(&cases[i].view);
        ok(pause >= cases[i].least && pause <= cases[i].most, "%s (%lld ms)",
           cases[i].what, (long long)pause);
    }
    test_next();
    return tap_done();
}

#include "launcher/policy/auto_retry.h"

#include "tests/unit/fake_scheduler.h"

static struct settings *settings;
static struct fake fake;

/* How point `index` ended, and how often it was tried. */
static const struct {
    const char *state, *cause;
    int n_attempts;
    bool is_taken;
} cases[] = {
    {"oom", "out_of_memory", 1, true},
    {"oom", "out_of_memory", 2, true},
    {"oom", "out_of_memory", 3, false}, /* two retries were all */
    {"timeout", "time_limit", 1, true},
    {"timeout", "timeout", 1, true},
    {"timeout", "reported_timeout", 1, false},
    {"preempted", "preempted", 1, true},
    {"node_fail", "node_fail", 1, true},
    {"failed", "entrypoint_exit", 1, false},
    {"missing", "no_trace", 1, false},
    {"cancelled", "by_other", 1, false},
    {"completed", "", 1, false},
    {NULL, NULL, 1, false},             /* lives */
    {"oom", "out_of_memory", 1, false}, /* and told to end (TOLD) */
};
#define N_CASES (sizeof cases / sizeof *cases)
#define TOLD (N_CASES - 1)

static const struct submit_item *find(const struct work_queue *queue, size_t index,
                                      const struct sweep *sweep)
{
    for (size_t i = 0; i < queue->count; i++) {
        if (queue->items[i].point == sweep->points[index])
            return &queue->items[i];
    }
    return NULL;
}

static void end_all(struct sweep *sweep)
{
    for (size_t i = 0; i < N_CASES; i++) {
        for (int number = 1; number <= cases[i].n_attempts; number++) {
            fixture_accept(sweep, i, number);
            if (cases[i].state)
                fixture_event(sweep, "final", i, number, number,
                              json_pack("{s:s, s:s, s:s}", "state", cases[i].state,
                                        "cause", cases[i].cause, "nodes", "n7"));
        }
    }
    fixture_event(sweep, "cancel", TOLD, 1, 1, NULL);
}

static void check(const struct work_queue *queue, const struct sweep *sweep)
{
    for (size_t i = 0; i < N_CASES; i++) {
        const struct submit_item *item = find(queue, i, sweep);
        ok(!item == !cases[i].is_taken, "%s (%s) after %d",
           cases[i].state ? cases[i].state : "a live one",
           cases[i].cause ? cases[i].cause : "", cases[i].n_attempts);
        if (item)
            is_number((long)item->number, cases[i].n_attempts + 1, "its next attempt");
    }
    const struct settings *oom = find(queue, 0, sweep)->settings;
    ok(oom && settings_mib(oom, SETTING_MEM) == 1200, "1.2 times the memory");
    const struct settings *late = find(queue, 3, sweep)->settings;
    ok(late && settings_minutes(late, SETTING_TIME) == 15 &&
           settings_mib(late, SETTING_MEM) == 1000,
       "1.5 times the time");
    ok(!find(queue, 6, sweep)->settings, "after a preemption: as it was");
    const struct settings *away = find(queue, 7, sweep)->settings;
    is_string(away ? settings_text(away, SETTING_EXCLUDE) : "", "n7",
              "not on the node that failed");
}

/* A whole node twice was not enough: a third time would not be, either. */
static void test_hopeless(void)
{
    struct scheduler scheduler = {.ops = &fake_ops, .state = &fake};
    struct settings_variants variants = {0};
    struct sweep *sweep = fixture_begin("hopeless", 2);
    struct settings *whole = settings_new();
    const size_t points[] = {0, 1};
    struct work_queue queue = {0};
    struct auto_retry again;
    struct error err = {0};

    settings_set(whole, SETTING_RETRIES, "5", RANK_FLAG, "flag --retries", &err);
    settings_set(whole, SETTING_RETRY_DELAY, "0", RANK_FLAG, "flag", &err);
    for (size_t i = 0; i < 2; i++) {
        for (int number = 1; number <= (int)i + 1; number++) {
            fixture_accept(sweep, i, number);
            fixture_event(sweep, "final", i, number, number,
                          json_pack("{s:s, s:s, s:s}", "state", "oom", "cause",
                                    "out_of_memory", "nodes", "n7"));
        }
    }
    auto_retry_init(&again, whole, &scheduler, &variants);
    is_number((long)auto_retry_top_up(&again, sweep, points, 2, &queue), 0,
              "whole nodes: none waits");
    ok(find(&queue, 0, sweep) != NULL, "once is no proof");
    ok(!find(&queue, 1, sweep), "twice is");
    work_queue_release(&queue);
    settings_variants_release(&variants);
    sweep_close(sweep);
    settings_free(whole);
}

int main(void)
{
    struct scheduler scheduler = {.ops = &fake_ops, .state = &fake};
    struct settings_variants variants = {0};
    struct sweep *sweep = fixture_begin("s", N_CASES + 1);
    size_t points[N_CASES + 1];
    struct work_queue queue = {0};
    struct auto_retry again;
    struct error err = {0};

    settings = settings_new();
    settings_set(settings, SETTING_MEM, "1000M", RANK_FLAG, "flag --mem", &err);
    settings_set(settings, SETTING_TIME, "10", RANK_FLAG, "flag --time", &err);
    for (size_t i = 0; i <= N_CASES; i++)
        points[i] = i;
    end_all(sweep);

    auto_retry_init(&again, settings, &scheduler, &variants);
    is_number((long)auto_retry_top_up(&again, sweep, points, N_CASES + 1, &queue), 0,
              "not asked: none waits");
    is_number((long)queue.count, 0, "and none is tried again");
    settings_set(settings, SETTING_RETRIES, "2", RANK_FLAG, "flag --retries", &err);
    auto_retry_init(&again, settings, &scheduler, &variants);
    is_number((long)auto_retry_top_up(&again, sweep, points, N_CASES + 1, &queue), 6,
              "six wait for their time");
    is_number((long)queue.count, 0, "none at once");
    fake_slept_s += 61;
    is_number((long)auto_retry_top_up(&again, sweep, points, N_CASES + 1, &queue), 1,
              "after a minute");
    is_number((long)queue.count, 5, "the first retries are due");
    ok(!find(&queue, 1, sweep), "a second one is not");
    fake_slept_s += 240;
    is_number((long)auto_retry_top_up(&again, sweep, points, N_CASES + 1, &queue), 0,
              "after five minutes");
    check(&queue, sweep);
    is_number((long)auto_retry_top_up(&again, sweep, points, N_CASES + 1, &queue), 0,
              "looked at again");
    is_number((long)queue.count, 6, "none is queued twice");
    work_queue_release(&queue);
    settings_variants_release(&variants);
    sweep_close(sweep);
    settings_free(settings);
    test_hopeless();
    scratch_remove();
    return tap_done();
}

#include "launcher/policy/select_points.h"
#include "tests/unit/sweep_fixture.h"

/* What a point looks like, and which rules take it ("r"etype, "f"ailed, "c"ancelled,
 * "a"ll). */
static const struct {
    const char *what, *state, *cause, *taken;
    bool is_in_queue;
} cases[] = {
    {"no attempt", NULL, NULL, "rfa", false},
    {"an intent", "-intent", NULL, "", false},
    {"accepted, not seen", "-accepted", NULL, "", false},
    {"refused", "-refused", NULL, "rfa", false},
    {"absent", "-absent", NULL, "rfa", false},
    {"completed", "completed", "", "a", false},
    {"failed", "failed", "entrypoint_exit", "fa", false},
    {"timeout", "timeout", "time_limit", "fa", false},
    {"oom", "oom", "out_of_memory", "fa", false},
    {"cancelled by the user", "cancelled", "by_user", "ca", false},
    {"cancelled by another", "cancelled", "by_other", "rfca", false},
    {"preempted", "preempted", "preempted", "rfa", false},
    {"node_fail", "node_fail", "node_fail", "rfa", false},
    {"missing", "missing", "no_trace", "rfa", false},
    {"node_fail, but in the queue again", "node_fail", "node_fail", "", true},
    {"completed, still in the queue", "completed", "", "", true},
};
#define N_CASES (sizeof cases / sizeof *cases)

static void make_point(struct sweep *sweep, size_t i)
{
    const char *state = cases[i].state;

    if (!state)
        return;
    if (strcmp(state, "-intent") == 0 || strcmp(state, "-refused") == 0 ||
        strcmp(state, "-absent") == 0)
        fixture_event(sweep, "submitting", i, 1, 1, NULL);
    else
        fixture_accept(sweep, i, 1);
    if (strcmp(state, "-refused") == 0 || strcmp(state, "-absent") == 0)
        fixture_event(sweep, state + 1, i, 1, 1, NULL);
    if (*state != '-')
        fixture_final(sweep, i, 1, state, cases[i].cause);
    if (cases[i].is_in_queue) {
        struct attempt *attempt = sweep->points[i]->attempts[0];
        attempt->is_listed = attempt->is_seen = true;
        attempt->seen.state = STATE_RUNNING;
    }
}

static const struct submit_item *find(const struct work_queue *choice,
                                      const struct sweep_point *point)
{
    for (size_t i = 0; i < choice->count; i++) {
        if (choice->items[i].point == point)
            return &choice->items[i];
    }
    return NULL;
}

static void test_rules(void)
{
    static const enum select_rule rules[] = {SELECT_RESUME, SELECT_FAILED,
                                             SELECT_CANCELLED, SELECT_ALL};
    struct sweep *sweep = fixture_begin("s", N_CASES);
    size_t selected[N_CASES];

    for (size_t i = 0; i < N_CASES; i++) {
        selected[i] = i;
        make_point(sweep, i);
    }
    for (size_t r = 0; r < 4; r++) {
        struct work_queue choice = {0};
        select_points(sweep, selected, N_CASES, rules[r], NULL, &choice);
        for (size_t i = 0; i < N_CASES; i++) {
            const struct submit_item *item = find(&choice, sweep->points[i]);
            ok(!item == !strchr(cases[i].taken, "rfca"[r]), "rule %c: %s is %s",
               "rfca"[r], cases[i].what, item ? "taken" : "left");
            bool has_run = cases[i].state && *cases[i].state != '-';
            if (item)
                is_number(item->number, has_run ? 2 : 1,
                          "number: refused and absent ones were no runs");
        }
        work_queue_release(&choice);
    }
    struct work_queue one = {0};
    select_points(sweep, selected + 6, 1, SELECT_ALL, NULL, &one);
    ok(one.count == 1 && one.items[0].point == sweep->points[6],
       "only what is selected");
    work_queue_release(&one);
    select_points(sweep, selected, 0, SELECT_ALL, NULL, &one);
    ok(one.count == 0, "nothing selected, nothing taken");
    sweep_close(sweep);
}

static void test_numbers(void)
{
    struct sweep *sweep = fixture_begin("n", 1);
    size_t selected = 0;
    struct work_queue choice = {0};

    fixture_accept(sweep, 0, 1);
    fixture_final(sweep, 0, 1, "failed", "x");
    fixture_accept(sweep, 0, 2);
    fixture_final(sweep, 0, 2, "failed", "x");
    fixture_event(sweep, "submitting", 0, 3, 3, NULL);
    fixture_event(sweep, "refused", 0, 3, 3, NULL);
    select_points(sweep, &selected, 1, SELECT_FAILED, NULL, &choice);
    ok(choice.count == 1 && choice.items[0].number == 3,
       "a refused third is the third again");
    work_queue_release(&choice);
    sweep_close(sweep);
}

static void test_globs(void)
{
    static const struct {
        const char *glob;
        size_t count;
    } globs[] = {{"a=1", 1},     {"a=1*", 3},  {"*", 12}, {"b=*", 0},
                 {"a=[2-4]", 3}, {"a=1-*", 1}, {"", 0},   {"[", 0}};
    struct sweep *sweep = fixture_begin("g", 12);
    size_t selected[12];
    struct words both = {0};
    struct work_queue choice = {0};

    for (size_t i = 0; i < 12; i++)
        selected[i] = i;
    for (size_t i = 0; i < sizeof globs / sizeof *globs; i++) {
        cleanup_words struct words words = {0};
        struct work_queue some = {0};
        words_add(&words, globs[i].glob);
        select_points(sweep, selected, 12, SELECT_ALL, &words, &some);
        ok(some.count == globs[i].count, "'%s' takes %zu", globs[i].glob, some.count);
        work_queue_release(&some);
    }
    select_points(sweep, selected, 12, SELECT_ALL, &both, &choice);
    is_number(choice.count, 12, "no globs: all");
    work_queue_release(&choice);
    words_add(&both, "a=3");
    words_add(&both, "a=5");
    words_add(&both, sweep->points[3]->point.id);
    select_points(sweep, selected, 12, SELECT_ALL, &both, &choice);
    is_number(choice.count, 2,
              "one of several globs is enough, and a point comes once");
    work_queue_release(&choice);
    words_release(&both);
    sweep_close(sweep);
}

int main(void)
{
    test_rules();
    test_numbers();
    test_globs();
    scratch_remove();
    return tap_done();
}

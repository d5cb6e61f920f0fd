#include "launcher/policy/select_points.h"
#include "tests/unit/sweep_fixture.h"

/* What a point looks like, and which rules take it ("r"etype, "f"ailed, "c"ancelled,
 * "a"ll). */
static const struct {
    const char *what, *state, *cause, *taken;
    enum { STAYS, IN_QUEUE, TOLD } then; /* told to end, at last */
} cases[] = {
    {"no attempt", NULL, NULL, "rfa", STAYS},
    {"an intent", "-intent", NULL, "", STAYS},
    {"accepted, not seen", "-accepted", NULL, "", STAYS},
    {"refused", "-refused", NULL, "rfa", STAYS},
    {"absent", "-absent", NULL, "rfa", STAYS},
    {"completed", "completed", "", "a", STAYS},
    {"failed", "failed", "entrypoint_exit", "fa", STAYS},
    {"timeout", "timeout", "time_limit", "fa", STAYS},
    {"oom", "oom", "out_of_memory", "fa", STAYS},
    {"cancelled by the user", "cancelled", "by_user", "ca", STAYS},
    {"cancelled by another", "cancelled", "by_other", "rfca", STAYS},
    {"preempted", "preempted", "preempted", "rfa", STAYS},
    {"node_fail", "node_fail", "node_fail", "rfa", STAYS},
    {"missing", "missing", "no_trace", "rfa", STAYS},
    {"node_fail, but in the queue again", "node_fail", "node_fail", "", IN_QUEUE},
    {"completed, still in the queue", "completed", "", "", IN_QUEUE},
    {"cancelled without a job", NULL, NULL, "ca", TOLD},
    {"refused, then cancelled", "-refused", NULL, "ca", TOLD},
    {"preempted, then told to end", "preempted", "preempted", "fca", TOLD},
    {"missing, then told to end", "missing", "no_trace", "fca", TOLD},
    {"failed, then told to end", "failed", "entrypoint_exit", "fa", TOLD},
    {"completed, then told to end", "completed", "", "a", TOLD},
};
#define N_CASES (sizeof cases / sizeof *cases)

static void make_point(struct sweep *sweep, size_t i)
{
    const char *state = cases[i].state;
    struct error err = {0};

    if (!state) {
        if (cases[i].then == TOLD)
            sweep_event(sweep, EVENT_CANCEL_POINTS,
                        json_pack("{s:s}", "point", sweep->points[i]->point.id), &err);
        return;
    }
    if (strcmp(state, "-intent") == 0 || strcmp(state, "-refused") == 0 ||
        strcmp(state, "-absent") == 0)
        fixture_event(sweep, "submitting", i, 1, 1, NULL);
    else
        fixture_accept(sweep, i, 1);
    if (strcmp(state, "-refused") == 0 || strcmp(state, "-absent") == 0)
        fixture_event(sweep, state + 1, i, 1, 1, NULL);
    if (*state != '-')
        fixture_final(sweep, i, 1, state, cases[i].cause);
    if (cases[i].then == IN_QUEUE) {
        struct attempt *attempt = sweep->points[i]->attempts[0];
        attempt->is_listed = attempt->is_seen = true;
        attempt->seen.state = STATE_RUNNING;
    }
    if (cases[i].then == TOLD)
        sweep_event(sweep, EVENT_CANCEL_POINTS,
                    json_pack("{s:s}", "point", sweep->points[i]->point.id), &err);
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

/* What is cancelled after it was chosen leaves the queue, and is chosen again only by
 * who asks for what is cancelled. */
static void test_drop(void)
{
    struct sweep *sweep = fixture_begin("drop", 5);
    size_t all[5] = {0, 1, 2, 3, 4};
    struct work_queue old = {0}, again = {0}, rest = {0};
    struct error err = {0};

    select_points(sweep, all, 5, SELECT_RESUME, NULL, &old);
    is_number(work_queue_drop_cancelled(&old), 0, "nothing is cancelled");
    sweep_event(sweep, EVENT_CANCEL_POINTS,
                json_pack("{s:s}", "point", sweep->points[3]->point.id), &err);
    is_number(work_queue_drop_cancelled(&old), 1, "one is");
    ok(old.count == 4 && !find(&old, sweep->points[3]), "and leaves the queue");
    sweep_event(sweep, EVENT_CANCEL_POINTS, json_pack("{s:i}", "first", 4), &err);
    select_points(sweep, all, 5, SELECT_RESUME, NULL, &rest);
    ok(rest.count == 1 && find(&rest, sweep->points[4]), "the first four: one is left");
    is_number(work_queue_drop_cancelled(&old), 3, "of those that were chosen, too");
    select_points(sweep, all, 5, SELECT_CANCELLED, NULL, &again);
    ok(again.count == 4 && work_queue_drop_cancelled(&again) == 0,
       "chosen after it, they stay");
    fixture_accept(sweep, 0, 1);
    ok(!sweep->points[0]->is_cancelled &&
           sweep_state(sweep->points[1]) == STATE_CANCELLED,
       "a new attempt undoes it");
    sweep_event(sweep, EVENT_CANCEL_POINTS, json_pack("{s:I}", "first", 1LL << 60),
                &err);
    is_number(work_queue_drop_cancelled(&again), 4, "and once more: none is left");
    fixture_event(sweep, "cancel", 0, 1, 1, NULL);
    ok(sweep->points[0]->is_cancelled, "the cancel of a job is its point's");
    work_queue_release(&old);
    work_queue_release(&rest);
    work_queue_release(&again);
    sweep_close(sweep);
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
    test_drop();
    test_numbers();
    test_globs();
    scratch_remove();
    return tap_done();
}

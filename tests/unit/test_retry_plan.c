/* Which points `retry` takes, in which groups. What each gets is in
 * test_retry_resources.c. */
#include "launcher/commands/sweep/retry_plan.h"

#include "tests/unit/campaign_fixture.h"

/* How point `index` ended; NULL: it has no attempt. Of the two behind these one lives,
 * and the last has no attempt. */
static const struct {
    const char *state, *cause, *nodes;
} ends[] = {{"completed", "", "n1"},
            {"failed", "entrypoint_exit", "n2"},
            {NULL, NULL, NULL},
            {"failed", "no_result", "n1"},
            {"node_fail", "node_fail", "n9"},
            {"oom", "out_of_memory", "n1"}};
#define N_ENDS (sizeof ends / sizeof *ends)
#define N_POINTS (N_ENDS + 2)

static void open_ended(struct campaign *campaign, struct fake *fake, const char *name)
{
    struct error err = {0};

    world_set(SETTING_MEM, "4G");
    world_set(SETTING_EXCLUSIVE, "no");
    world_set(SETTING_TIME, "01:00:00");
    world_open(campaign, fake, name, N_POINTS);
    if (sweep_lock(campaign->sweep, 0, &err) < 0)
        ok(0, "%s", err.text);
    sweep_event(campaign->sweep, EVENT_SETTINGS,
                json_pack("{s:s, s:{s:s, s:s}}", "id", "00000001", "values", "mem",
                          "4G", "time", "01:00:00"),
                &err);
    for (size_t i = 0; i < N_ENDS + 1; i++) {
        cleanup_free char *id = xasprintf("%zu", i + 1);
        if (i < N_ENDS && !ends[i].state)
            continue;
        fixture_event(campaign->sweep, "submitting", i, 1, 1,
                      json_pack("{s:s}", "settings", "00000001"));
        fixture_event(campaign->sweep, "submitted", i, 1, 1,
                      json_pack("{s:s}", "job_id", id));
        if (i < N_ENDS)
            fixture_event(campaign->sweep, "final", i, 1, 1,
                          json_pack("{s:s, s:s, s:s}", "state", ends[i].state, "cause",
                                    ends[i].cause, "nodes", ends[i].nodes));
    }
    sweep_flush(campaign->sweep, true, &err);
    sweep_unlock(campaign->sweep);
}

/* What is asked, and the points that are taken, in order: "1r2 3r2". */
static const struct {
    const char *what;
    enum select_rule rule;
    const char *glob, *cause, *state;
    double mem_factor;
    const char *wanted;
} rows[] = {
    {"everything that failed", SELECT_FAILED, NULL, NULL, NULL, 0,
     "1r2 2r1 3r2 4r2 5r2 7r1"},
    {"a cause", SELECT_FAILED, NULL, "no_result", NULL, 0, "3r2"},
    {"a cause that none has", SELECT_FAILED, NULL, "cuda_oom", NULL, 0, ""},
    {"a state", SELECT_FAILED, NULL, NULL, "failed", 0, "1r2 3r2"},
    {"a state and a cause", SELECT_FAILED, NULL, "no_result", "oom", 0, ""},
    {"points by name", SELECT_FAILED, "a=2", NULL, NULL, 0, "2r1"},
    {"a name that none has", SELECT_FAILED, "a=99", NULL, NULL, 0, ""},
    {"more memory than before: those that had some stand together", SELECT_FAILED, NULL,
     NULL, NULL, 2, "1r2 3r2 4r2 5r2 2r1 7r1"},
};

static void test_choice(void)
{
    for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
        cleanup_free char *name = xasprintf("c%zu", i);
        cleanup_words struct words globs = {0}, causes = {0}, states = {0};
        cleanup_text struct text got = {0};
        struct campaign campaign;
        struct fake fake;
        struct retry_plan plan;
        struct work_queue queue = {0};
        if (rows[i].glob)
            words_add(&globs, rows[i].glob);
        if (rows[i].cause)
            words_add(&causes, rows[i].cause);
        if (rows[i].state)
            words_add(&states, rows[i].state);
        open_ended(&campaign, &fake, name);
        struct retry_request request = {.rule = rows[i].rule,
                                        .globs = &globs,
                                        .causes = &causes,
                                        .states = &states,
                                        .adjust = {.mem_factor = rows[i].mem_factor}};
        retry_plan_make(&campaign, &request, &plan);
        retry_plan_queue(&plan, &queue);
        for (size_t j = 0; j < queue.count; j++)
            text_addf(&got, "%s%zur%u", j ? " " : "", queue.items[j].point->point.index,
                      queue.items[j].number);
        is_string(text_string(&got), rows[i].wanted, rows[i].what);
        ok(plan.n_hopeless == 0 && !*plan.exclude, "none is left out");
        work_queue_release(&queue);
        retry_plan_release(&plan);
        world_close(&campaign, &fake);
    }
}

/* Points with equal settings share them: they are submitted together. */
static void test_settings(void)
{
    static const struct words none = {0};
    struct campaign campaign;
    struct fake fake;
    struct retry_plan plan;

    open_ended(&campaign, &fake, "settings");
    struct retry_request request = {.rule = SELECT_FAILED,
                                    .globs = &none,
                                    .causes = &none,
                                    .states = &none,
                                    .adjust = {.mem_factor = 2},
                                    .is_excluding_bad_nodes = true};
    retry_plan_make(&campaign, &request, &plan);
    size_t n_variants = 1;
    for (size_t i = 1; i < plan.n_rows; i++)
        n_variants += plan.rows[i].item.settings != plan.rows[i - 1].item.settings;
    is_number(n_variants, 2, "8G for some, 4G for the others");
    cleanup_free char *memory = resources_memory_text(&plan.rows[0].adjustment.next);
    ok(strstr(memory, "8G"), "twice the memory: %s", memory);
    ok(strstr(plan.exclude, "n9"), "a node that failed is avoided: %s", plan.exclude);
    retry_plan_release(&plan);
    world_close(&campaign, &fake);
}

int main(void)
{
    test_choice();
    test_settings();
    scratch_remove();
    return tap_done();
}

#include "launcher/policy/after.h"

#include "launcher/campaign/dependency.h"
#include "tests/unit/fake_scheduler.h"

static struct fake fake;
static struct scheduler scheduler = {.ops = &fake_ops, .state = &fake};

static void test_words(void)
{
    static const char *const good[] = {"1", "4711", "12_3"};
    static const char *const bad[] = {"",   "a",   "1_",  "_1",          "1_2_3",
                                      "1-", "1 2", "1_x", "12345678901", "train-1"};

    for (size_t i = 0; i < sizeof good / sizeof *good; i++)
        ok(after_is_job(good[i]), "'%s' is a job's id", good[i]);
    for (size_t i = 0; i < sizeof bad / sizeof *bad; i++)
        ok(!after_is_job(bad[i]), "'%s' is none", bad[i]);
}

static void dependency_is(const struct dependency *found, const char *wanted,
                          const char *what)
{
    cleanup_free char *text = after_dependency(&found->after);

    is_string(text ? text : "(none)", wanted, what);
}

static void test_jobs(void)
{
    struct dependency after = {.scheduler = &scheduler};
    struct error err = {0};

    fake_forget();
    fake_queue("queue", "7 x-1\n8_0 x-2\n8_1 x-2\n");
    fake_queue("accounting", "5 x-3\n");
    dependency_is(&after, "(none)", "nothing is waited for");
    ok(dependency_add_job(&after, "6", false, &err) < 0 && err.kind == ERROR_USAGE &&
           strstr(err.text, "job 6 "),
       "a job that nobody knows: %s", err.text);
    ok(dependency_add_job(&after, "5", false, &err) == 0, "one that has completed");
    dependency_is(&after, "(none)", "needs no dependency");
    ok(dependency_add_job(&after, "7", false, &err) == 0 &&
           dependency_add_job(&after, "7", false, &err) == 0 &&
           dependency_add_job(&after, "8", true, &err) == 0 &&
           dependency_add_job(&after, "8_1", false, &err) == 0,
       "what the queue lists");
    dependency_is(&after, "afterok:7:8_1,afterany:8", "each once");
    is_number((long)fake.n_lists, 1, "one look at the queue for all");
    dependency_release(&after);
    fake.n_list_failures = 1;
    after = (struct dependency){.scheduler = &scheduler};
    ok(dependency_add_job(&after, "7", false, &err) < 0 && err.kind == ERROR_SCHEDULER,
       "a queue that does not answer: %s", err.text);
    dependency_release(&after);
}

/* What the last look would have seen. */
static void list(struct sweep *sweep)
{
    for (size_t i = 0; i < sweep->n_attempts; i++)
        sweep->by_order[i]->is_listed = !sweep->by_order[i]->is_final;
}

static int add(struct sweep *other, bool is_any, const char *wanted, const char *what,
               struct error *err)
{
    struct dependency after = {.scheduler = &scheduler};

    list(other);
    int rc = dependency_add_sweep(&after, other, is_any, err);
    if (rc == 0)
        dependency_is(&after, wanted, what);
    dependency_release(&after);
    return rc;
}

static void test_sweeps(void)
{
    struct sweep *sweep = fixture_begin("o", 4);
    struct error err = {0};

    fake_forget();
    for (size_t i = 0; i < 3; i++)
        fixture_accept(sweep, i, 1);
    ok(add(sweep, false, "", "", &err) < 0 && strstr(err.text, "not submitted yet"),
       "a point is not submitted: %s", err.text);
    ok(add(sweep, true, "afterany:1:101:201", "any end of what lives", &err) == 0,
       "--after-any: %s", err.text);
    fixture_accept(sweep, 3, 1);
    fixture_final(sweep, 0, 1, "completed", "");
    ok(add(sweep, false, "afterok:101:201:301", "what lives", &err) == 0, "all: %s",
       err.text);
    sweep->points[1]->attempts[0]->is_listed = false;
    fixture_final(sweep, 3, 1, "failed", "entrypoint_exit");
    ok(add(sweep, false, "", "", &err) < 0 && strstr(err.text, "1 points"),
       "a point failed: %s", err.text);
    sweep_close(sweep);
}

/* The queue lists ended jobs for some minutes, and files have time to appear: a point
 * may have failed though nobody has written that down. */
static void test_just_ended(void)
{
    struct sweep *sweep = fixture_begin("j", 2);
    struct error err = {0};

    fake_forget();
    fixture_accept(sweep, 0, 1);
    fixture_accept(sweep, 1, 1);
    struct attempt *attempt = sweep->by_order[0];
    attempt->is_seen = true;
    attempt->seen.state = STATE_FAILED;
    ok(add(sweep, false, "", "", &err) < 0 && strstr(err.text, "not known yet"),
       "a job that ended as failed is not depended on: %s", err.text);
    ok(add(sweep, true, "afterany:101", "and need not be, of any end", &err) == 0,
       "--after-any %s", err.text);
    attempt->seen.state = STATE_COMPLETED;
    ok(add(sweep, false, "afterok:101", "nor one that ended well", &err) == 0,
       "completed %s", err.text);
    sweep_close(sweep);
}

static void test_many(void)
{
    struct sweep *sweep = fixture_begin("m", AFTER_IDS_MAX + 1);
    struct error err = {0};

    fake_forget();
    for (size_t i = 0; i < sweep->n_points; i++)
        fixture_accept(sweep, i, 1);
    ok(add(sweep, false, "", "", &err) < 0 && strstr(err.text, "--collect-job"),
       "too many jobs: %s", err.text);
    sweep_event(sweep, EVENT_COLLECT_JOB,
                json_pack("{s:s, s:s, s:s}", "phase", "submitted", "token",
                          "0123456789ab", "job_id", "77"),
                &err);
    ok(add(sweep, false, "", "", &err) < 0, "its collect job has gone");
    fake_queue("queue", "77 m-collect-0123456789ab\n");
    ok(add(sweep, false, "afterok:77", "its collect job waits for all", &err) == 0,
       "or lives %s", err.text);
    sweep_close(sweep);
}

int main(void)
{
    test_words();
    test_jobs();
    test_sweeps();
    test_just_ended();
    test_many();
    scratch_remove();
    return tap_done();
}

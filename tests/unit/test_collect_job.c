#include "launcher/submit/collect_job.h"

#include "tests/unit/fake_scheduler.h"

static struct settings *settings;

static struct scheduler scheduler;
static struct collect_job collect;
static long n_calls;

static void begin(struct sweep **ret_sweep, struct fake *fake, const char *name,
                  size_t n_points, const char *answers)
{
    fake_forget();
    *fake = (struct fake){.answers = answers, .sweep = name, .in_flight = 4};
    *ret_sweep = fixture_begin(name, n_points + 1);
    scheduler = (struct scheduler){.ops = &fake_ops, .state = fake};
    collect = (struct collect_job){.settings = settings,
                                   .sweep = *ret_sweep,
                                   .scheduler = &scheduler,
                                   .n_calls = &n_calls};
    for (size_t i = 0; i < n_points; i++)
        fixture_accept(*ret_sweep, i, 1);
    sweep_unlock(*ret_sweep);
}

static void end(struct sweep *sweep, struct fake *fake)
{
    ok(fake->n_bad == 0, "no rule was broken");
    sweep_close(sweep);
    fake_release(fake);
}

static void test_submit(void)
{
    struct sweep *sweep;
    struct fake fake;
    enum collect_result result;
    struct error err = {0};

    begin(&sweep, &fake, "c", 3, "");
    ok(collect_job_submit(&collect, "/opt/a b/raylaunch", &result, &err) == 0 &&
           result == COLLECT_SUBMITTED,
       "submitted %s", err.text);
    ok(!lock_is_held(&sweep->lock), "the lock is free");
    cleanup_free char *dependencies = scratch_read("dependencies");
    ok(dependencies && strstr(dependencies, " afterany:201:101:1\n"),
       "after all three: %s", dependencies);
    cleanup_free char *script = scratch_read("c/collect.sbatch");
    ok(script && strstr(script, "exec '/opt/a b/raylaunch' wait --wait-timeout "),
       "its script runs the program, quoted");
    ok(*sweep->collect.job_id, "the journal knows it");
    ok(collect_job_submit(&collect, "x", &result, &err) == 0 &&
           result == COLLECT_KNOWN && fake.n_begun == 1,
       "it lives: no second one");
    fake_forget();
    ok(collect_job_submit(&collect, "x", &result, &err) == 0 &&
           result == COLLECT_SUBMITTED && fake.n_begun == 2,
       "it has ended: another one");
    end(sweep, &fake);
}

static void test_troubles(void)
{
    struct sweep *sweep;
    struct fake fake;
    enum collect_result result;
    struct error err = {0};

    begin(&sweep, &fake, "r", 1, "rq");
    ok(collect_job_submit(&collect, "x", &result, &err) < 0 &&
           strstr(err.text, "refused: in the scheduler's words"),
       "refused: %s", err.text);
    fake.has_refused = false;
    ok(collect_job_submit(&collect, "x", &result, &err) < 0 && sweep->collect.is_open,
       "not known: %s", err.text);
    ok(collect_job_submit(&collect, "x", &result, &err) == 0 &&
           result == COLLECT_KNOWN && fake.n_begun == 2 && !sweep->collect.is_open,
       "it was queued, and is found again by its name: %s", err.text);
    end(sweep, &fake);

    begin(&sweep, &fake, "n", 0, "");
    ok(collect_job_submit(&collect, "x", &result, &err) == 0 &&
           result == COLLECT_NOTHING && fake.n_begun == 0,
       "nothing lives, nothing is submitted");
    end(sweep, &fake);
}

static void test_check(void)
{
    struct sweep *sweep;
    struct fake fake;
    struct error err = {0};

    begin(&sweep, &fake, "k", 60, "");
    ok(collect_job_check(&collect, 40, &err) == 0, "a hundred jobs");
    ok(collect_job_check(&collect, 41, &err) < 0 && err.kind == ERROR_USAGE &&
           strstr(err.text, "101 single jobs"),
       "one more: %s", err.text);
    collect.has_lanes = true;
    ok(collect_job_check(&collect, 10000, &err) == 0, "lanes: their ends");
    end(sweep, &fake);
}

/* It runs where the points run, but asks for nothing of what they ask for. */
static void test_options(void)
{
    static const char *const added[] = {
        "nice=5", "gres=gpu:2", "gpus-per-node=1", "hold", "no-container-entrypoint",
        "wckey=w"};
    struct sweep *sweep;
    struct fake fake;
    enum collect_result result;
    struct error err = {0};
    struct settings *with = settings_copy(settings);

    for (size_t i = 0; i < sizeof added / sizeof *added; i++)
        settings_set(with, SETTING_SBATCH, added[i], RANK_FLAG, "test", &err);
    begin(&sweep, &fake, "o", 1, "");
    collect.settings = with;
    ok(collect_job_submit(&collect, "x", &result, &err) == 0 &&
           words_has(&fake.options, "--nice=5") &&
           words_has(&fake.options, "--wckey=w"),
       "what the site wants is said of it, too");
    ok(!words_has(&fake.options, "--gres=gpu:2") &&
           !words_has(&fake.options, "--gpus-per-node=1") &&
           !words_has(&fake.options, "--hold") &&
           !words_has(&fake.options, "--no-container-entrypoint"),
       "but not what points are given");
    end(sweep, &fake);
    settings_free(with);
}

int main(void)
{
    settings = settings_new();
    test_submit();
    test_troubles();
    test_check();
    test_options();
    settings_free(settings);
    scratch_remove();
    return tap_done();
}

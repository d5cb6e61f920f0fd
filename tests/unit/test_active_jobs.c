#include "launcher/policy/active_jobs.h"

#include "launcher/campaign/campaign.h"
#include "launcher/common/limits.h"
#include "tests/unit/fake_scheduler.h"

static void test_rule(void)
{
    static const struct {
        size_t limit, n_others, max_concurrent;
        bool is_full;
        size_t at_once;
    } rows[] = {
        {0, 0, 0, false, 0}, /* no limit */
        {0, 100, 0, false, 0},
        {0, 100, 3, false, 3},
        {4, 4, 0, true, 0},
        {4, 5, 1, true, 1},
        {1, 1, 0, true, 0},
        {4, 3, 0, false, 1},
        {4, 0, 0, false, 4},
        {4, 1, 2, false, 2},
        {4, 3, 2, false, 1},
        {4, 1, 3, false, 3},
        {LIMIT_LANES + 7, 2, 0, false, LIMIT_LANES},
    };

    for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
        struct active_jobs active = {
            .limit = rows[i].limit, .n_others = rows[i].n_others, .is_known = true};
        ok(active_jobs_is_full(&active) == rows[i].is_full, "%zu of %zu: %s",
           rows[i].n_others, rows[i].limit, rows[i].is_full ? "full" : "not full");
        is_number(active_jobs_at_once(&active, rows[i].max_concurrent), rows[i].at_once,
                  "so many at once");
    }
}

static void add(struct job_list *jobs, const char *id, const char *name,
                enum state state)
{
    struct job *job = job_list_add(jobs);

    snprintf(job->id, sizeof job->id, "%s", id);
    free(job->name);
    job->name = xstrdup(name);
    job->state = state;
}

static void test_others(void)
{
    struct sweep *sweep = fixture_begin("others", 2);
    struct job_list jobs = {0};

    fixture_accept(sweep, 0, 1); /* token 000000000001, job 1 */
    snprintf(sweep->collect.token, sizeof sweep->collect.token, "00000000c011");
    is_number(active_jobs_others(sweep, &jobs), 0, "an empty queue");
    add(&jobs, "1", "s-000000000001", STATE_RUNNING);
    add(&jobs, "8", "s-collect-00000000c011", STATE_PENDING);
    is_number(active_jobs_others(sweep, &jobs), 0, "the sweep's own do not count");
    add(&jobs, "2", "bash", STATE_COMPLETED);
    add(&jobs, "3", "bash", STATE_CANCELLED);
    is_number(active_jobs_others(sweep, &jobs), 0, "nor those that have ended");
    add(&jobs, "4", "bash", STATE_PENDING);
    add(&jobs, "5", "", STATE_RUNNING);
    add(&jobs, "6", "other-0123456789ab", STATE_UNKNOWN);
    is_number(active_jobs_others(sweep, &jobs), 3, "waiting, running, who knows what");
    add(&jobs, "7_0", "array", STATE_RUNNING);
    add(&jobs, "7_1", "array", STATE_PENDING);
    is_number(active_jobs_others(sweep, &jobs), 5, "tasks count one by one");
    job_list_release(&jobs);
    sweep_unlock(sweep);
    sweep_close(sweep);
}

static void test_count(void)
{
    struct fake fake = {.answers = "", .sweep = "count", .n_list_failures = 1};
    struct settings *settings = settings_new();
    struct campaign campaign = {.settings = settings,
                                .scheduler = {.ops = &fake_ops, .state = &fake},
                                .sweep = fixture_open("count"),
                                .active = {.limit = 4}};
    const struct active_jobs *active = &campaign.active;
    struct error err = {0};

    fake_forget();
    fake_queue("queue", "12345 other-job\n");
    ok(campaign_count_others(&campaign, &err) < 0 && !active->is_known &&
           err.kind == ERROR_SCHEDULER,
       "no answer is no empty queue: %s", err.text);
    ok(campaign_count_others(&campaign, &err) == 0 && active->is_known, "an answer");
    is_number(active->n_others, 1, "with one job");
    is_number(fake.n_lists, 2, "by one look each");
    sweep_close(campaign.sweep);
    settings_free(settings);
    fake_release(&fake);
}

/* The count lowers what the throttle was. */
static void test_throttle(void)
{
    static const struct {
        const char *max_concurrent;
        size_t n_others, before, after;
        const char *from;
    } rows[] = {{"0", 1, 4, 3, "--max-active-jobs"},
                {"2", 1, 2, 2, "--max-concurrent"},
                {"3", 2, 3, 2, "--max-active-jobs"}};

    for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
        struct settings *settings = settings_new();
        struct campaign campaign = {.settings = settings,
                                    .scheduler = {.ops = &fake_ops}};
        struct error err = {0};
        settings_set(settings, SETTING_MAX_ACTIVE_JOBS, "4", RANK_FLAG, "flag", &err);
        settings_set(settings, SETTING_MAX_CONCURRENT, rows[i].max_concurrent,
                     RANK_FLAG, "flag", &err);
        campaign_set_throttle(&campaign, false, &err);
        ok(campaign.throttle.kind == THROTTLE_LANES &&
               campaign.throttle.limit == rows[i].before,
           "before the count");
        campaign.active.n_others = rows[i].n_others;
        throttle_lower(&campaign.throttle, settings, &campaign.active);
        is_number(campaign.throttle.limit, rows[i].after, "after it");
        is_string(campaign.throttle.from, rows[i].from, "and who says so");
        settings_free(settings);
    }
}

int main(void)
{
    test_rule();
    test_others();
    test_count();
    test_throttle();
    scratch_remove();
    return tap_done();
}

#include "launcher/campaign/campaign.h"

#include "tests/unit/fake_scheduler.h"

#define ARRAY "a0b1c2d3e4f5"

static struct settings *settings;
static struct fake fake;

/* Points 0 … 3 are tasks of array 50, point 4 and 5 are jobs. */
static void begin(struct campaign *campaign, const char *name)
{
    struct error err = {0};

    fake_forget();
    fake = (struct fake){.answers = "", .sweep = name, .in_flight = 4};
    *campaign = (struct campaign){.settings = settings,
                                  .scheduler = {.ops = &fake_ops, .state = &fake},
                                  .sweep = fixture_begin(name, 6)};
    for (size_t i = 0; i < 4; i++)
        fixture_event(campaign->sweep, "submitting", i, 1, 1,
                      json_pack("{s:s, s:i}", "array", ARRAY, "task", (int)i));
    sweep_event(campaign->sweep, EVENT_SUBMITTED,
                json_pack("{s:s, s:s}", "array", ARRAY, "job_id", "50"), &err);
    fixture_accept(campaign->sweep, 4, 1);
    fixture_accept(campaign->sweep, 5, 1);
    sweep_flush(campaign->sweep, true, &err);
    campaign_unlock(campaign);
}

static void end(struct campaign *campaign)
{
    sweep_close(campaign->sweep);
    fake_release(&fake);
}

static void cancel(struct campaign *campaign, const char *points, size_t n_jobs,
                   const char *ids, const char *what)
{
    size_t indexes[6], n_points = 0;
    struct cancel_report report = {0};
    struct error err = {0};

    for (; *points; points++)
        indexes[n_points++] = (size_t)(*points - '0');
    const struct cancel_request request = {.points = indexes, .n_points = n_points};
    int rc = campaign_cancel(campaign, &request, &report, &err);
    ok(rc == 0 && report.n_jobs == n_jobs && report.n_planned == 0, "%s: %zu jobs %s",
       what, report.n_jobs, err.text);
    cleanup_free char *cancelled = scratch_read("cancelled");
    is_string(cancelled ? cancelled : "", ids, what);
    cleanup_free char *path = scratch_path("cancelled");
    unlink(path);
}

/* Two jobs, one that failed, one that completed; two points have none. */
static void begin_half(struct campaign *campaign, const char *name)
{
    struct error err = {0};

    fake_forget();
    fake = (struct fake){.answers = "", .sweep = name, .in_flight = 4};
    *campaign = (struct campaign){.settings = settings,
                                  .scheduler = {.ops = &fake_ops, .state = &fake},
                                  .sweep = fixture_begin(name, 6)};
    for (size_t i = 0; i < 4; i++)
        fixture_accept(campaign->sweep, i, 1);
    fixture_final(campaign->sweep, 2, 1, "failed", "entrypoint_exit");
    fixture_final(campaign->sweep, 3, 1, "completed", "");
    sweep_flush(campaign->sweep, true, &err);
    campaign_unlock(campaign);
}

static size_t count_events(const char *name)
{
    cleanup_free char *file = xasprintf("%s/journal.jsonl", name);
    cleanup_free char *journal = scratch_read(file);
    size_t count = 0;

    for (const char *at = journal; (at = strstr(at, "\"cancel_points\"")); at++)
        count++;
    return count;
}

static void test_without_jobs(void)
{
    struct campaign campaign;
    struct cancel_report report = {0};
    struct error err = {0};
    size_t some[] = {2, 3, 5};
    const struct cancel_request points = {.points = some, .n_points = 3};
    const struct cancel_request whole = {.is_whole = true};

    begin_half(&campaign, "p");
    ok(campaign_cancel(&campaign, &points, &report, &err) == 0 && report.n_jobs == 0 &&
           report.n_planned == 1,
       "points without a job: one had never one %s", err.text);
    is_number((long)count_events("p"), 2, "what has completed is not named");
    cleanup_free char *cancelled = scratch_read("cancelled");
    ok(!cancelled, "nobody is asked");
    struct sweep *sweep = campaign.sweep;
    ok(sweep_state(sweep->points[5]) == STATE_CANCELLED &&
           sweep_state(sweep->points[4]) == STATE_PLANNED &&
           sweep_state(sweep->points[2]) == STATE_FAILED,
       "states");
    end(&campaign);

    begin_half(&campaign, "w");
    ok(campaign_cancel(&campaign, &whole, &report, &err) == 0 && report.n_jobs == 2 &&
           report.n_planned == 2,
       "the whole sweep, of which nobody listed the points %s", err.text);
    is_number((long)count_events("w"), 1, "is one event");
    cleanup_free char *both = scratch_read("cancelled");
    is_string(both ? both : "", "1\n101\n", "and the jobs that live");
    for (size_t i = 0; i < 6; i++)
        ok(campaign.sweep->points[i]->is_cancelled, "point %zu is told", i);
    end(&campaign);
}

int main(void)
{
    struct campaign campaign;

    settings = settings_new();
    begin(&campaign, "a");
    cancel(&campaign, "", 0, "", "none");
    cancel(&campaign, "13", 2, "50_1\n50_3\n", "some tasks, by their own ids");
    cancel(&campaign, "02", 2, "50\n", "the last ones that live: the array's id");
    end(&campaign);

    begin(&campaign, "b");
    cancel(&campaign, "041235", 6, "50\n401\n501\n", "an array once, and jobs");
    end(&campaign);

    begin(&campaign, "c");
    struct sweep *sweep = campaign.sweep;
    for (size_t i = 0; i < 2; i++) {
        struct attempt *attempt = sweep->points[i == 0 ? 0 : 4]->attempts[0];
        attempt->is_listed = attempt->is_seen = true;
        attempt->seen.state = STATE_RUNNING;
    }
    struct error err = {0};
    sweep_lock(sweep, 0, &err);
    fixture_final(sweep, 3, 1, "completed", "");
    sweep_flush(sweep, true, &err);
    sweep_unlock(sweep);
    cancel(&campaign, "01345", 4, "50_1\n501\n50_0\n401\n",
           "what waits before what runs, and what has ended not at all");
    end(&campaign);
    test_without_jobs();
    settings_free(settings);
    scratch_remove();
    return tap_done();
}

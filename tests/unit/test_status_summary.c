#include "launcher/campaign/status_summary.h"

#include "launcher/commands/status/status_print.h"
#include "launcher/common/clock.h"
#include "launcher/scheduler/scheduler_ops.h"
#include "launcher/scheduler/slurm/slurm_reasons.h"
#include "tests/unit/sweep_fixture.h"

static void close_nothing(struct scheduler *scheduler)
{
    (void)scheduler;
}

/* One that knows Slurm's words. */
static const struct scheduler_ops ops = {.reason = slurm_reason,
                                         .waits_for_reservation =
                                             slurm_reason_is_reservation,
                                         .close = close_nothing};

static void see(struct attempt *attempt, enum state state, const char *reason,
                double started_at, double expected_at)
{
    cleanup_free char *name = xstrdup("");
    cleanup_free char *why = xstrdup(reason);
    struct job job = {.name = name,
                      .raw_state = name,
                      .reason = why,
                      .nodes = name,
                      .output = name,
                      .script = name,
                      .state = state,
                      .started_at = started_at,
                      .expected_at = expected_at};

    snprintf(job.id, sizeof job.id, "%s", attempt->job_id);
    attempt_set_seen(attempt, &job);
    attempt->is_listed = true;
}

static char *printed(struct campaign *campaign, const struct scheduler_limits *limits,
                     size_t columns, bool lists_all)
{
    struct status_summary overview;
    struct text text = {0};

    status_summary_take(campaign, true, &overview);
    struct status_view view = {campaign, &overview, limits, columns, lists_all};
    ok(status_print(&view, &text), "the points add up");
    status_summary_release(&overview);
    return text_take(&text);
}

static size_t count_lines(const char *text)
{
    size_t count = 0;

    for (; *text; text++)
        count += *text == '\n';
    return count;
}

static void test_empty(void)
{
    struct campaign campaign = {.sweep = fixture_open("nothing"),
                                .scheduler = {.ops = &ops}};
    cleanup_free char *text = NULL;

    campaign_select_all(&campaign);
    text = printed(&campaign, NULL, 0, false);
    is_string(text, "nothing: 0 points\n", "a folder without points");
    campaign_close(&campaign);
}

/* Six completed, three failed, one cancelled, two running, five pending, one planned.
 */
static void fill(struct sweep *sweep)
{
    static const char *const causes[] = {"entrypoint_exit", "no_result",
                                         "entrypoint_exit"};

    for (size_t i = 0; i < 17; i++)
        fixture_accept(sweep, i, 1);
    for (size_t i = 0; i < 6; i++)
        fixture_event(sweep, "final", i, 1, 1,
                      json_pack("{s:s,s:s}", "state", "completed", "ended_at",
                                i == 3 ? "2026-11-21T10:00:00.000Z"
                                       : "2026-11-21T09:00:00.000Z"));
    for (size_t i = 6; i < 9; i++)
        fixture_final(sweep, i, 1, "failed", causes[i - 6]);
    fixture_final(sweep, 9, 1, "cancelled", "by_user");
    see(sweep->by_order[10], STATE_RUNNING, "", 200, 0);
    see(sweep->by_order[11], STATE_RUNNING, "", 100, 0);
    for (size_t i = 12; i < 17; i++)
        see(sweep->by_order[i], STATE_PENDING,
            i == 12 ? "PartitionTimeLimit" : "AssocMaxJobsLimit", 0,
            clock_wall() + 100.0 * (double)(20 - i));
}

static void test_groups(void)
{
    struct campaign campaign = {.sweep = fixture_begin("groups", 18),
                                .scheduler = {.ops = &ops}};
    struct status_summary overview;
    cleanup_text struct text line = {0};

    fill(campaign.sweep);
    campaign_select_all(&campaign);
    status_summary_take(&campaign, true, &overview);
    is_number((long)overview.counts.n_final, 10, "final points");
    is_number((long)overview.counts.n_live, 7, "live ones");
    is_number((long)overview.n_failed, 3, "groups of failures");
    is_string(overview.failed[0].word, "entrypoint_exit", "the largest first");
    is_number((long)overview.failed[0].count, 2, "two of it");
    ok(overview.failed[0].examples[1] == campaign.sweep->points[8], "its second point");
    is_number((long)overview.n_waiting, 2, "groups that wait");
    is_number((long)overview.waiting[0].count, 4, "the larger one");
    ok(overview.waiting[0].expected_at - clock_wall() < 401,
       "the first expected start");
    is_number((long)overview.n_running, 2, "two run");
    ok(overview.running[0] == campaign.sweep->points[11], "the longest running first");
    ok(overview.last == campaign.sweep->by_order[3], "what was completed last");
    ok(status_summary_count_line(&overview, &line), "the points add up");
    is_string(text_string(&line),
              "18 points = 6 completed + 3 failed (2 entrypoint_exit, 1 no_result) + 1 "
              "cancelled (by_user) + 2 running + 5 pending + 1 planned",
              "the line of counts");
    status_summary_release(&overview);
    sweep_unlock(campaign.sweep);
    campaign_close(&campaign);
}

static bool has(const char *text, const char *part)
{
    return strstr(text, part) != NULL;
}

static void test_words(void)
{
    struct campaign campaign = {.sweep = fixture_begin("words", 18),
                                .scheduler = {.ops = &ops}};
    struct settings *settings = settings_new();
    struct error err = {0};
    struct scheduler_limits limits = {.max_running = 2,
                                      .max_running_from = "user u, MaxJobs",
                                      .max_minutes = 60,
                                      .max_minutes_from = "partition cpu, MaxTime"};

    settings_set(settings, SETTING_TIME, "10:00:00", RANK_FLAG, "flag", &err);
    campaign.settings = settings;
    fill(campaign.sweep);
    campaign_select_all(&campaign);
    cleanup_free char *text = printed(&campaign, &limits, 0, false);
    ok(has(text, "55 % final"), "how far it is");
    ok(has(text, "4 x AssocMaxJobsLimit: your account lets no more of your jobs run at "
                 "once (user u, MaxJobs: 2; 2 of this sweep run now)"),
       "the number that binds");
    ok(has(text, "1 x PartitionTimeLimit: will never run: its time limit is above the "
                 "partition's (asked: 10:00:00; partition cpu, MaxTime: 1h00m)"),
       "and of the time limit");
    ok(has(text, "  failed     "), "failed points");
    cleanup_free char *narrow = printed(&campaign, NULL, 40, false);
    ok(has(narrow, "…") && !has(narrow, "run at once"), "cut to a narrow terminal");
    cleanup_free char *all = printed(&campaign, NULL, 0, true);
    is_number((long)count_lines(all), 2 + 2 + 4 + 6 + 1, "--all: a line each");
    settings_free(settings);
    sweep_unlock(campaign.sweep);
    campaign_close(&campaign);
}

/* Every point another cause or reason, and terminal controls in what others wrote. */
static void test_many(void)
{
    enum { POINTS = 300 };
    struct campaign campaign = {.sweep = fixture_begin("many", POINTS),
                                .scheduler = {.ops = &ops}};
    struct sweep *sweep = campaign.sweep;

    for (size_t i = 0; i < POINTS; i++) {
        cleanup_free char *word = xasprintf("c%zu\033[2J\n", i);
        fixture_accept(sweep, i, 1);
        if (i < 100)
            fixture_final(sweep, i, 1, "failed", word);
        else
            see(sweep->by_order[i], i < 200 ? STATE_RUNNING : STATE_PENDING, word, 0,
                0);
    }
    campaign_select_all(&campaign);
    cleanup_free char *text = printed(&campaign, NULL, 0, false);
    ok(count_lines(text) <= 40, "%zu lines are a screenful", count_lines(text));
    ok(!has(text, "\033"), "what others wrote moves no cursor");
    ok(has(text, "and 92 more that run"), "what is left out is said");
    sweep_unlock(sweep);
    campaign_close(&campaign);
}

int main(void)
{
    test_empty();
    test_groups();
    test_words();
    test_many();
    return tap_done();
}

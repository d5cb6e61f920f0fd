#include "launcher/campaign/campaign.h"

#include "tests/unit/fake_scheduler.h"

static struct settings *settings;

static void open_campaign(struct campaign *campaign, struct fake *fake,
                          const char *name)
{
    cleanup_free char *path = scratch_path(name);
    struct error err = {0};

    *fake = (struct fake){.answers = "", .sweep = name, .in_flight = 4};
    if (campaign_open(settings, path, campaign, &err) < 0)
        ok(0, "open: %s", err.text);
    campaign->scheduler = (struct scheduler){.ops = &fake_ops, .state = fake};
}

static void close_campaign(struct campaign *campaign, struct fake *fake)
{
    ok(fake->n_bad == 0, "no rule was broken");
    campaign_close(campaign);
    fake_release(fake);
}

static int begin(struct campaign *campaign, const char *script, size_t n,
                 struct error *err)
{
    struct plan plan;

    fixture_plan(script, n, &plan);
    int rc = campaign_begin(campaign, &plan, scratch(), err);
    plan_release(&plan);
    return rc;
}

/* The counts, and that they add up. */
static void counts_are(const struct campaign *campaign, const char *wanted)
{
    struct sweep_counts counts;
    cleanup_text struct text text = {0};
    size_t sum = 0, n_final = 0;

    campaign_count(campaign, &counts);
    for (size_t state = 0; state < STATE_COUNT; state++) {
        sum += counts.by_state[state];
        n_final += state_is_final((enum state)state) ? counts.by_state[state] : 0;
        if (counts.by_state[state] > 0)
            text_addf(&text, "%s%zu %s", text.size ? ", " : "", counts.by_state[state],
                      state_name((enum state)state));
    }
    is_string(text_string(&text), wanted, "points");
    ok(sum == counts.total && counts.total == campaign->n_selected &&
           n_final == counts.n_final &&
           counts.n_final + counts.n_live + counts.by_state[STATE_PLANNED] ==
               counts.total,
       "they add up to %zu", counts.total);
}

static void test_mismatch(void)
{
    struct campaign campaign;
    struct fake fake;
    struct error err = {0};

    open_campaign(&campaign, &fake, "m");
    ok(begin(&campaign, "train.py", 2, &err) == 0 &&
           lock_is_held(&campaign.sweep->lock),
       "begun: %s", err.text);
    sweep_flush(campaign.sweep, true, &err);
    campaign_unlock(&campaign);
    cleanup_free char *before = scratch_read("m/journal.jsonl");
    ok(begin(&campaign, "other.py", 2, &err) < 0 && err.kind == ERROR_USAGE &&
           !lock_is_held(&campaign.sweep->lock),
       "another command is refused and the lock is free: %s", err.text);
    cleanup_free char *after = scratch_read("m/journal.jsonl");
    is_string(after, before, "and nothing was written");
    close_campaign(&campaign, &fake);
}

static void test_steps(void)
{
    struct campaign campaign, second;
    struct fake fake, other;
    struct error err = {0};
    struct work_queue queue = {0}, again = {0};

    fake_forget();
    open_campaign(&campaign, &fake, "s");
    counts_are(&campaign, "");
    ok(begin(&campaign, "train.py", 5, &err) == 0, "begun %s", err.text);
    counts_are(&campaign, "5 planned");
    select_points(campaign.sweep, campaign.selected, campaign.n_selected, SELECT_RESUME,
                  NULL, &queue);
    ok(campaign_submit(&campaign, &queue, 2, &err) == 0 && queue.count == 3 &&
           campaign.spent.n_submitted == 2,
       "two of five are submitted %s", err.text);
    counts_are(&campaign, "3 planned, 2 submitted");
    campaign_unlock(&campaign);
    ok(campaign_look(&campaign, &err) == 0, "a look %s", err.text);
    counts_are(&campaign, "3 planned, 2 pending");
    fake.n_list_failures = 1;
    ok(campaign_look(&campaign, &err) == 1 && err.kind == ERROR_SCHEDULER,
       "a silent queue: %s", err.text);
    counts_are(&campaign, "3 planned, 2 pending");

    /* A second terminal types the same, wider. */
    open_campaign(&second, &other, "s");
    ok(begin(&second, "train.py", 6, &err) == 0, "typed again, with one point more");
    select_points(second.sweep, second.selected, second.n_selected, SELECT_RESUME, NULL,
                  &again);
    is_number(again.count, 4, "what has a job is not taken");
    ok(campaign_submit(&second, &again, 0, &err) == 0 && again.count == 0,
       "the rest is submitted");
    counts_are(&second, "4 submitted, 2 pending");
    campaign_unlock(&second);
    sweep_lock(campaign.sweep, 0, &err);
    ok(campaign_submit(&campaign, &queue, 0, &err) == 0 && queue.count == 0 &&
           campaign.spent.n_submitted == 2,
       "the first one sees that there is nothing left to do");
    campaign_unlock(&campaign);
    counts_are(&campaign, "3 submitted, 2 pending");
    campaign_select_all(&campaign);
    counts_are(&campaign, "4 submitted, 2 pending");
    work_queue_release(&queue);
    work_queue_release(&again);
    close_campaign(&second, &other);
    close_campaign(&campaign, &fake);
}

/* One point of every state. */
static void test_states(void)
{
    static const struct {
        const char *state;
        enum state wanted;
    } ends[] = {{"completed", STATE_COMPLETED},
                {"failed", STATE_FAILED},
                {"timeout", STATE_TIMEOUT},
                {"cancelled", STATE_CANCELLED},
                {"oom", STATE_OOM},
                {"preempted", STATE_PREEMPTED},
                {"node_fail", STATE_NODE_FAIL},
                {"missing", STATE_MISSING}};
    static const enum state live[] = {STATE_PENDING, STATE_RUNNING, STATE_UNKNOWN,
                                      STATE_COMPLETED};
    struct campaign campaign;
    struct fake fake;
    struct error err = {0};

    open_campaign(&campaign, &fake, "st");
    begin(&campaign, "train.py", 16, &err);
    for (size_t i = 0; i < 8; i++) {
        fixture_accept(campaign.sweep, i, 1);
        fixture_final(campaign.sweep, i, 1, ends[i].state, "");
        is_number(sweep_state(campaign.sweep->points[i]), ends[i].wanted,
                  ends[i].state);
    }
    for (size_t i = 0; i < 4; i++) {
        struct job job = {.state = live[i]};
        fixture_accept(campaign.sweep, 8 + i, 1);
        struct attempt *attempt = campaign.sweep->points[8 + i]->attempts[0];
        attempt_set_seen(attempt, &job);
        attempt->is_listed = true;
    }
    fixture_accept(campaign.sweep, 12, 1);
    fixture_event(campaign.sweep, "submitting", 13, 1, 1, NULL);
    fixture_event(campaign.sweep, "submitting", 14, 1, 1, NULL);
    fixture_event(campaign.sweep, "refused", 14, 1, 1, NULL);
    /* Ended for Slurm, but its files are still waited for: running. */
    counts_are(
        &campaign,
        "1 unknown, 2 planned, 1 submitting, 1 submitted, 1 pending, 2 running, 1 "
        "completed, "
        "1 failed, 1 timeout, 1 cancelled, 1 oom, 1 preempted, 1 node_fail, 1 missing");
    fixture_accept(campaign.sweep, 1, 2);
    ok(sweep_state(campaign.sweep->points[1]) == STATE_SUBMITTED,
       "a new attempt of a failed point is not final");
    campaign_unlock(&campaign);
    close_campaign(&campaign, &fake);
}

/* When the scheduler is asked to cancel, the journal must hold it already. */
static int cancel_checked(struct scheduler *scheduler, const struct words *ids,
                          struct error *err)
{
    struct fake *fake = scheduler->state;
    cleanup_free char *journal = scratch_read("c/journal.jsonl");

    for (size_t i = 0; i < ids->count; i++) {
        cleanup_free char *id = xasprintf("\"job_id\":\"%s\"}", ids->items[i]);
        const char *at = strstr(journal, "\"event\":\"cancel\"");
        fake_rule(fake, at && strstr(at, id), "a cancel is on disk before scancel");
    }
    return fake_cancel(scheduler, ids, err);
}

static void test_cancel(void)
{
    struct scheduler_ops ops = fake_ops;
    struct campaign campaign;
    struct fake fake;
    struct error err = {0};
    struct cancel_report report = {0};

    fake_forget();
    open_campaign(&campaign, &fake, "c");
    ops.cancel = cancel_checked;
    campaign.scheduler.ops = &ops;
    begin(&campaign, "train.py", 4, &err);
    fixture_accept(campaign.sweep, 0, 1);
    fixture_accept(campaign.sweep, 1, 1);
    fixture_final(campaign.sweep, 1, 1, "failed", "");
    fixture_accept(campaign.sweep, 3, 1);
    sweep_flush(campaign.sweep, true, &err);
    campaign_unlock(&campaign);
    struct cancel_request request = {.points = campaign.selected, .n_points = 4};
    ok(campaign_cancel(&campaign, &request, &report, &err) == 0, "cancelled %s",
       err.text);
    is_number(report.n_jobs, 2, "the two that live");
    cleanup_free char *cancelled = scratch_read("cancelled");
    is_string(cancelled, "1\n301\n", "by their job ids");
    ok(campaign.sweep->points[0]->attempts[0]->is_cancel_asked &&
           !lock_is_held(&campaign.sweep->lock),
       "it is known, and the lock is free");
    request = (struct cancel_request){.points = campaign.selected + 1, .n_points = 2};
    ok(campaign_cancel(&campaign, &request, &report, &err) == 0 && report.n_jobs == 0,
       "what does not live is no error");
    close_campaign(&campaign, &fake);
}

int main(void)
{
    struct error err = {0};

    settings = settings_new();
    if (settings_set(settings, SETTING_TEMPLATE, "plain", RANK_FLAG, "f", &err) < 0)
        ok(0, "%s", err.text);
    test_mismatch();
    test_steps();
    test_states();
    test_cancel();
    settings_free(settings);
    scratch_remove();
    return tap_done();
}

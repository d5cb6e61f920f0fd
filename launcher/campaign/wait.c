/* wait.c - look, note what ended and top up, until nothing is left (campaign.h) */
#include <stdlib.h>
#include <string.h>

#include "launcher/campaign/campaign.h"
#include "launcher/check/site_check.h"
#include "launcher/common/clock.h"
#include "launcher/common/memory.h"
#include "launcher/common/processes/interrupt.h"
#include "launcher/common/random.h"
#include "launcher/jobs/poll_pause.h"
#include "launcher/policy/auto_retry.h"
#include "launcher/policy/fail_fast.h"
#include "launcher/policy/pending.h"

struct waiting {
    struct campaign *campaign;
    struct work_queue *queue;
    int64_t started_ms, changed_ms;
    size_t last_counts[STATE_COUNT];
    int stops_seen;
    bool has_cancelled;
    int n_failures; /* looks in a row without an answer */
    struct fail_fast fail_fast;
    struct auto_retry again;
    size_t n_again; /* points whose new attempt waits for its time */
    struct stuck stuck;
};

static bool has_changed(struct waiting *waiting)
{
    struct sweep_counts counts;

    campaign_count(waiting->campaign, &counts);
    bool is_same =
        memcmp(counts.by_state, waiting->last_counts, sizeof counts.by_state) == 0;
    memcpy(waiting->last_counts, counts.by_state, sizeof counts.by_state);
    return !is_same;
}

static int64_t pause_ms(const struct waiting *waiting)
{
    const struct campaign *campaign = waiting->campaign;
    const struct poll_view view = {
        .runs_here = scheduler_can(&campaign->scheduler, SCHEDULER_RUNS_HERE),
        .fixed_s = settings_is_set(campaign->settings, SETTING_POLL)
                       ? settings_integer(campaign->settings, SETTING_POLL)
                       : 0,
        .quiet_ms = clock_monotonic_ms() - waiting->changed_ms,
        .next_s = poll_next_s(campaign->sweep, clock_wall()),
        .n_failures = waiting->n_failures,
        .chance = random_fraction()};

    int64_t pause = poll_pause_ms(&view);
    if (!settings_is_set(campaign->settings, SETTING_WAIT_TIMEOUT))
        return pause;
    int64_t left = settings_integer(campaign->settings, SETTING_WAIT_TIMEOUT) * 1000 -
                   (clock_monotonic_ms() - waiting->started_ms);
    return left < pause ? (left > 0 ? left : 0) : pause;
}

static int check_deadline(const struct waiting *waiting, struct error *err)
{
    const struct campaign *campaign = waiting->campaign;
    long long limit = settings_integer(campaign->settings, SETTING_WAIT_TIMEOUT);

    if (!settings_is_set(campaign->settings, SETTING_WAIT_TIMEOUT) ||
        clock_monotonic_ms() - waiting->started_ms < limit * 1000)
        return 0;
    return error_set(
        err, ERROR_WAIT,
        "still not finished after %lld seconds (--wait-timeout); nothing was "
        "cancelled: go on with `raylaunch wait %s`",
        limit, campaign->sweep->name);
}

/* Is it so, too, that the site has not got what is asked? */
static bool is_impossible(struct campaign *campaign)
{
    cleanup_words struct words ignored = {0};
    struct error trouble = {0};
    struct site site = {0};

    if (scheduler_refresh(&campaign->scheduler, &trouble) < 0 ||
        scheduler_site(&campaign->scheduler, SITE_KNOWN, &site, &trouble) < 0)
        return false;
    bool is = site_judge(campaign->settings, &campaign->scheduler, &site, &ignored);
    site_release(&site);
    return is;
}

/* Nobody needs to wait for what never comes. */
static int check_stuck(struct waiting *waiting, struct error *err)
{
    struct campaign *campaign = waiting->campaign;
    struct pending pending;
    cleanup_text struct text text = {0};

    pending_take(campaign->sweep, campaign->selected, campaign->n_selected,
                 &campaign->scheduler, &pending);
    if (waiting->n_failures > 0 || waiting->n_again > 0 ||
        !pending_is_stuck(&pending, &waiting->stuck, clock_monotonic_s()) ||
        (pending.n_maybe == pending.n_never && !is_impossible(campaign)))
        return 0;
    pending_add(&pending, PENDING_REASONS_MAX, &text);
    text_add(&text, "; ");
    wait_reason_add_advice(pending.items[0].reason->advice, campaign->sweep->name,
                           pending.items[0].first->job_id, &text);
    return error_set(err, ERROR_SCHEDULER,
                     "nothing that is left can ever run, so nobody waits for it: %s "
                     "(nothing was cancelled)",
                     text_string(&text));
}

/* What is not submitted stays so until the command is typed again. */
static int cancel_running(struct campaign *campaign, struct error *err)
{
    size_t *live = xcalloc(campaign->n_selected, sizeof *live);
    struct cancel_request request = {.points = live};
    struct cancel_report ignored;

    for (size_t i = 0; i < campaign->n_selected; i++) {
        size_t index = campaign->selected[i];
        const struct attempt *attempt = sweep_attempt(campaign->sweep->points[index]);
        if (attempt && attempt_is_live(attempt))
            live[request.n_points++] = index;
    }
    int rc = campaign_cancel(campaign, &request, &ignored, err);
    free(live);
    return rc;
}

/* Slurm: the first Ctrl-C ends the waiting. local: the first starts no more points, the
 * second ends the running ones. 1: stop waiting. */
static int take_interrupt(struct waiting *waiting, struct error *err)
{
    int stops = interrupt_count();

    if (stops == waiting->stops_seen)
        return 0;
    waiting->stops_seen = stops;
    interrupt_answer();
    if (!scheduler_can(&waiting->campaign->scheduler, SCHEDULER_RUNS_HERE))
        return 1;
    if (stops == 1) {
        if (waiting->campaign->hooks.on_warning)
            waiting->campaign->hooks.on_warning(
                waiting->campaign->hooks.context,
                "no more points are started; the running ones go on (again to end "
                "them)");
        return 0;
    }
    if (waiting->has_cancelled && stops > 2)
        return 1;
    waiting->has_cancelled = true;
    return cancel_running(waiting->campaign, err) < 0 ? -1 : 0;
}

/* All that was begun is final (and nothing waits to be submitted, unless we were told
 * to stop). */
static bool is_finished(const struct waiting *waiting)
{
    struct sweep_counts counts;

    campaign_count(waiting->campaign, &counts);
    if (interrupt_count() > 0)
        return counts.n_live == 0;
    return counts.n_live == 0 &&
           (waiting->fail_fast.is_tripped ||
            (waiting->queue->count == 0 && waiting->n_again == 0));
}

/* Points without a job may be those of another process: it submits while it holds the
 * lock, and may have let go since the last look. 1: something is still to come. */
static int others_submit(const struct waiting *waiting, struct error *err)
{
    struct sweep *sweep = waiting->campaign->sweep;
    struct sweep_counts counts;

    campaign_count(waiting->campaign, &counts);
    if (counts.by_state[STATE_PLANNED] == 0 || waiting->fail_fast.is_tripped ||
        interrupt_count() > 0)
        return 0;
    if (lock_is_taken(&sweep->lock))
        return 1;
    if (sweep_refresh(sweep, err) < 0)
        return -1;
    return !is_finished(waiting);
}

/* What the last look says about what is to be submitted now. */
static int feed(struct waiting *waiting, struct error *err)
{
    struct campaign *campaign = waiting->campaign;
    cleanup_text struct text message = {0};

    waiting->n_again = 0;
    if (fail_fast_check(&waiting->fail_fast, campaign->sweep, campaign->selected,
                        campaign->n_selected, waiting->queue->count, &message) &&
        campaign->hooks.on_warning)
        campaign->hooks.on_warning(campaign->hooks.context, text_string(&message));
    if (waiting->fail_fast.is_tripped || interrupt_count() > 0)
        return 0;
    size_t before = waiting->queue->count;
    waiting->n_again =
        auto_retry_top_up(&waiting->again, campaign->sweep, campaign->selected,
                          campaign->n_selected, waiting->queue);
    size_t n_new = waiting->queue->count - before;
    if (n_new > 0 && campaign->hooks.on_warning) {
        text_addf(&message, "%zu point%s tried again (--retries)", n_new,
                  n_new == 1 ? " is" : "s are");
        campaign->hooks.on_warning(campaign->hooks.context, text_string(&message));
    }
    return campaign_top_up(campaign, waiting->queue, err);
}

/* What an interrupt cut short is no error here: take_interrupt() answers it. */
static int fail(const struct error *trouble, struct error *err)
{
    if (trouble->kind == ERROR_INTERRUPT)
        return 0;
    *err = *trouble;
    return -1;
}

/* A look, and what became of the calls of another process that was killed. 1: the
 * scheduler did not answer. */
static int look(struct campaign *campaign, struct error *err)
{
    struct sweep_counts counts;
    int rc = campaign_look(campaign, err);

    campaign_count(campaign, &counts);
    if (rc != 0 || counts.by_state[STATE_SUBMITTING] == 0 ||
        campaign_clear_intents(campaign, err) == 0)
        return rc;
    return err->kind == ERROR_SCHEDULER ? 1 : -1;
}

static int one_round(struct waiting *waiting, struct error *err)
{
    struct campaign *campaign = waiting->campaign;
    struct error trouble = {0};

    int rc = look(campaign, &trouble);
    if (rc < 0)
        return fail(&trouble, err);
    waiting->n_failures = rc == 1 ? waiting->n_failures + 1 : 0;
    if (rc == 0 && feed(waiting, &trouble) < 0)
        return fail(&trouble, err);
    if (campaign->hooks.on_look)
        campaign->hooks.on_look(campaign->hooks.context, campaign,
                                rc == 1 ? trouble.text : NULL);
    if (has_changed(waiting))
        waiting->changed_ms = clock_monotonic_ms();
    return 0;
}

int campaign_wait(struct campaign *campaign, struct work_queue *queue,
                  enum campaign_end *ret_end, struct error *err)
{
    struct waiting waiting = {.campaign = campaign,
                              .queue = queue,
                              .started_ms = clock_monotonic_ms(),
                              .changed_ms = clock_monotonic_ms()};

    fail_fast_init(&waiting.fail_fast, campaign->settings, campaign->sweep);
    auto_retry_init(&waiting.again, campaign->settings, &campaign->scheduler,
                    &campaign->adjusted);
    for (;;) {
        if (one_round(&waiting, err) < 0)
            return -1;
        int rc = is_finished(&waiting) ? others_submit(&waiting, err) : 1;
        if (rc < 0)
            return -1;
        if (rc == 0)
            break;
        rc = take_interrupt(&waiting, err);
        if (rc != 0) {
            *ret_end = CAMPAIGN_INTERRUPTED;
            return rc < 0 ? -1 : 0;
        }
        if (check_deadline(&waiting, err) < 0 || check_stuck(&waiting, err) < 0)
            return -1;
        interrupt_sleep_ms(pause_ms(&waiting));
    }
    *ret_end = interrupt_count() > 0 ? CAMPAIGN_INTERRUPTED : CAMPAIGN_ALL_FINAL;
    return 0;
}

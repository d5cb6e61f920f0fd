#include <stdlib.h>
#include <string.h>

#include "launcher/campaign/campaign.h"
#include "launcher/campaign/observe.h"
#include "launcher/common/clock.h"
#include "launcher/common/interrupt.h"
#include "launcher/common/memory.h"

#define LOCK_WAIT_MS 60000

struct waiting {
    struct campaign *campaign;
    struct choice *queue;
    int64_t started_ms, changed_ms;
    size_t last_counts[STATE_COUNT];
    int stops_seen;
    bool has_cancelled;
};

/* How many more jobs may be submitted now; 0 with a full queue, SIZE_MAX without a
 * limit. */
static size_t room_for_jobs(const struct campaign *campaign)
{
    size_t limit = (size_t)settings_integer(campaign->settings, SETTING_MAX_CONCURRENT);
    size_t slots = scheduler_slots(&campaign->scheduler);
    size_t n_live = 0;

    if (slots > 0 && (limit == 0 || slots < limit))
        limit = slots;
    if (limit == 0)
        return SIZE_MAX;
    for (size_t i = 0; i < campaign->sweep->n_attempts; i++)
        n_live += attempt_is_live(campaign->sweep->by_order[i]);
    return n_live < limit ? limit - n_live : 0;
}

static int feed(struct waiting *waiting, struct error *err)
{
    struct campaign *campaign = waiting->campaign;
    size_t room = room_for_jobs(campaign);

    if (waiting->queue->count == 0 || room == 0 || interrupt_count() > 0)
        return 0;
    if (sweep_lock(campaign->sweep, LOCK_WAIT_MS, err) < 0)
        return -1;
    room = room_for_jobs(campaign); /* others may have submitted while we waited */
    int rc = room == 0 ? 0
                       : campaign_submit(campaign, waiting->queue,
                                         room == SIZE_MAX ? 0 : room, err);
    campaign_unlock(campaign);
    return rc;
}

static bool has_changed(struct waiting *waiting)
{
    struct campaign_counts counts;

    campaign_count(waiting->campaign, &counts);
    bool is_same =
        memcmp(counts.by_state, waiting->last_counts, sizeof counts.by_state) == 0;
    memcpy(waiting->last_counts, counts.by_state, sizeof counts.by_state);
    return !is_same;
}

/* Quick after a change, slower the longer nothing happens. */
static int64_t pause_ms(const struct waiting *waiting)
{
    const struct campaign *campaign = waiting->campaign;
    bool is_front = campaign->scheduler.ops->is_in_front;
    int64_t quiet = clock_monotonic_ms() - waiting->changed_ms;
    int64_t least = is_front ? 100 : 1000;
    int64_t most = is_front ? 2000 : 30000;
    int64_t pause = quiet / 10;

    if (settings_is_set(campaign->settings, SETTING_POLL))
        return settings_integer(campaign->settings, SETTING_POLL) * 1000;
    return pause < least ? least : pause > most ? most : pause;
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

static int cancel_running(struct campaign *campaign, struct error *err)
{
    size_t count;

    return campaign_cancel(campaign, campaign->selected, campaign->n_selected, &count,
                           err);
}

/* Slurm: the first Ctrl-C ends the waiting. local: the first starts no more points, the
 * second ends the running ones. 1: stop waiting. */
static int take_interrupt(struct waiting *waiting, struct error *err)
{
    int stops = interrupt_count();

    if (stops == waiting->stops_seen)
        return 0;
    waiting->stops_seen = stops;
    if (!waiting->campaign->scheduler.ops->is_in_front)
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
    struct campaign_counts counts;

    campaign_count(waiting->campaign, &counts);
    if (interrupt_count() > 0)
        return counts.n_live == 0;
    return counts.n_live == 0 && waiting->queue->count == 0;
}

static int one_round(struct waiting *waiting, struct error *err)
{
    struct campaign *campaign = waiting->campaign;
    struct error trouble = {0};

    int rc = campaign_look(campaign, &trouble);
    if (rc < 0) {
        *err = trouble;
        return -1;
    }
    if (rc == 0 && feed(waiting, err) < 0)
        return -1;
    if (campaign->hooks.on_look)
        campaign->hooks.on_look(campaign->hooks.context, campaign,
                                rc == 1 ? trouble.text : NULL);
    if (has_changed(waiting))
        waiting->changed_ms = clock_monotonic_ms();
    return 0;
}

int campaign_wait(struct campaign *campaign, struct choice *queue,
                  enum campaign_end *ret_end, struct error *err)
{
    struct waiting waiting = {.campaign = campaign,
                              .queue = queue,
                              .started_ms = clock_monotonic_ms(),
                              .changed_ms = clock_monotonic_ms()};

    for (;;) {
        if (one_round(&waiting, err) < 0)
            return -1;
        if (is_finished(&waiting))
            break;
        int rc = take_interrupt(&waiting, err);
        if (rc != 0) {
            *ret_end = CAMPAIGN_INTERRUPTED;
            return rc < 0 ? -1 : 0;
        }
        if (check_deadline(&waiting, err) < 0)
            return -1;
        clock_sleep_ms(pause_ms(&waiting));
    }
    *ret_end = interrupt_count() > 0 ? CAMPAIGN_INTERRUPTED : CAMPAIGN_ALL_FINAL;
    return 0;
}

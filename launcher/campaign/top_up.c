/* top_up.c - submit more as jobs end (campaign.h) */
#include "launcher/campaign/campaign.h"
#include "launcher/common/clock.h"
#include "launcher/common/processes/interrupt.h"
#include "launcher/sweep/lock_asked.h"

#define LEAST_PAUSE_MS 2000
#define MOST_PAUSE_MS 30000

static size_t smaller(size_t a, size_t b)
{
    return a < b ? a : b;
}

size_t campaign_free_slots(struct campaign *campaign)
{
    bool is_window = campaign->throttle.kind == THROTTLE_WINDOW;
    size_t limit = is_window ? campaign->throttle.limit : 0;
    size_t slots = scheduler_slots(&campaign->scheduler);
    size_t n_live = sweep_count_live(campaign->sweep);

    if (slots > 0 && (limit == 0 || slots < limit))
        limit = slots;
    size_t room = limit == 0 ? SIZE_MAX : n_live < limit ? limit - n_live : 0;
    return smaller(room, ceiling_room(&campaign->ceiling, n_live));
}

int campaign_top_up(struct campaign *campaign, struct work_queue *queue,
                    struct error *err)
{
    campaign_drop_cancelled(campaign, queue);
    size_t room = campaign_free_slots(campaign);

    if (queue->count == 0 || room == 0 || interrupt_count() > 0 ||
        lock_is_asked(campaign->sweep->path))
        return 0;
    int taken = sweep_lock_await(campaign->sweep, SWEEP_LOCK_SOON_MS, err);
    if (taken <= 0)
        return taken;
    room =
        campaign_free_slots(campaign); /* others may have submitted while we waited */
    int rc = room == 0
                 ? 0
                 : campaign_submit(campaign, queue, room == SIZE_MAX ? 0 : room, err);
    campaign_unlock(campaign);
    return rc;
}

/* Quick while jobs end, slower the longer nothing does. */
static int64_t pause_ms(const struct campaign *campaign, size_t n_left,
                        size_t *last_left, int64_t last_pause)
{
    bool is_moving = n_left != *last_left;
    int64_t pause = is_moving ? LEAST_PAUSE_MS : last_pause * 3 / 2;

    *last_left = n_left;
    if (settings_is_set(campaign->settings, SETTING_POLL))
        return settings_integer(campaign->settings, SETTING_POLL) * 1000;
    return pause < LEAST_PAUSE_MS  ? LEAST_PAUSE_MS
           : pause > MOST_PAUSE_MS ? MOST_PAUSE_MS
                                   : pause;
}

int campaign_top_up_all(struct campaign *campaign, struct work_queue *queue,
                        struct error *err)
{
    size_t last_left = queue->count;
    int64_t pause = LEAST_PAUSE_MS;

    while (queue->count > 0 && interrupt_count() == 0) {
        struct error trouble = {0};
        int rc = campaign_look(campaign, &trouble);
        if (rc == 0 && campaign_top_up(campaign, queue, &trouble) < 0)
            rc = -1;
        if (rc < 0 && trouble.kind == ERROR_INTERRUPT)
            return 0;
        if (rc < 0) {
            *err = trouble;
            return -1;
        }
        if (campaign->hooks.on_look)
            campaign->hooks.on_look(campaign->hooks.context, campaign,
                                    rc == 1 ? trouble.text : NULL);
        if (queue->count == 0)
            break;
        pause = pause_ms(campaign, queue->count, &last_left, pause);
        interrupt_sleep_ms(pause);
    }
    return 0;
}

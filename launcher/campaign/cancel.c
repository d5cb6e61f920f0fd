/* cancel.c - end the jobs of points (campaign.h) */
#include <string.h>

#include "launcher/campaign/campaign.h"
#include "launcher/common/memory.h"
#include "launcher/common/processes/interrupt.h"
#include "launcher/jobs/reconcile.h"

static int note(struct sweep *sweep, const struct attempt *attempt, struct error *err)
{
    return sweep_event(sweep, EVENT_CANCEL,
                       json_pack("{s:s, s:i, s:s, s:s}", "point",
                                 attempt->point->point.id, "attempt",
                                 (int)attempt->number, "token", attempt->token,
                                 "job_id", attempt->job_id),
                       err);
}

/* Is every task of this array that lives to be cancelled? Then its own id is one call
 * for all of them. */
static bool is_whole(const struct array *array)
{
    if (!*array->job_id)
        return false;
    for (size_t i = 0; i < array->n_attempts; i++) {
        const struct attempt *attempt = array->attempts[i];
        if (attempt && attempt_is_live(attempt) && !attempt->is_cancel_asked)
            return false;
    }
    return true;
}

struct cancelling {
    struct words ids;
    const struct array *last; /* the array looked at last */
    bool is_last_whole;
};

/* One id for scancel: a job, a task, or a whole array, once. */
static void add_id(struct cancelling *cancelling, const struct attempt *attempt)
{
    const char *id = attempt->job_id;
    bool is_new = attempt->array && attempt->array != cancelling->last;

    if (is_new) {
        cancelling->last = attempt->array;
        cancelling->is_last_whole = is_whole(attempt->array);
    }
    if (attempt->array && cancelling->is_last_whole) {
        id = attempt->array->job_id;
        if (words_has(&cancelling->ids, id))
            return;
    }
    words_add(&cancelling->ids, id);
}

/* What waits goes first: what runs would make room for it, or is what it waits for. */
static void add_ids(const struct sweep *sweep, const size_t *points, size_t n_points,
                    struct cancelling *cancelling)
{
    for (int is_running = 0; is_running < 2; is_running++) {
        for (size_t i = 0; i < n_points; i++) {
            const struct sweep_point *point = sweep->points[points[i]];
            const struct attempt *attempt = sweep_attempt(point);
            if (attempt && attempt_is_live(attempt) &&
                (sweep_state(point) == STATE_RUNNING) == (is_running == 1))
                add_id(cancelling, attempt);
        }
    }
}

int campaign_cancel(struct campaign *campaign, const size_t *points, size_t n_points,
                    size_t *ret_count, struct error *err)
{
    struct sweep *sweep = campaign->sweep;
    struct reconcile_report report;
    struct cancelling cancelling = {0};
    size_t count = 0;

    if (sweep_lock(sweep, SWEEP_LOCK_WAIT_MS, err) < 0)
        return -1;
    int rc = reconcile(sweep, &campaign->scheduler, campaign->message_timeout_s,
                       &campaign->spent.n_calls, &report, err);
    for (size_t i = 0; rc == 0 && i < n_points; i++) {
        const struct attempt *attempt = sweep_attempt(sweep->points[points[i]]);
        if (!attempt || !attempt_is_live(attempt))
            continue;
        rc = note(sweep, attempt, err);
        count++;
    }
    if (rc == 0)
        rc = sweep_flush(sweep, true, err);
    add_ids(sweep, points, n_points, &cancelling);
    campaign_unlock(campaign);
    if (rc == 0 && cancelling.ids.count > 0)
        rc = scheduler_cancel(&campaign->scheduler, &cancelling.ids, err);
    if (rc < 0 && interrupt_is_pending())
        error_prefix(err, "jobs may run on, type the command again to end them");
    words_release(&cancelling.ids);
    if (rc == 0)
        *ret_count = count;
    return rc;
}

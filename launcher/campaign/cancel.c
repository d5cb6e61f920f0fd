/* cancel.c - end the jobs of points, and what would be submitted (campaign.h) */
#include <stdlib.h>
#include <string.h>

#include "launcher/campaign/campaign.h"
#include "launcher/common/memory.h"
#include "launcher/common/processes/interrupt.h"
#include "launcher/jobs/reconcile.h"
#include "launcher/sweep/lock_asked.h"

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

/* What is told to end: each job by its attempt, and what has none by its point. */
static int note_all(struct sweep *sweep, const struct cancel_request *request,
                    struct cancel_report *report, struct error *err)
{
    int rc = 0;

    for (size_t i = 0; i < sweep->n_points; i++)
        report->n_planned +=
            request->is_whole && sweep_state(sweep->points[i]) == STATE_PLANNED;
    if (request->is_whole)
        rc = sweep_event(sweep, EVENT_CANCEL_POINTS,
                         json_pack("{s:I}", "first", (json_int_t)sweep->n_points), err);
    for (size_t i = 0; rc == 0 && i < request->n_points; i++) {
        const struct sweep_point *point = sweep->points[request->points[i]];
        const struct attempt *attempt = sweep_attempt(point);
        bool is_live = attempt && attempt_is_live(attempt);
        report->n_jobs += is_live;
        if (is_live)
            rc = note(sweep, attempt, err);
        else if (!request->is_whole && sweep_state(point) != STATE_COMPLETED) {
            report->n_planned += sweep_state(point) == STATE_PLANNED;
            rc = sweep_event(sweep, EVENT_CANCEL_POINTS,
                             json_pack("{s:s}", "point", point->point.id), err);
        }
    }
    return rc == 0 ? sweep_flush(sweep, true, err) : -1;
}

/* A whole sweep is what it is now: points may have been added since the look. */
static size_t *list_points(const struct sweep *sweep, struct cancel_request *request)
{
    size_t *all = xcalloc(sweep->n_points, sizeof *all);

    for (size_t i = 0; i < sweep->n_points; i++)
        all[i] = i;
    if (request->is_whole) {
        request->points = all;
        request->n_points = sweep->n_points;
    }
    return all;
}

static int cancel_locked(struct campaign *campaign, struct cancel_request request,
                         struct cancelling *cancelling, struct cancel_report *report,
                         struct error *err)
{
    struct sweep *sweep = campaign->sweep;
    struct reconcile_report found;

    if (sweep_lock(sweep, LOCK_ASKED_WAIT_MS, err) < 0)
        return -1;
    size_t *points = list_points(sweep, &request);
    int rc = reconcile(sweep, &campaign->scheduler, campaign->message_timeout_s,
                       &campaign->spent.n_calls, &found, err);
    if (rc == 0)
        rc = note_all(sweep, &request, report, err);
    if (rc == 0)
        add_ids(sweep, request.points, request.n_points, cancelling);
    campaign_unlock(campaign);
    free(points);
    return rc;
}

int campaign_cancel(struct campaign *campaign, const struct cancel_request *request,
                    struct cancel_report *ret_report, struct error *err)
{
    struct cancelling cancelling = {0};
    struct cancel_report report = {0};
    struct lock asked = {.fd = -1};

    int rc = lock_ask(campaign->sweep->path, &asked, err);
    if (rc == 0)
        rc = cancel_locked(campaign, *request, &cancelling, &report, err);
    lock_release(&asked);
    if (rc == 0 && cancelling.ids.count > 0)
        rc = scheduler_cancel(&campaign->scheduler, &cancelling.ids, err);
    if (rc < 0 && interrupt_is_pending())
        error_prefix(err, "jobs may run on, type the command again to end them");
    words_release(&cancelling.ids);
    if (rc == 0)
        *ret_report = report;
    return rc;
}

int campaign_look_asking(struct campaign *campaign, struct error *err)
{
    struct lock asked = {.fd = -1};

    int rc = lock_ask(campaign->sweep->path, &asked, err);
    if (rc == 0)
        rc = campaign_look(campaign, err) == 0 ? 0 : -1;
    lock_release(&asked);
    return rc;
}

#include "launcher/jobs/accounting.h"

#include <string.h>

#include "launcher/common/clock.h"

#define STEP_FIRST_MS 2000
#define STEP_MOST_MS 64000
#define IDS_MAX 200     /* of more jobs all records are asked */
#define MARGIN_S 3600.0 /* the clocks of hosts differ, and summer time changes */

bool accounting_wants_canceller(const struct attempt *attempt)
{
    return attempt->is_seen && attempt->seen.state == STATE_CANCELLED &&
           attempt->seen.cancelled_by < 0 && !attempt->is_cancel_asked;
}

/* Accounting has not said yet how much memory a job had that was killed for it. */
static bool wants_peak(const struct attempt *attempt)
{
    return attempt->seen.state == STATE_OOM && attempt->seen.max_rss_mib == 0;
}

static bool is_wanted(const struct attempt *attempt)
{
    if (attempt->phase != ATTEMPT_ACCEPTED || !attempt_is_live(attempt))
        return false;
    if (attempt_witness(attempt) == JOB_ENDED)
        return accounting_wants_canceller(attempt) || wants_peak(attempt);
    return !attempt->is_listed;
}

/* What is asked for, and since when; marks it as asked. */
static size_t collect(struct sweep *sweep, struct words *ids, double *ret_since,
                      bool *ret_has_new)
{
    size_t count = 0;

    *ret_has_new = false;
    *ret_since = 0;
    for (size_t i = 0; i < sweep->n_attempts; i++) {
        struct attempt *attempt = sweep->by_order[i];
        if (!is_wanted(attempt))
            continue;
        if (*ret_since <= 0 || attempt->intent_at < *ret_since)
            *ret_since = attempt->intent_at;
        if (count++ < IDS_MAX)
            words_add(ids, attempt->job_id);
        *ret_has_new = *ret_has_new || !attempt->is_accounting_asked;
    }
    return count;
}

static void mark_asked(struct sweep *sweep)
{
    for (size_t i = 0; i < sweep->n_attempts; i++) {
        if (is_wanted(sweep->by_order[i]))
            sweep->by_order[i]->is_accounting_asked = true;
    }
}

/* New ones at once, the others when their time has come. */
static bool is_time(struct accounting_pace *pace, bool has_new)
{
    int64_t now = clock_monotonic_ms();

    if (!has_new && now < pace->next_ms)
        return false;
    pace->step_ms = has_new ? STEP_FIRST_MS : pace->step_ms * 2;
    if (pace->step_ms > STEP_MOST_MS)
        pace->step_ms = STEP_MOST_MS;
    pace->next_ms = now + pace->step_ms;
    return true;
}

void accounting_ask(struct sweep *sweep, struct scheduler *scheduler,
                    struct job_match *match, long *n_calls)
{
    cleanup_words struct words ids = {0};
    struct job_list jobs = {0};
    struct error ignored = {0};
    double since;
    bool has_new, is_kept = false;

    size_t count = collect(sweep, &ids, &since, &has_new);
    if (count == 0 || !is_time(&sweep->accounting, has_new))
        return;
    mark_asked(sweep);
    if (n_calls)
        ++*n_calls;
    int rc =
        scheduler_history(scheduler, since - MARGIN_S, count <= IDS_MAX ? &ids : NULL,
                          &jobs, &is_kept, &ignored);
    sweep->accounting.is_off = rc == 0 && !is_kept;
    for (size_t i = 0; rc == 0 && i < jobs.count; i++) {
        struct attempt *attempt = job_match_find(match, &jobs.jobs[i]);
        if (attempt && is_wanted(attempt) && !jobs.jobs[i].is_refusal &&
            strcmp(attempt->job_id, jobs.jobs[i].id) == 0 &&
            state_is_final(jobs.jobs[i].state))
            attempt_set_seen(attempt, &jobs.jobs[i]);
    }
    job_list_release(&jobs);
}

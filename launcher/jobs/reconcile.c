#include "launcher/jobs/reconcile.h"

#include <stdlib.h>
#include <string.h>

#include "launcher/common/clock.h"
#include "launcher/common/memory.h"
#include "launcher/common/processes/interrupt.h"
#include "launcher/jobs/inspect_outputs.h"
#include "launcher/jobs/job_match.h"
#include "launcher/sweep/sweep_user.h"

#define QUEUE "queue"
#define BEAT_MS 20000 /* between two heartbeats of the lock */

static size_t count_open(const struct sweep *sweep, double *ret_last)
{
    size_t count = 0;

    *ret_last = 0;
    for (size_t i = 0; i < sweep->n_attempts; i++) {
        const struct attempt *attempt = sweep->by_order[i];
        if (attempt->phase != ATTEMPT_INTENT)
            continue;
        count++;
        if (attempt->intent_at > *ret_last)
            *ret_last = attempt->intent_at;
    }
    return count;
}

/* The event of an attempt, or of the array that it is a task of. */
static json_t *event_of(const struct attempt *attempt)
{
    if (attempt->array)
        return json_pack("{s:s}", "array", attempt->array->token);
    return json_pack("{s:s, s:i, s:s}", "point", attempt->point->point.id, "attempt",
                     (int)attempt->number, "token", attempt->token);
}

/* A task that is seen is the whole array: it was accepted as one. */
static int adopt(struct sweep *sweep, const struct attempt *attempt, const char *job_id,
                 const char *witness, struct reconcile_report *report,
                 struct error *err)
{
    json_t *event = event_of(attempt);
    const struct array *array = attempt->array;
    size_t size = array ? strcspn(job_id, "_") : strlen(job_id);
    json_t *id = json_stringn(job_id, size);

    /* A claim that others wrote may hold any bytes: it is a witness all the same. */
    json_object_set_new(event, "job_id", id ? id : json_string("?"));
    json_object_set_new(event, "witness", json_string(witness));
    for (size_t i = 0; array && i < array->n_attempts; i++)
        report->n_adopted += array->attempts[i] != NULL;
    report->n_adopted += !array;
    return sweep_event(sweep, EVENT_ADOPTED, event, err);
}

/* Its name has a token that is none of this sweep's: a folder of the same path was
 * there before. (Where a site writes names of its own there is no token.) */
static bool is_of_another(const struct sweep *sweep, const struct job *job)
{
    const char *dash = job->name ? strrchr(job->name, '-') : NULL;

    return dash && attempt_is_token(dash + 1) && !sweep_by_token(sweep, dash + 1) &&
           !sweep_array(sweep, dash + 1);
}

/* Of an array also its whole, listed as "123_[4-9]". */
static const struct attempt *open_intent(struct job_match *match, const struct job *job)
{
    if (job->is_refusal || is_of_another(match->sweep, job))
        return NULL;
    const struct attempt *attempt = job_match_find(match, job);
    const struct array *array = attempt ? NULL : job_match_array(match, job);

    for (size_t i = 0; array && !attempt && i < array->n_attempts; i++)
        attempt = array->attempts[i];
    return attempt && attempt->phase == ATTEMPT_INTENT ? attempt : NULL;
}

/* The queue and accounting. All are matched before any event: the match does not hold
 * beyond. */
static int ask_records(struct sweep *sweep, const struct job_list *jobs,
                       const char *witness, struct reconcile_report *report,
                       struct error *err)
{
    const struct attempt **open = xcalloc(jobs->count, sizeof *open);
    struct job_match match;
    int rc = 0;

    job_match_init(&match, sweep);
    for (size_t i = 0; i < jobs->count; i++)
        open[i] = open_intent(&match, &jobs->jobs[i]);
    job_match_release(&match);
    for (size_t i = 0; rc == 0 && i < jobs->count; i++) {
        const struct job *job = &jobs->jobs[i];
        if (!open[i])
            continue;
        struct attempt *attempt = sweep_by_token(sweep, open[i]->token);
        if (attempt->phase == ATTEMPT_INTENT)
            rc = adopt(sweep, attempt, job->id, witness, report, err);
        if (strcmp(attempt->job_id, job->id) != 0)
            continue;
        attempt_set_seen(attempt, job);
        if (strcmp(witness, QUEUE) == 0)
            attempt->is_listed = attempt->was_listed = true;
    }
    free(open);
    return rc;
}

static int stopped(struct error *err)
{
    return interrupt_error(err, "before it was clear whether jobs of an earlier call "
                                "exist; type the command again to go on");
}

/* Either may take a minute to answer: the lock's heartbeat goes on between them. */
static int ask_queue(struct sweep *sweep, struct scheduler *scheduler, long *n_calls,
                     struct reconcile_report *report, struct error *err)
{
    struct job_list jobs = {0};

    if (n_calls)
        ++*n_calls;
    if (scheduler_list(scheduler, &jobs, err) < 0)
        return error_prefix(err, "cannot tell whether jobs of an earlier run exist, so "
                                 "nothing is submitted");
    int rc = ask_records(sweep, &jobs, QUEUE, report, err);
    job_list_release(&jobs);
    return rc;
}

static int ask_accounting(struct sweep *sweep, struct scheduler *scheduler,
                          long *n_calls, struct reconcile_report *report,
                          struct error *err)
{
    struct job_list jobs = {0};
    struct error ignored = {0};
    bool is_kept = false;
    double since = clock_wall();

    for (size_t i = 0; i < sweep->n_attempts; i++) {
        const struct attempt *attempt = sweep->by_order[i];
        if (attempt->phase == ATTEMPT_INTENT && attempt->intent_at < since)
            since = attempt->intent_at;
    }
    if (lock_confirm(&sweep->lock, err) < 0)
        return -1;
    if (n_calls)
        ++*n_calls;
    int rc = 0;
    if (scheduler_history(scheduler, since - 3600, NULL, &jobs, &is_kept, &ignored) ==
        0)
        rc = ask_records(sweep, &jobs, "accounting", report, err);
    job_list_release(&jobs);
    if (rc == 0 && interrupt_is_pending())
        return stopped(err); /* what did not answer proves nothing */
    return rc < 0 ? -1 : lock_confirm(&sweep->lock, err);
}

static int ask_folder(struct sweep *sweep, struct reconcile_report *report,
                      struct error *err)
{
    for (size_t i = 0; i < sweep->n_attempts; i++) {
        struct attempt *attempt = sweep->by_order[i];
        if (attempt->phase != ATTEMPT_INTENT)
            continue;
        cleanup_free char *job_id = inspect_claim(sweep, attempt);
        if (!job_id || strlen(job_id) >= JOB_ID_SIZE)
            continue;
        if (adopt(sweep, attempt, job_id, "folder", report, err) < 0)
            return -1;
    }
    return 0;
}

static int write_absent(struct sweep *sweep, struct reconcile_report *report,
                        struct error *err)
{
    double last;

    report->n_absent = count_open(sweep, &last);
    for (size_t i = 0; i < sweep->n_attempts; i++) {
        const struct attempt *attempt = sweep->by_order[i];
        if (attempt->phase == ATTEMPT_INTENT &&
            sweep_event(sweep, EVENT_ABSENT, event_of(attempt), err) < 0)
            return -1;
    }
    return 0;
}

/* The lock's heartbeat goes on. */
static int wait_for_answer_time(struct sweep *sweep, double last_intent,
                                double message_timeout_s, struct error *err)
{
    double left_s = last_intent + message_timeout_s - clock_wall();

    if (left_s > message_timeout_s)
        left_s = message_timeout_s; /* the clock jumped back */
    int64_t left_ms = left_s > 1 ? (int64_t)(left_s * 1000) : 1000;
    for (; left_ms > 0; left_ms -= BEAT_MS) {
        if (!interrupt_sleep_ms(left_ms < BEAT_MS ? left_ms : BEAT_MS))
            return stopped(err);
        if (lock_confirm(&sweep->lock, err) < 0)
            return -1;
    }
    return 0;
}

int reconcile(struct sweep *sweep, struct scheduler *scheduler,
              double message_timeout_s, long *n_calls,
              struct reconcile_report *ret_report, struct error *err)
{
    struct reconcile_report report = {0};
    double last_intent;
    bool is_local = scheduler_can(scheduler, SCHEDULER_RUNS_HERE);

    report.n_open = count_open(sweep, &last_intent);
    *ret_report = report;
    if (report.n_open == 0)
        return 0;
    if (sweep_user_check(sweep, err) < 0) /* what is hidden is not absent */
        return -1;
    for (int round = 0; round < 2; round++) {
        if (ask_queue(sweep, scheduler, n_calls, &report, err) < 0 ||
            ask_accounting(sweep, scheduler, n_calls, &report, err) < 0 ||
            ask_folder(sweep, &report, err) < 0)
            return -1;
        /* What was found stands, also if we are killed while waiting for the rest. */
        if (sweep_flush(sweep, true, err) < 0)
            return -1;
        if (count_open(sweep, &last_intent) == 0 || is_local)
            break;
        if (round == 0 &&
            wait_for_answer_time(sweep, last_intent, message_timeout_s, err) < 0)
            return -1;
    }
    if (write_absent(sweep, &report, err) < 0 || sweep_flush(sweep, true, err) < 0)
        return -1;
    *ret_report = report;
    return 0;
}

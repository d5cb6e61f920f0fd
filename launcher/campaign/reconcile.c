#include "launcher/campaign/reconcile.h"

#include <stdlib.h>
#include <string.h>

#include "launcher/campaign/examine.h"
#include "launcher/campaign/observe.h"
#include "launcher/common/clock.h"
#include "launcher/common/interrupt.h"
#include "launcher/common/memory.h"

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

static int adopt(struct sweep *sweep, struct attempt *attempt, const char *job_id,
                 const char *witness, struct error *err)
{
    json_t *event =
        json_pack("{s:s, s:i, s:s, s:s}", "point", attempt->point->point.id, "attempt",
                  (int)attempt->number, "token", attempt->token, "witness", witness);
    json_t *id = json_string(job_id);

    /* A claim that others wrote may hold any bytes: it is a witness all the same. */
    json_object_set_new(event, "job_id", id ? id : json_string("?"));
    return sweep_event(sweep, "adopted", event, err);
}

/* The queue and accounting: by the token at the end of the job's name. */
static int ask_records(struct sweep *sweep, const struct job_list *jobs,
                       const char *witness, struct reconcile_report *report,
                       struct error *err)
{
    for (size_t i = 0; i < jobs->count; i++) {
        const struct job *job = &jobs->jobs[i];
        const char *dash = job->name ? strrchr(job->name, '-') : NULL;
        struct attempt *attempt = dash ? sweep_by_token(sweep, dash + 1) : NULL;
        if (!attempt || attempt->phase != ATTEMPT_INTENT || job->is_refusal)
            continue;
        if (adopt(sweep, attempt, job->id, witness, err) < 0)
            return -1;
        attempt_set_seen(attempt, job);
        report->n_adopted++;
    }
    return 0;
}

static int ask_queue(struct sweep *sweep, struct scheduler *scheduler, long *n_calls,
                     struct reconcile_report *report, struct error *err)
{
    struct job_list jobs = {0};

    if (n_calls)
        ++*n_calls;
    if (scheduler->ops->list(scheduler, &jobs, err) < 0)
        return error_prefix(err, "cannot tell whether jobs of an earlier run exist, so "
                                 "nothing is submitted");
    int rc = ask_records(sweep, &jobs, "queue", report, err);
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
    if (n_calls)
        ++*n_calls;
    int rc = 0;
    if (scheduler->ops->history(scheduler, since - 3600, NULL, &jobs, &is_kept,
                                &ignored) == 0)
        rc = ask_records(sweep, &jobs, "accounting", report, err);
    job_list_release(&jobs);
    return rc;
}

static int ask_folder(struct sweep *sweep, struct reconcile_report *report,
                      struct error *err)
{
    for (size_t i = 0; i < sweep->n_attempts; i++) {
        struct attempt *attempt = sweep->by_order[i];
        if (attempt->phase != ATTEMPT_INTENT)
            continue;
        cleanup_free char *job_id = examine_claim(sweep, attempt);
        if (!job_id || strlen(job_id) >= JOB_ID_SIZE)
            continue;
        if (adopt(sweep, attempt, job_id, "folder", err) < 0)
            return -1;
        report->n_adopted++;
    }
    return 0;
}

static int write_absent(struct sweep *sweep, struct reconcile_report *report,
                        struct error *err)
{
    for (size_t i = 0; i < sweep->n_attempts; i++) {
        struct attempt *attempt = sweep->by_order[i];
        if (attempt->phase != ATTEMPT_INTENT)
            continue;
        if (sweep_event(sweep, "absent",
                        json_pack("{s:s, s:i, s:s}", "point", attempt->point->point.id,
                                  "attempt", (int)attempt->number, "token",
                                  attempt->token),
                        err) < 0)
            return -1;
        report->n_absent++;
    }
    return 0;
}

static int wait_for_answer_time(double last_intent, double message_timeout_s,
                                struct error *err)
{
    int stops = interrupt_count();
    int64_t end = clock_monotonic_ms() + 1000;
    double left_s = last_intent + message_timeout_s - clock_wall();

    if (left_s > message_timeout_s)
        left_s = message_timeout_s; /* the clock jumped back */
    if (left_s > 1)
        end = clock_monotonic_ms() + (int64_t)(left_s * 1000);
    while (clock_monotonic_ms() < end) {
        clock_sleep_ms(200);
        if (interrupt_count() > stops)
            return error_set(err, ERROR_SCHEDULER,
                             "stopped before it was clear whether jobs of an earlier "
                             "call exist; type the command again to go on");
    }
    return 0;
}

int reconcile(struct sweep *sweep, struct scheduler *scheduler,
              double message_timeout_s, long *n_calls,
              struct reconcile_report *ret_report, struct error *err)
{
    struct reconcile_report report = {0};
    double last_intent;
    bool is_local = scheduler->ops->is_in_front;

    report.n_open = count_open(sweep, &last_intent);
    *ret_report = report;
    if (report.n_open == 0)
        return 0;
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
        if (round == 0 && wait_for_answer_time(last_intent, message_timeout_s, err) < 0)
            return -1;
    }
    if (write_absent(sweep, &report, err) < 0 || sweep_flush(sweep, true, err) < 0)
        return -1;
    *ret_report = report;
    return 0;
}

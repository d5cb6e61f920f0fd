/* submit.h - the submission engine: intent on disk, call, outcome on disk
 *
 * A window of intents is made durable by one fsync; then up to `in_flight` calls run at
 * the same time, no more than `max_rate` a second. Outcomes become durable with the
 * next window. A crash anywhere leaves at most one window of intents without outcome,
 * for reconcile().
 */
#ifndef LAUNCHER_CAMPAIGN_SUBMIT_H
#define LAUNCHER_CAMPAIGN_SUBMIT_H

#include "launcher/campaign/sweep.h"
#include "launcher/script/template.h"
#include "launcher/settings/settings.h"

struct submit_item {
    struct sweep_point *point;
    unsigned number; /* of the attempt */
};

struct submit_options {
    const struct settings *settings;
    const struct template *template;
    const char *job_name;    /* first part of the jobs' names */
    const char *settings_id; /* of the "settings" event */
    size_t in_flight;        /* 1 … 64 */
    double max_rate;         /* submissions a second, 0 no limit */
    double message_timeout_s;
    void (*on_progress)(void *context, size_t done, size_t total); /* may be NULL */
    void *context;
};

struct submit_report {
    size_t n_submitted;
    size_t n_adopted; /* sbatch failed, the job was there */
    long n_calls;     /* calls to the scheduler, all kinds */
};

/* Submit the items in order. Lock held, intents reconciled. Stops at the first refusal
 * for good (ERROR_SCHEDULER with the scheduler's words); what was accepted until then
 * stays, and the report says how many. */
int submit(struct sweep *sweep, struct scheduler *scheduler,
           const struct submit_item *items, size_t n_items,
           const struct submit_options *options, struct submit_report *report,
           struct error *err);

#endif

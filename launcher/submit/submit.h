/* submit.h - the submission engine: intent on disk, call, outcome on disk
 *
 * A submission is a job of one attempt, or an array of many. Intents are made durable
 * by one fsync for several; then up to `in_flight` calls run at the same time, no more
 * than `max_rate` a second, and the next scripts and intents are made while they run.
 * Outcomes become durable with the next intents. A crash anywhere leaves some intents
 * without outcome, for reconcile().
 */
#ifndef LAUNCHER_SUBMIT_SUBMIT_H
#define LAUNCHER_SUBMIT_SUBMIT_H

#include "launcher/scheduler/scheduler.h"
#include "launcher/script/template.h"
#include "launcher/settings/settings.h"
#include "launcher/sweep/sweep.h"

struct submit_item {
    struct sweep_point *point;
    unsigned number; /* of the attempt */
    long long since; /* number of the journal's next event when it was chosen: what is
                        cancelled by that or a later one is not submitted */
    const struct settings *settings; /* borrowed: what it runs with; NULL: as the rest
                                        (campaign_submit() groups by it) */
};

struct submit_options {
    const struct settings *settings;
    const struct template *template;
    const char *job_name;    /* first part of the jobs' names */
    const char *settings_id; /* of the "settings" event */
    size_t in_flight;        /* 1 … SUBMIT_IN_FLIGHT_MAX */
    double max_rate;         /* calls a second, 0 no limit */
    double burst;            /* calls at once before that rate holds; 0 one */
    double message_timeout_s;
    bool is_array;
    size_t array_size;      /* most tasks of an array; 0: SUBMIT_ARRAY_SIZE */
    size_t array_limit;     /* tasks that run at once (%N); 0 no limit */
    size_t n_lanes;         /* chains of afterany; 0 none */
    const char *dependency; /* "afterok:1" of all; NULL or "" none. Replaces the one of
                               the script */
    bool kill_on_invalid_dependency;
    bool is_smoke; /* scripts of points that others will wait for (script.h) */
    /* A scheduler that does not answer, or takes nothing now, is asked for three
     * minutes; where somebody stays, without end. */
    bool is_patient;
    int64_t give_up_ms; /* of the patient: when, monotonic; 0 never */
    void (*on_warning)(void *context, const char *text);           /* may be NULL */
    void (*on_progress)(void *context, size_t done, size_t total); /* may be NULL */
    void *context;
};

#define SUBMIT_IN_FLIGHT_MAX 32
#define SUBMIT_ARRAY_SIZE 1001 /* Slurm's default MaxArraySize: tasks 0 … 1000 */

struct submit_report {
    size_t n_submitted; /* attempts */
    size_t n_adopted;   /* attempts: sbatch failed, the job was there */
    long n_calls;       /* calls to the scheduler, all kinds */
    bool is_asked;      /* the last submit() stopped for one who wants the lock */
    bool is_limited; /* the last submit() stopped at a limit that goes away as jobs end
                      */
    char limit_words[256]; /* what the scheduler said then */
};

/* Submit the items in order. Lock held, intents reconciled. Stops at the first refusal
 * for good (ERROR_SCHEDULER with the scheduler's words) and, without an error, at a
 * limit of jobs (report->is_limited) or for one who wants the lock (is_asked); what was
 * accepted until then stays. */
int submit(struct sweep *sweep, struct scheduler *scheduler,
           const struct submit_item *items, size_t n_items,
           const struct submit_options *options, struct submit_report *report,
           struct error *err);

#endif

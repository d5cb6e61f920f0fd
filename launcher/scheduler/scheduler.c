#include "launcher/scheduler/scheduler.h"

#include <stdlib.h>
#include <strings.h>

#include "launcher/scheduler/local/local.h"
#include "launcher/scheduler/scheduler_ops.h"
#include "launcher/scheduler/simulate/simulate.h"
#include "launcher/scheduler/slurm/slurm_cli.h"

void submit_outcome_release(struct submit_outcome *outcome)
{
    free(outcome->message);
    outcome->message = NULL;
}

/* `auto` never falls back to another. A row that is hidden is in no help and in no list
 * of names. */
static const struct scheduler_row {
    const char *name;
    const struct scheduler_ops *ops;
    bool is_hidden;
} rows[] = {
    {"auto", &slurm_cli_ops, false},   /* the one that queues */
    {"slurm", &slurm_cli_ops, false},  /* its commands */
    {"local", &local_ops, false},      /* processes of this machine */
    {"simulate", &simulate_ops, true}, /* for tests: nothing runs */
};

#define N_ROWS (sizeof rows / sizeof *rows)

static const struct scheduler_row *find(const char *name)
{
    for (size_t i = 0; i < N_ROWS; i++) {
        if (strcasecmp(rows[i].name, name) == 0)
            return &rows[i];
    }
    return NULL;
}

int scheduler_check_name(const char *name, struct error *err)
{
    cleanup_text struct text names = {0};

    if (find(name))
        return 0;
    for (size_t i = 0; i < N_ROWS; i++) {
        if (!rows[i].is_hidden)
            text_addf(&names, "%s%s", i ? ", " : "", rows[i].name);
    }
    return error_set(err, ERROR_USAGE, "there is no scheduler '%s'; there are: %s",
                     name, text_string(&names));
}

bool scheduler_queues_here(void)
{
    for (size_t i = 0; i < N_ROWS; i++) {
        if (rows[i].ops->is_installed && rows[i].ops->is_installed())
            return true;
    }
    return false;
}

int scheduler_open(const char *name, const struct scheduler_options *options,
                   struct scheduler *ret_scheduler, struct error *err)
{
    const struct scheduler_row *row = find(name);

    if (!row)
        return scheduler_check_name(name, err);
    return row->ops->open(options, ret_scheduler, err);
}

void scheduler_close(struct scheduler *scheduler)
{
    if (scheduler->ops)
        scheduler->ops->close(scheduler);
    *scheduler = (struct scheduler){0};
}

bool scheduler_is_open(const struct scheduler *scheduler)
{
    return scheduler->ops != NULL;
}

const char *scheduler_name(const struct scheduler *scheduler)
{
    return scheduler->ops->name;
}

static bool can(const struct scheduler_ops *ops, enum scheduler_ability ability)
{
    switch (ability) {
    case SCHEDULER_RUNS_HERE:
        return ops->runs_here;
    case SCHEDULER_HAS_ARRAYS:
        return ops->has_arrays;
    case SCHEDULER_HAS_DEPENDENCIES:
        return ops->has_dependencies;
    case SCHEDULER_HAS_LIMITS:
        return ops->limits != NULL;
    case SCHEDULER_HAS_SITE:
        return ops->site != NULL;
    case SCHEDULER_HAS_RESERVATIONS:
        return ops->reservations != NULL;
    case SCHEDULER_HAS_PROGRAMS:
        return ops->programs != NULL;
    case SCHEDULER_CAN_ENTER:
        return ops->enter != NULL;
    }
    return false;
}

bool scheduler_named_can(const char *name, enum scheduler_ability ability)
{
    const struct scheduler_row *row = find(name);

    return row && can(row->ops, ability);
}

bool scheduler_can(const struct scheduler *scheduler, enum scheduler_ability ability)
{
    return scheduler->ops && can(scheduler->ops, ability);
}

int scheduler_submit_begin(struct scheduler *scheduler, size_t slot,
                           const struct submit_request *submission, struct error *err)
{
    return scheduler->ops->submit_begin(scheduler, slot, submission, err);
}

int scheduler_submit_next(struct scheduler *scheduler, int timeout_ms, size_t *ret_slot,
                          struct submit_outcome *ret_outcome)
{
    return scheduler->ops->submit_next(scheduler, timeout_ms, ret_slot, ret_outcome);
}

int scheduler_list(struct scheduler *scheduler, struct job_list *ret_jobs,
                   struct error *err)
{
    return scheduler->ops->list(scheduler, ret_jobs, err);
}

int scheduler_history(struct scheduler *scheduler, double since,
                      const struct words *ids, struct job_list *ret_jobs,
                      bool *ret_is_kept, struct error *err)
{
    *ret_is_kept = false;
    if (!scheduler->ops->history)
        return 0;
    return scheduler->ops->history(scheduler, since, ids, ret_jobs, ret_is_kept, err);
}

int scheduler_cancel(struct scheduler *scheduler, const struct words *ids,
                     struct error *err)
{
    return scheduler->ops->cancel(scheduler, ids, err);
}

void scheduler_enter(const struct scheduler *scheduler, const char *job_id,
                     const char *node, bool has_terminal,
                     struct child_command *ret_command)
{
    scheduler->ops->enter(scheduler, job_id, node, has_terminal, ret_command);
}

size_t scheduler_slots(const struct scheduler *scheduler)
{
    return scheduler->ops->slots ? scheduler->ops->slots(scheduler) : 0;
}

double scheduler_message_timeout(struct scheduler *scheduler)
{
    return scheduler->ops->message_timeout ? scheduler->ops->message_timeout(scheduler)
                                           : 0;
}

int scheduler_limits(struct scheduler *scheduler, const char *partition,
                     const char *account, const char *qos,
                     struct scheduler_limits *ret_limits, struct error *err)
{
    *ret_limits = (struct scheduler_limits){0};
    if (!scheduler->ops->limits)
        return 0;
    return scheduler->ops->limits(scheduler, partition, account, qos, ret_limits, err);
}

int scheduler_site(struct scheduler *scheduler, enum site_age age,
                   struct site *ret_site, struct error *err)
{
    *ret_site = (struct site){0};
    return scheduler->ops->site ? scheduler->ops->site(scheduler, age, ret_site, err)
                                : 0;
}

int scheduler_refresh(struct scheduler *scheduler, struct error *err)
{
    return scheduler->ops->refresh ? scheduler->ops->refresh(scheduler, err) : 0;
}

int scheduler_reservations(struct scheduler *scheduler, const char *partition,
                           const char *account, struct site_reservations *ret_list,
                           struct error *err)
{
    *ret_list = (struct site_reservations){0};
    if (!scheduler->ops->reservations)
        return 0;
    return scheduler->ops->reservations(scheduler, partition, account, ret_list, err);
}

const struct wait_reason *scheduler_reason(const struct scheduler *scheduler,
                                           const char *raw)
{
    static const struct wait_reason unknown = {REASON_UNKNOWN, NUMBER_NONE, "", ""};

    return scheduler->ops && scheduler->ops->reason ? scheduler->ops->reason(raw)
                                                    : &unknown;
}

bool scheduler_waits_for_reservation(const struct scheduler *scheduler, const char *raw)
{
    return scheduler->ops && scheduler->ops->waits_for_reservation &&
           scheduler->ops->waits_for_reservation(raw);
}

const struct scheduler_program *scheduler_programs(const struct scheduler *scheduler)
{
    static const struct scheduler_program none = {NULL, false, NULL};

    return scheduler->ops->programs ? scheduler->ops->programs : &none;
}

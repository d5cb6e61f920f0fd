/* scheduler.h - what can be asked of a scheduler, whichever it is
 *
 * A scheduler knows jobs, not points: callers match jobs to attempts by the token at
 * the end of the job's name, or by id. What only some of them can do is an ability: ask
 * scheduler_can(), never for a name. How one is made: scheduler_ops.h and
 * docs/adding-a-scheduler.md.
 */
#ifndef LAUNCHER_SCHEDULER_SCHEDULER_H
#define LAUNCHER_SCHEDULER_SCHEDULER_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <sys/types.h>

#include "launcher/common/error.h"
#include "launcher/common/processes/child.h"
#include "launcher/common/text/text.h"
#include "launcher/scheduler/job.h"
#include "launcher/scheduler/site.h"
#include "launcher/scheduler/wait_reason.h"

/* One submission. All strings borrowed until the submission's outcome is known. */
struct submit_request {
    const char *script;   /* path of the rendered script */
    const char *job_name; /* <job_name>-<token> */
    const char *output;   /* absolute paths of .out and .err; of an array, whose tasks
                             have files of their own, without "-%A_%a.out" */
    const char *error;
    const char *folder;          /* working folder of the job */
    const char *array;           /* "0-99" or "0-99%4": a job array; NULL none */
    const struct words *options; /* more sbatch options, one word each; may be NULL */
    int64_t timeout_ms; /* end the call by then; 0: when the scheduler gives up */
};

enum submit_class {
    SUBMIT_ACCEPTED,   /* job_id is set */
    SUBMIT_REFUSED,    /* for good: bad option, partition, account … */
    SUBMIT_LIMIT,      /* surely not accepted: a limit that goes away as jobs end */
    SUBMIT_DEPENDENCY, /* surely not accepted: a job it depends on is not known */
    SUBMIT_LATER,      /* surely not accepted, try again: the controller is busy */
    SUBMIT_UNKNOWN     /* may have been accepted: reconcile before anything else */
};

struct submit_outcome {
    enum submit_class class;
    char job_id[JOB_ID_SIZE];
    char *message; /* owned: what the scheduler said, one or more lines; "" for none */
};

/* What of one job may be bounded by its partition, QoS or association. */
enum bounded {
    BOUNDED_NODES,
    BOUNDED_CPUS, /* of the whole job, as are the next two */
    BOUNDED_GPUS,
    BOUNDED_MIB,
    BOUNDED_NODE_CPUS, /* on each node */
    BOUNDED_NODE_GPUS,
    BOUNDED_NODE_MIB,
    BOUNDED_COUNT
};

/* 0: no bound of this kind. */
struct scheduler_bound {
    long least, most;
    char least_from[64], most_from[64]; /* what says so: "QoS small, MaxTRESPerJob" */
};

/* What the site allows this user to have, in one partition with one account and QoS.
 * 0 or "": no limit, or not told. */
struct scheduler_limits {
    long max_array_size;  /* array indexes are below it (slurm.conf MaxArraySize) */
    long max_array_tasks; /* SchedulerParameters=max_array_tasks */
    long max_job_count;   /* of all users in the controller's memory */
    long max_submit;      /* this user's jobs in the queue, array tasks counted each */
    char max_submit_from[64];  /* what says so: "QoS normal, MaxSubmitJobsPerUser" */
    long max_running;          /* this user's running jobs */
    char max_running_from[64]; /* what says so */
    long rate_burst;           /* rl_bucket_size of SlurmctldParameters=rl_enable */
    double rate_per_s;         /* rl_refill_rate a rl_refill_period */
    long message_timeout_s, min_job_age_s;
    long max_minutes;          /* the partition's time limit */
    char max_minutes_from[64]; /* "partition gpu, MaxTime" */
    struct scheduler_bound bounds[BOUNDED_COUNT];
    char shut[128];       /* why the partition takes no such job: its accounts or QoS */
    long partition_nodes; /* that it has, also those that no list shows now */
    bool is_sure; /* nothing is known that could lift these: no plugin, no QoS unread */
};

/* Commands run for this scheduler so far, each one or more calls to the controller. */
struct scheduler_calls {
    long submit, list, history, cancel; /* sbatch, squeue, sacct, scancel */
    long other;                         /* scontrol, sinfo, sacctmgr */
};

/* A valid one that is not open is zero. */
struct scheduler {
    const struct scheduler_ops *ops;
    void *state;                         /* owned by the implementation */
    const struct scheduler_calls *calls; /* borrowed until close; NULL: runs none */
};

enum scheduler_ability {
    /* Its jobs are processes of this machine: looking at them costs nothing, there is
     * one node, and somebody stays to start the next ones. The others queue jobs, and
     * go on alone. */
    SCHEDULER_RUNS_HERE,
    SCHEDULER_HAS_ARRAYS,       /* submit_request.array */
    SCHEDULER_HAS_DEPENDENCIES, /* a job starts after others: --dependency */
    SCHEDULER_HAS_LIMITS,       /* scheduler_limits() */
    SCHEDULER_HAS_SITE,         /* scheduler_site() */
    SCHEDULER_HAS_RESERVATIONS, /* scheduler_reservations() */
    SCHEDULER_HAS_PROGRAMS,     /* scheduler_programs(): each call is one to a daemon of
                                   the site, and is counted */
    SCHEDULER_CAN_ENTER         /* scheduler_enter() */
};

struct scheduler_options {
    size_t local_slots; /* jobs at once for `local`, 0 = CPUs / local_cpus */
    size_t local_cpus;  /* CPUs of each local job, 0 = 1 */
    bool has_user;      /* jobs of `user` are listed, as far as the site shows them; */
    uid_t user;         /* else the caller's own */
};

/* ERROR_USAGE, with the names that there are, unless `name` is one. */
int scheduler_check_name(const char *name, struct error *err);

/* Of one that is not open; false for a name that is none. */
bool scheduler_named_can(const char *name, enum scheduler_ability ability);

/* Can jobs be queued from this host, perhaps a login node? */
bool scheduler_queues_here(void);

/* Open by name: "slurm", "local", or "auto" = the one that queues; where it is not
 * installed, an error that names the other (never a silent fall-back). End with
 * scheduler_close(). */
int scheduler_open(const char *name, const struct scheduler_options *options,
                   struct scheduler *ret_scheduler, struct error *err);
/* Also of one that is not open. */
void scheduler_close(struct scheduler *scheduler);
bool scheduler_is_open(const struct scheduler *scheduler);

const char *scheduler_name(const struct scheduler *scheduler); /* "slurm", "local" */

/* One that is not open can do nothing. */
bool scheduler_can(const struct scheduler *scheduler, enum scheduler_ability ability);

/* Begin a submission in `slot` (0 … max_in_flight-1, chosen by the caller, free). An
 * error here means that surely nothing was submitted. */
int scheduler_submit_begin(struct scheduler *scheduler, size_t slot,
                           const struct submit_request *submission, struct error *err);

/* Wait up to timeout_ms for one begun submission to end: 1 and its slot and outcome, or
 * 0. */
int scheduler_submit_next(struct scheduler *scheduler, int timeout_ms, size_t *ret_slot,
                          struct submit_outcome *ret_outcome);

/* The jobs of the caller (or of scheduler_options.user, as far as the site shows them)
 * that it knows now, finished ones too as long as it remembers. One call, whatever the
 * number. ERROR_SCHEDULER: it did not answer (which says nothing about any job). */
int scheduler_list(struct scheduler *scheduler, struct job_list *ret_jobs,
                   struct error *err);

/* Records of ended jobs since `since` (epoch seconds) from accounting; `ids` (may be
 * NULL) narrows. Sets `*ret_is_kept` false when there is no accounting. */
int scheduler_history(struct scheduler *scheduler, double since,
                      const struct words *ids, struct job_list *ret_jobs,
                      bool *ret_is_kept, struct error *err);

/* Ask for the end of jobs, batched. An unknown or ended id is no error. */
int scheduler_cancel(struct scheduler *scheduler, const struct words *ids,
                     struct error *err);

/* Only where SCHEDULER_CAN_ENTER: begin a command that runs inside a job, on one of its
 * nodes, with our standard streams: the words that go before it, and which names of the
 * environment it may not inherit. The caller adds words, and frees with
 * child_command_release(). */
void scheduler_enter(const struct scheduler *scheduler, const char *job_id,
                     const char *node, bool has_terminal,
                     struct child_command *ret_command);

/* Jobs that may run at once because we start them ourselves; 0: the scheduler queues.
 */
size_t scheduler_slots(const struct scheduler *scheduler);

/* Seconds after which a call without an answer surely made no job; 0: there are no such
 * calls. */
double scheduler_message_timeout(struct scheduler *scheduler);

/* The limits that hold for a submission with these words ("" where nothing is asked, so
 * the site's default holds). Read once and cached by the scheduler. A scheduler without
 * limits gives zeros. ERROR_SCHEDULER: no answer. */
int scheduler_limits(struct scheduler *scheduler, const char *partition,
                     const char *account, const char *qos,
                     struct scheduler_limits *ret_limits, struct error *err);

/* What the site says of itself: as it is known (perhaps for a day), or asked anew. A
 * scheduler without a site gives an empty one. End with site_release().
 * ERROR_SCHEDULER: no answer. */
enum site_age { SITE_KNOWN, SITE_NEW };
int scheduler_site(struct scheduler *scheduler, enum site_age age,
                   struct site *ret_site, struct error *err);

/* Forget what is known of the site, limits and reservations too, and ask again. */
int scheduler_refresh(struct scheduler *scheduler, struct error *err);

/* The reservations of the site as far as it tells them, judged for jobs of the caller's
 * with these words ("" where nothing is asked). From what is known; asks only if
 * nothing is. End with site_reservations_release(). ERROR_SCHEDULER: no answer. */
int scheduler_reservations(struct scheduler *scheduler, const char *partition,
                           const char *account, struct site_reservations *ret_list,
                           struct error *err);

/* What a word of job.reason means. Never NULL; REASON_UNKNOWN and "" for one that
 * nobody knows. Also of a scheduler that is not open. */
const struct wait_reason *scheduler_reason(const struct scheduler *scheduler,
                                           const char *raw);

/* May a reservation be what a job with this reason waits for? */
bool scheduler_waits_for_reservation(const struct scheduler *scheduler,
                                     const char *raw);

/* A program that the scheduler runs, for a look whether it is installed. */
struct scheduler_program {
    const char *name; /* answers to --version */
    bool is_needed;
    const char *without; /* what cannot be had: "the queue cannot be read" */
};

/* Borrowed; ends with a row whose name is NULL, which may be the first. */
const struct scheduler_program *scheduler_programs(const struct scheduler *scheduler);

void submit_outcome_release(struct submit_outcome *outcome);

#endif

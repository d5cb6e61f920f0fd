/* attempt.h - one submission of a point, and what is known of its job
 *
 * What the journal says is set by replay.h alone. What this process saw of the job, in
 * the queue or in accounting, is `seen` and the members beside it; it is never written.
 */
#ifndef LAUNCHER_SWEEP_ATTEMPT_H
#define LAUNCHER_SWEEP_ATTEMPT_H

#include <jansson.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "collector/outcome/outcome.h"
#include "collector/outcome/states.h"
#include "launcher/scheduler/job.h"

#define TOKEN_SIZE 13 /* 12 hex digits and a NUL */

struct sweep_point;

enum attempt_phase {
    ATTEMPT_INTENT, /* on disk before the scheduler was called; its outcome is not known
                     */
    ATTEMPT_ACCEPTED, /* has a job */
    ATTEMPT_REFUSED,  /* the scheduler said no: not a run */
    ATTEMPT_ABSENT    /* proven never to have been accepted */
};

/* One submission of many attempts: a job array. Its token is the tail of the jobs'
 * name; task k is attempts[k]. */
struct array {
    char token[TOKEN_SIZE];
    char job_id[JOB_ID_SIZE];  /* of the whole array; "" unless accepted */
    struct attempt **attempts; /* owned list, by task index; NULL where not known */
    size_t n_attempts, cap_attempts;
};

struct attempt {
    struct sweep_point *point; /* borrowed */
    unsigned number;           /* 1, 2, … shown as r2 in file names */
    enum attempt_phase phase;
    char token[TOKEN_SIZE];   /* its own, also as a task of an array */
    char job_id[JOB_ID_SIZE]; /* "" unless accepted; "123_4" as a task of an array */
    struct array *array;      /* borrowed; NULL: a job of its own */
    size_t task;              /* its index in the array */
    long lane; /* the chain of afterany that it was submitted into (lanes.h); -1 none */
    char *base;        /* owned: path of its files in the folder, without suffix */
    char *output_base; /* owned: of .out and .err, where Slurm writes them elsewhere (a
                          task of an accepted array); NULL: base */
    char *settings_id; /* owned: which "settings" event it ran with; "" */
    double intent_at, accepted_at; /* epoch seconds */
    bool is_cancel_asked;          /* by raylaunch cancel */
    char *refusal;                 /* owned: the scheduler's words; "" */

    /* final knowledge, from the journal's "final" event */
    bool is_final;
    enum state state;
    double final_at; /* when that was written down, epoch seconds */
    long long final_seq;
    json_t *final; /* owned: the whole event (cause, message, times …) */

    /* live knowledge of this process only */
    bool is_listed;  /* the last list() had it */
    bool was_listed; /* some list() of ours had it */
    double gone_at;  /* monotonic seconds when it was first not listed; 0 */
    struct job seen; /* last seen in the queue or in accounting; zero if never */
    bool is_seen;
    bool is_accounting_asked;             /* after it left the queue */
    int64_t files_next_ms, files_step_ms; /* when its files are looked at again */
};

void attempt_free(struct attempt *attempt);

/* Could this be the token of an attempt or an array? */
bool attempt_is_token(const char *word);

/* Is this attempt accepted (or perhaps accepted) and not final? */
bool attempt_is_live(const struct attempt *attempt);

/* What is known of the attempt's job, for the outcome. */
enum job_witness attempt_witness(const struct attempt *attempt);

/* Keep what the queue or accounting says of the attempt's job (the strings are copied).
 * What only the other one of them tells, of the same end, stays. */
void attempt_set_seen(struct attempt *attempt, const struct job *job);

#endif

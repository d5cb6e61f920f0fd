/* sweep.h - a sweep's folder and what its journal says: points and their attempts
 *
 * The model is only what points.jsonl and journal.jsonl hold, replayed in order; every
 * change goes through sweep_event(), which writes to the journal's batch and applies
 * the same event to the model. docs/formats.md describes both files.
 *
 * Not thread-safe. Pointers to points and attempts stay valid until sweep_close().
 */
#ifndef LAUNCHER_SWEEP_SWEEP_H
#define LAUNCHER_SWEEP_SWEEP_H

#include <jansson.h>
#include <stdbool.h>
#include <stddef.h>

#include "collector/outcome/states.h"
#include "launcher/common/error.h"
#include "launcher/common/map.h"
#include "launcher/plan/plan.h"
#include "launcher/scheduler/job.h"
#include "launcher/sweep/journal.h"
#include "launcher/sweep/lock.h"

#define TOKEN_SIZE 13        /* 12 hex digits and a NUL */
#define ARRAY_OUTPUT "array" /* output files of tasks: array-<job id>_<task>.out */
#define SHARD_POINTS 1000    /* points in one folder, so that ls stays quick */

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

/* When accounting is asked again for what it did not know (accounting.h). */
struct accounting_pace {
    int64_t next_ms, step_ms; /* monotonic; 0 at first */
    bool is_off;              /* the cluster keeps none */
};

struct sweep_point {
    struct point point;
    struct attempt **attempts; /* owned, in journal order */
    size_t n_attempts, cap_attempts;
};

/* The small job that makes the table when a detached sweep has ended (collect_job.h).
 */
struct collect_attempt {
    char token[TOKEN_SIZE];   /* of its last submission; "" never */
    char job_id[JOB_ID_SIZE]; /* "" unless accepted */
    bool is_open;             /* the outcome of that submission is not known */
};

struct sweep {
    char *path;                  /* owned: absolute folder */
    char *name;                  /* owned */
    struct words literal;        /* the command's words that are not parameters */
    char *folder;                /* owned: working folder of the jobs */
    bool has_started;            /* the journal holds the "sweep" event */
    struct sweep_point **points; /* owned */
    size_t n_points, cap_points;
    size_t n_attempts;
    struct map by_id;      /* point id → index */
    struct map by_token;   /* token → index into by_order */
    struct array **arrays; /* owned, in journal order */
    size_t n_arrays, cap_arrays;
    struct map by_array;       /* token of an array → index into arrays */
    struct attempt **by_order; /* owned array: every attempt, in journal order */
    size_t cap_order;
    char *settings_id;       /* owned: of the last "settings" event */
    json_t *settings_events; /* owned object: id → event */
    long long archived_seq,
        changed_seq; /* of the last "archived" and the last "final" event */
    struct collect_attempt collect;
    struct accounting_pace accounting; /* of this process */
    struct journal journal;
    struct lock lock;
    uint64_t points_read_to; /* bytes of points.jsonl */
};

/* Open a folder; it need not exist yet (then it is empty and nothing is made). */
int sweep_open(const char *path, struct sweep **ret_sweep, struct error *err);
void sweep_close(struct sweep *sweep);

/* Read what other processes appended since. */
int sweep_refresh(struct sweep *sweep, struct error *err);

/* Make the folder if needed, take the lock (waiting up to wait_ms) and refresh. */
int sweep_lock(struct sweep *sweep, int wait_ms, struct error *err);
void sweep_unlock(struct sweep *sweep);

/* First use: remember command and working folder. Later: refuse another one by name
 * (ERROR_USAGE). Lock held. */
int sweep_begin(struct sweep *sweep, const struct words *literal, const char *folder,
                struct error *err);

/* Check the same without a lock and without writing. */
int sweep_check_command(const struct sweep *sweep, const struct words *literal,
                        const char *folder, struct error *err);

/* Append the plan's points that are not there yet (durable); `ret_indexes[i]` is where
 * plan->points[i] stands in the sweep. Lock held. */
int sweep_add_points(struct sweep *sweep, const struct plan *plan, size_t *ret_indexes,
                     struct error *err);
bool sweep_find_point(const struct sweep *sweep, const char *id, size_t *ret_index);

/* Write an event to the journal's batch and apply it. `event` is taken. Lock held;
 * sweep_flush() makes it real. */
int sweep_event(struct sweep *sweep, const char *name, json_t *event,
                struct error *err);
int sweep_flush(struct sweep *sweep, bool is_durable, struct error *err);

/* The attempt that counts: the last one that was not refused nor absent. NULL: none. */
struct attempt *sweep_attempt(const struct sweep_point *point);

/* Base path (in the folder) for attempt `number` of a point; owned. */
char *sweep_base(const struct sweep *sweep, const struct sweep_point *point,
                 unsigned number);

/* Absolute path of an attempt's file: suffix ".out", ".verdict.json", … Owned. */
char *attempt_path(const struct sweep *sweep, const struct attempt *attempt,
                   const char *suffix);

struct attempt *sweep_by_token(const struct sweep *sweep, const char *token);
struct array *sweep_array(const struct sweep *sweep, const char *token);

#endif

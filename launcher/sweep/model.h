/* model.h - what a sweep's points.jsonl and journal.jsonl hold: points and attempts
 *
 * Only sweep.h opens, refreshes and changes it. Pointers to points and attempts stay
 * valid until sweep_close().
 */
#ifndef LAUNCHER_SWEEP_MODEL_H
#define LAUNCHER_SWEEP_MODEL_H

#include <jansson.h>
#include <stdbool.h>
#include <stddef.h>

#include "launcher/common/map.h"
#include "launcher/plan/plan.h"
#include "launcher/sweep/attempt.h"
#include "launcher/sweep/journal.h"
#include "launcher/sweep/lock.h"

/* What is told of a point that was cancelled before it had a job. */
#define SWEEP_NEVER_SUBMITTED "cancelled before it was submitted"

#define SHARD_POINTS 1000 /* points in one folder, so that ls stays quick */

/* When accounting is asked again for what it did not know (accounting.h). */
struct accounting_pace {
    int64_t next_ms, step_ms; /* monotonic; 0 at first */
    bool is_off;              /* the cluster keeps none */
};

struct sweep_point {
    struct point point;
    struct attempt **attempts; /* owned, in journal order */
    size_t n_attempts, cap_attempts;
    long long cancel_seq; /* of the last event that cancelled it; 0 never */
    bool is_cancelled;    /* and no attempt came after */
};

/* The small job that makes the table when a detached sweep has ended (collect_job.h).
 */
struct collect_attempt {
    char token[TOKEN_SIZE];   /* of its last submission; "" never */
    char job_id[JOB_ID_SIZE]; /* "" unless accepted */
    bool is_open;             /* the outcome of that submission is not known */
};

/* Who began the sweep, by its journal; before that, and of an older one, whose folder
 * it is. Absence can be judged for this user's jobs alone. */
struct sweep_user {
    char name[33]; /* "" not known */
    uid_t uid;
    bool is_caller;
};

struct sweep {
    char *path;                  /* owned: absolute folder */
    char *name;                  /* owned */
    struct words literal;        /* the command's words that are not parameters */
    char *folder;                /* owned: working folder of the jobs */
    struct sweep_user user;      /* whose jobs they are */
    bool is_others;              /* the folder is not the caller's: it is only read */
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
        changed_seq; /* of the last event archived and the last event final */
    struct words archived_sums; /* SHA-256 of every archive that was written */
    struct collect_attempt collect;
    struct accounting_pace accounting; /* of this process */
    struct journal journal;
    struct lock lock;
    uint64_t points_read_to; /* bytes of points.jsonl */
};

/* Can this be the name of a sweep, its folder and its jobs: letters, digits, '.', '_'
 * and '-', at most 128, and neither '.' nor '-' first? */
bool sweep_is_name(const char *name);

bool sweep_find_point(const struct sweep *sweep, const char *id, size_t *ret_index);

/* The attempt that counts: the last one that was not refused nor absent. NULL: none. */
struct attempt *sweep_attempt(const struct sweep_point *point);

/* Base path (in the folder) for attempt `number` of a point; owned. */
char *sweep_base(const struct sweep *sweep, const struct sweep_point *point,
                 unsigned number);

/* Absolute path of an attempt's file: suffix ".out", ".verdict.json", … Owned. */
char *attempt_path(const struct sweep *sweep, const struct attempt *attempt,
                   const char *suffix);

/* The state of one point as known now, without opening its files. Cancelled is also one
 * that was told to end before it had an attempt. */
enum state sweep_state(const struct sweep_point *point);

struct sweep_counts {
    size_t total;
    size_t by_state[STATE_COUNT];
    size_t n_final, n_live;
};

/* States of `points` (indexes; NULL: the first so many) as known now. */
void sweep_count(const struct sweep *sweep, const size_t *points, size_t n_points,
                 struct sweep_counts *ret_counts);

/* Attempts that live, or may. */
size_t sweep_count_live(const struct sweep *sweep);

struct attempt *sweep_by_token(const struct sweep *sweep, const char *token);
struct array *sweep_array(const struct sweep *sweep, const char *token);

#endif

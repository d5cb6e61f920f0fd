/* job.h - what a scheduler tells of its jobs: one record, and a list of them
 *
 * Schedulers fill lists from the queue and from accounting; callers match jobs to
 * attempts by the token at the end of the job's name, or by id.
 */
#ifndef LAUNCHER_SCHEDULER_JOB_H
#define LAUNCHER_SCHEDULER_JOB_H

#include <stdbool.h>
#include <stddef.h>

#include "collector/outcome/states.h"

#define JOB_ID_SIZE 64
#define JOB_SIMULATED "simulated: nothing ran" /* reason and warning of such jobs */

struct job {
    char id[JOB_ID_SIZE]; /* "123", array tasks "123_4" */
    char *name;           /* owned */
    enum state state;     /* never a state that only raylaunch knows */
    char *raw_state;      /* owned: the scheduler's word */
    char *reason;         /* owned: why pending, why ended; "" none */
    char *nodes;          /* owned: node list as the scheduler writes it; "" */
    char *output;         /* owned: path of stdout if the scheduler tells, else "" */
    char *script;         /* owned: path of the script it was submitted with, else "" */
    double submitted_at, started_at, ended_at; /* epoch seconds, 0 unknown */
    double expected_at; /* of one that waits: when it may start; of one that runs: when
                           its time limit ends it; 0 unknown */
    int exit_code;      /* -1 unknown */
    int signal;         /* 0 none */
    long max_rss_mib;   /* most memory of a task of a job that ended for its memory; 0
                           unknown */
    long cancelled_by;  /* uid, -1 unknown or nobody */
    bool is_simulated;  /* nothing ran: a scheduler for tests made it up */
    bool is_refusal; /* the FAILED record of a refused submission (BadConstraints): not
                        a run */
};

struct job_list {
    struct job *jobs; /* owned */
    size_t count, cap;
};

/* A new last one, zeroed, its strings ""; borrowed until the next add. */
struct job *job_list_add(struct job_list *list);
void job_list_release(struct job_list *list);

/* `*to` becomes a copy of `from` with texts of its own; what it held before is freed.
 */
void job_copy(struct job *to, const struct job *from);
void job_release(struct job *job);

#endif

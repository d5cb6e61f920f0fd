/* submission.h - one submission: a job of one attempt, or an array of many
 *
 * What both have in common for the engine (submit.c): files and intents are made, a
 * call begins, and its outcome is noted by one event.
 */
#ifndef LAUNCHER_SUBMIT_SUBMISSION_H
#define LAUNCHER_SUBMIT_SUBMISSION_H

#include "launcher/scheduler/scheduler.h"
#include "launcher/script/script.h"
#include "launcher/submit/lanes.h"
#include "launcher/submit/submit.h"
#include "launcher/sweep/events.h"
#include "launcher/sweep/runtime_folder.h"

enum submission_state {
    SUBMISSION_FREE,
    SUBMISSION_PREPARED, /* its intents are in the journal's batch */
    SUBMISSION_READY,    /* they are on disk */
    SUBMISSION_RUNNING,  /* its call runs */
    SUBMISSION_UNKNOWN   /* its call ended, and a job may exist */
};

struct submission {
    enum submission_state state;
    size_t order;              /* of preparation */
    size_t *items;             /* owned: indexes into submit()'s items */
    struct attempt **attempts; /* owned list, of the same length */
    size_t count;
    char array[TOKEN_SIZE];                           /* its token; "" for a job */
    char *script, *output, *error, *job_name, *range; /* owned; no range: a job */
    struct words options;
    long lane;
    double began; /* monotonic seconds */
};

/* What is the same for all units of a call of submit(). */
struct submission_builder {
    struct sweep *sweep;                  /* borrowed */
    const struct submit_options *options; /* borrowed */
    struct script_form *form;             /* owned: of the jobs' scripts */
    char *folder;                         /* owned: made last */
    struct runtime_folder runtime;        /* empty: the template needs none */
    unsigned looks;                       /* script_request's fs_grace */
};

int submission_builder_init(struct submission_builder *maker, struct sweep *sweep,
                            const struct submit_options *options, struct error *err);
void submission_builder_release(struct submission_builder *maker);

/* Before each call: what the job will run is on disk as it should be, or is put back.
 */
int submission_builder_confirm(struct submission_builder *maker, struct error *err);

/* Write script and table and put the intents into the batch. `indexes` is taken; on
 * failure what is in the batch already belongs to the unit all the same. */
int submission_prepare(struct submission_builder *maker,
                       const struct submit_item *items, size_t *indexes, size_t count,
                       long lane, struct submission *unit, struct error *err);

/* What the scheduler is told; the dependency is of now. Borrowed from the unit. */
struct submit_request submission_request(const struct submission_builder *maker,
                                         struct submission *unit,
                                         const struct lanes *lanes);

/* Put the outcome into the batch: one event. `key` NULL: no more members. */
int submission_note(struct sweep *sweep, const struct submission *unit,
                    enum event event, const char *key, const char *value,
                    struct error *err);

/* The id of its job or array if it was accepted or adopted, else "". Borrowed. */
const char *submission_job_id(const struct sweep *sweep, const struct submission *unit);

void submission_release(struct submission *unit); /* and SUBMISSION_FREE */

#endif

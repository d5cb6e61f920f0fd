/* submit_unit.h - one submission: a job of one attempt, or an array of many
 *
 * What both have in common for the engine (submit.c): files and intents are made, a
 * call begins, and its outcome is noted by one event.
 */
#ifndef LAUNCHER_CAMPAIGN_SUBMIT_UNIT_H
#define LAUNCHER_CAMPAIGN_SUBMIT_UNIT_H

#include "launcher/campaign/lanes.h"
#include "launcher/campaign/submit.h"
#include "launcher/script/script.h"

enum unit_state {
    UNIT_FREE,
    UNIT_PREPARED, /* its intents are in the journal's batch */
    UNIT_READY,    /* they are on disk */
    UNIT_RUNNING,  /* its call runs */
    UNIT_UNKNOWN   /* its call ended, and a job may exist */
};

struct unit {
    enum unit_state state;
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
struct unit_maker {
    struct sweep *sweep;                  /* borrowed */
    const struct submit_options *options; /* borrowed */
    struct script_form *form;             /* owned: of the jobs' scripts */
    char *folder;                         /* owned: made last */
};

int unit_maker_init(struct unit_maker *maker, struct sweep *sweep,
                    const struct submit_options *options, struct error *err);
void unit_maker_release(struct unit_maker *maker);

/* Write script and table and put the intents into the batch. `indexes` is taken; on
 * failure what is in the batch already belongs to the unit all the same. */
int unit_prepare(struct unit_maker *maker, const struct submit_item *items,
                 size_t *indexes, size_t count, long lane, struct unit *unit,
                 struct error *err);

/* What the scheduler is told; the dependency is of now. Borrowed from the unit. */
struct submission unit_submission(const struct unit_maker *maker, struct unit *unit,
                                  const struct lanes *lanes);

/* Put the outcome into the batch: one event. `key` NULL: no more members. */
int unit_note(struct sweep *sweep, const struct unit *unit, const char *event,
              const char *key, const char *value, struct error *err);

/* The id of its job or array if it was accepted or adopted, else "". Borrowed. */
const char *unit_job_id(const struct sweep *sweep, const struct unit *unit);

void unit_release(struct unit *unit); /* and UNIT_FREE */

#endif

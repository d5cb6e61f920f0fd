/* submit_engine.h - the engine: what submit.c and submit_outcome.c share
 *
 * An item is one new attempt of one point, as the caller of submit() listed it: to do,
 * taken, done. A submission is what one call to the scheduler submits: the job of one
 * item, or an array of many (submission.h). The engine is the loop that turns items
 * into submissions, keeps several of them under way, and turns their outcomes into
 * events of the journal:
 *
 *   to do → prepared   script written, intent in the journal's batch; the item is taken
 *   prepared → ready   one flush has made the intents of several durable
 *   ready → running    the call has begun: rate_limiter.h says when, lanes.h behind
 *                      which jobs
 *   running → free     the outcome is clear, its event in the batch; the item is done,
 *                      or to do again (the scheduler said "not now")
 *   running → unknown  a job may exist: nothing more begins until reconcile.h knows
 *
 * It lives as long as the call of submit(), in one process and one thread, with the
 * sweep's lock held. Nobody else includes this.
 */
#ifndef LAUNCHER_SUBMIT_SUBMIT_ENGINE_H
#define LAUNCHER_SUBMIT_SUBMIT_ENGINE_H

#include "launcher/submit/rate_limiter.h"
#include "launcher/submit/submission.h"

#define ENGINE_SUBMISSIONS 128

enum item_state { ITEM_TODO, ITEM_TAKEN, ITEM_DONE };

/* Why nothing more begins. */
enum halt {
    HALT_NONE,
    HALT_UNKNOWN, /* until it is clear what became of a call */
    HALT_LIMIT,
    HALT_ASKED, /* another process wants the lock (lock_asked.h) */
    HALT_REFUSED,
    HALT_ERROR
};

struct engine {
    struct sweep *sweep;
    struct scheduler *scheduler;
    const struct submit_options *options;
    struct submit_report *report;
    const struct submit_item *items;
    unsigned char *states; /* owned: enum item_state of each item */
    size_t n_items, n_done, n_todo;
    size_t cursor; /* no item before it is to do */
    struct submission units[ENGINE_SUBMISSIONS];
    size_t order;
    struct submission_builder maker;
    struct rate_limiter pace;
    struct lanes lanes;
    size_t array_size;
    int64_t asked_ms; /* when lock_asked.h is looked at again, monotonic */
    bool has_batch;   /* intents or outcomes that no flush has made durable */
    enum halt halt;
    char *refusal;    /* owned: the words of a refusal for good */
    char *trouble;    /* owned: the last words of "not now" or of an unknown outcome */
    struct error why; /* with HALT_ERROR */
};

/* Note what an ended call means: its unit is done, put back, or unknown. */
int engine_take_outcome(struct engine *engine, struct submission *unit,
                        const struct submit_outcome *outcome, struct error *err);

/* What was prepared but never begun: its items are to do again. */
int engine_put_back_waiting(struct engine *engine, struct error *err);

/* Find out what became of the calls without a clear outcome; none runs. */
int engine_clear_unknown(struct engine *engine, struct error *err);

#endif

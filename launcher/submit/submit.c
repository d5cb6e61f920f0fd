#include "launcher/submit/submit.h"

#include <stdlib.h>

#include "launcher/common/clock.h"
#include "launcher/common/memory.h"
#include "launcher/common/processes/interrupt.h"
#include "launcher/submit/submit_engine.h"
#include "launcher/sweep/lock_asked.h"

#define ASKED_PAUSE_MS 1000

static size_t count_submissions(const struct engine *engine,
                                enum submission_state state)
{
    size_t count = 0;

    for (size_t i = 0; i < ENGINE_SUBMISSIONS; i++)
        count += engine->units[i].state == state;
    return count;
}

/* Hear one call that has ended, within timeout_ms; without calls, sleep so long. */
static int hear(struct engine *engine, int timeout_ms, struct error *err)
{
    struct submit_outcome outcome = {0};
    size_t slot;

    if (engine->pace.n_running == 0) {
        if (timeout_ms > 0)
            interrupt_sleep_ms(timeout_ms);
        return 0;
    }
    if (scheduler_submit_next(engine->scheduler, timeout_ms, &slot, &outcome) <= 0)
        return 0;
    int rc = engine_take_outcome(engine, &engine->units[slot], &outcome, err);
    submit_outcome_release(&outcome);
    return rc;
}

/* The oldest unit that waits and whose lane is free. */
static struct submission *next_ready(struct engine *engine)
{
    struct submission *oldest = NULL;

    for (size_t i = 0; i < ENGINE_SUBMISSIONS; i++) {
        struct submission *unit = &engine->units[i];
        if (unit->state == SUBMISSION_READY &&
            lanes_is_free(&engine->lanes, unit->lane) &&
            (!oldest || unit->order < oldest->order))
            oldest = unit;
    }
    return oldest;
}

/* Begin one call if pace and lanes allow, and the lock is still ours: we may have slept
 * since its intent was made durable. 1: begun. */
static int begin_one(struct engine *engine, struct error *err)
{
    double now = clock_monotonic_s();
    double wait = rate_limiter_wait(&engine->pace, now);
    struct submission *unit = wait > 0 || wait < 0 ? NULL : next_ready(engine);

    if (!unit)
        return 0;
    if (lock_confirm(&engine->sweep->lock, err) < 0 ||
        submission_builder_confirm(&engine->maker, err) < 0)
        return -1;
    struct submit_request submission =
        submission_request(&engine->maker, unit, &engine->lanes);
    engine->report->n_calls++;
    if (scheduler_submit_begin(engine->scheduler, (size_t)(unit - engine->units),
                               &submission, err) < 0)
        return -1;
    unit->state = SUBMISSION_RUNNING;
    unit->began = now;
    lanes_begin(&engine->lanes, unit->lane);
    rate_limiter_begin(&engine->pace, now);
    return 1;
}

static int flush(struct engine *engine, struct error *err)
{
    engine->has_batch = false;
    if (lock_confirm(&engine->sweep->lock, err) < 0 ||
        sweep_flush(engine->sweep, true, err) < 0)
        return -1;
    for (size_t i = 0; i < ENGINE_SUBMISSIONS; i++) {
        if (engine->units[i].state == SUBMISSION_PREPARED)
            engine->units[i].state = SUBMISSION_READY;
    }
    return 0;
}

static size_t take_indexes(struct engine *engine, size_t *indexes, size_t most)
{
    size_t count = 0;

    for (; engine->cursor < engine->n_items && count < most; engine->cursor++) {
        if (engine->states[engine->cursor] != ITEM_TODO)
            continue;
        engine->states[engine->cursor] = ITEM_TAKEN;
        indexes[count++] = engine->cursor;
    }
    engine->n_todo -= count;
    return count;
}

static int prepare_one(struct engine *engine, struct error *err)
{
    size_t most = engine->options->is_array ? engine->array_size : 1;
    struct submission *unit = engine->units;

    while (unit->state != SUBMISSION_FREE)
        unit++;
    most = most < engine->n_todo ? most : engine->n_todo;
    size_t *indexes = xcalloc(most, sizeof *indexes);
    size_t count = take_indexes(engine, indexes, most);
    engine->has_batch = true;
    int rc = submission_prepare(&engine->maker, engine->items, indexes, count,
                                lanes_take(&engine->lanes), unit, err);
    unit->order = engine->order++;
    return rc;
}

/* How many submissions should wait, ready or nearly so. Until one was accepted: one,
 * because what is wrong with all of them shows on it. */
static size_t wanted_stock(const struct engine *engine)
{
    size_t calls = rate_limiter_in_flight(&engine->pace);

    if (!engine->pace.has_accepted)
        return calls > engine->pace.n_running ? 1 : 0;
    if (engine->options->is_array)
        return 1;
    return calls * 16 < ENGINE_SUBMISSIONS - SUBMIT_IN_FLIGHT_MAX
               ? calls * 16
               : ENGINE_SUBMISSIONS - SUBMIT_IN_FLIGHT_MAX;
}

/* Make scripts and intents while calls run. 1: something was done. */
static int restock(struct engine *engine, bool *is_filling, struct error *err)
{
    size_t n_ready = count_submissions(engine, SUBMISSION_READY);
    size_t n_prepared = count_submissions(engine, SUBMISSION_PREPARED);
    size_t stock = wanted_stock(engine);

    if (n_ready + n_prepared <= stock / 2)
        *is_filling = true;
    if (n_ready + n_prepared >= stock || engine->n_todo == 0)
        *is_filling = false;
    if (*is_filling)
        return prepare_one(engine, err) < 0 ? -1 : 1;
    if (n_prepared > 0)
        return flush(engine, err) < 0 ? -1 : 1;
    return 0;
}

static int wait_ms(struct engine *engine)
{
    double wait = rate_limiter_wait(&engine->pace, clock_monotonic_s());

    if (wait < 0 || wait > 1 || !next_ready(engine))
        return 1000;
    return wait > 0.001 ? (int)(wait * 1000) : 1;
}

/* Does `cancel` wait for us? Looked at once a second. */
static bool is_asked(struct engine *engine)
{
    int64_t now = clock_monotonic_ms();

    if (now < engine->asked_ms)
        return false;
    engine->asked_ms = now + ASKED_PAUSE_MS;
    return lock_is_asked(engine->sweep->path);
}

/* Until nothing is to do, or something halts it. */
static int run(struct engine *engine, struct error *err)
{
    bool is_filling = false;

    while (engine->halt == HALT_NONE && interrupt_count() == 0) {
        if (is_asked(engine)) {
            engine->halt = HALT_ASKED;
            engine->report->is_asked = true;
            return 0;
        }
        int rc = begin_one(engine, err);
        if (rc == 0)
            rc = restock(engine, &is_filling, err);
        if (rc < 0)
            return -1;
        if (rc > 0) {
            if (hear(engine, 0, err) < 0)
                return -1;
            continue;
        }
        if (engine->n_todo == 0 && engine->pace.n_running == 0 && !next_ready(engine))
            return 0;
        if (lock_confirm(&engine->sweep->lock, err) < 0 || /* its heartbeat */
            hear(engine, wait_ms(engine), err) < 0)
            return -1;
    }
    return 0;
}

/* The first Ctrl-C lets the calls that run end, the second does not wait for them. */
static bool must_leave(const struct engine *engine)
{
    size_t n_running = engine->pace.n_running;
    cleanup_text struct text text = {0};

    if (!interrupt_is_pending())
        return false;
    if (interrupt_count() > 1)
        return true;
    interrupt_answer();
    text_addf(&text, "stopping when %zu submission%s answered (again: at once)",
              n_running, n_running == 1 ? " has" : "s have");
    if (engine->options->on_warning)
        engine->options->on_warning(engine->options->context, text_string(&text));
    return false;
}

/* Hear the calls that run, put back what was never begun, and make all durable. Calls
 * that are left keep their intents open, and the next command finds out what became of
 * them. */
static int settle_calls(struct engine *engine, struct error *err)
{
    int rc = 0;

    while (engine->pace.n_running > 0 && !must_leave(engine)) {
        if (rc == 0)
            rc = lock_confirm(&engine->sweep->lock, err); /* its heartbeat */
        if (hear(engine, 1000, rc == 0 ? err : NULL) < 0)
            rc = -1;
    }
    if (engine_put_back_waiting(engine, rc == 0 ? err : NULL) < 0)
        rc = -1;
    if (engine->has_batch && flush(engine, rc == 0 ? err : NULL) < 0)
        rc = -1;
    if (rc == 0 && engine->pace.n_running > 0)
        rc = interrupt_error(err,
                             "while %zu submission%s had no answer; type the command "
                             "again: it finds out what became of it",
                             engine->pace.n_running,
                             engine->pace.n_running == 1 ? "" : "s");
    return rc;
}

/* What stays of the last unknown calls is known; then on, until the end. */
static int run_all(struct engine *engine, struct error *err)
{
    int rc =
        submission_builder_init(&engine->maker, engine->sweep, engine->options, err);

    while (rc == 0) {
        rc = run(engine, err);
        if (settle_calls(engine, rc == 0 ? err : NULL) < 0)
            rc = -1;
        if (rc < 0 || count_submissions(engine, SUBMISSION_UNKNOWN) == 0)
            break;
        if (interrupt_count() > 0)
            return interrupt_error(err,
                                   "before it was clear whether every submission has a "
                                   "job; type the command again: it finds out");
        rc = engine_clear_unknown(engine, err);
        if (engine->halt != HALT_NONE)
            break;
    }
    if (rc < 0)
        return -1;
    if (engine->halt == HALT_REFUSED)
        return error_set(err, ERROR_SCHEDULER, "%s refused the job: %s",
                         scheduler_name(engine->scheduler), engine->refusal);
    if (engine->halt == HALT_ERROR)
        return error_set(err, engine->why.kind, "%s", engine->why.text);
    return 0;
}

int submit(struct sweep *sweep, struct scheduler *scheduler,
           const struct submit_item *items, size_t n_items,
           const struct submit_options *options, struct submit_report *report,
           struct error *err)
{
    size_t in_flight = options->in_flight < SUBMIT_IN_FLIGHT_MAX ? options->in_flight
                                                                 : SUBMIT_IN_FLIGHT_MAX;
    struct engine engine = {.sweep = sweep,
                            .scheduler = scheduler,
                            .options = options,
                            .report = report,
                            .items = items,
                            .n_items = n_items,
                            .n_todo = n_items};

    report->is_limited = report->is_asked = false;
    engine.states = xcalloc(n_items, 1);
    engine.array_size = options->array_size ? options->array_size : SUBMIT_ARRAY_SIZE;
    rate_limiter_init(&engine.pace, in_flight, options->max_rate, options->burst,
                      clock_monotonic_s());
    lanes_init(&engine.lanes, sweep, options->n_lanes);
    int rc = run_all(&engine, err);
    for (size_t i = 0; i < ENGINE_SUBMISSIONS; i++)
        submission_release(&engine.units[i]);
    submission_builder_release(&engine.maker);
    lanes_release(&engine.lanes);
    free(engine.states);
    free(engine.refusal);
    free(engine.trouble);
    return rc;
}

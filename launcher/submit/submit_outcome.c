/* submit_outcome.c - what the engine does with the outcome of a call */
#include <stdio.h>
#include <string.h>

#include "launcher/common/clock.h"
#include "launcher/common/memory.h"
#include "launcher/common/processes/interrupt.h"
#include "launcher/jobs/reconcile.h"
#include "launcher/submit/submit_engine.h"

#define LATER_ROUNDS 8 /* 1+2+4+…+60 s of "not now" in a row, then the user decides */
#define LONGEST_PAUSE_MS 60000

static void set_items(struct engine *engine, const struct submission *unit,
                      enum item_state state)
{
    for (size_t i = 0; i < unit->count; i++)
        engine->states[unit->items[i]] = (unsigned char)state;
    if (state == ITEM_DONE) {
        engine->n_done += unit->count;
    } else if (unit->count > 0) {
        engine->n_todo += unit->count;
        if (unit->items[0] < engine->cursor)
            engine->cursor = unit->items[0];
    }
}

static void return_items(struct engine *engine, struct submission *unit)
{
    set_items(engine, unit, ITEM_TODO);
    lanes_end(&engine->lanes, unit->lane, NULL);
    submission_release(unit);
}

/* It surely has no job: its items are to do again. */
static int put_back(struct engine *engine, struct submission *unit, const char *message,
                    struct error *err)
{
    int rc = submission_note(engine->sweep, unit, EVENT_ABSENT,
                             message ? "message" : NULL, message, err);

    engine->has_batch = true;
    return_items(engine, unit);
    return rc;
}

int engine_put_back_waiting(struct engine *engine, struct error *err)
{
    int rc = 0;

    for (size_t i = 0; i < ENGINE_SUBMISSIONS; i++) {
        struct submission *unit = &engine->units[i];
        if ((unit->state == SUBMISSION_PREPARED || unit->state == SUBMISSION_READY) &&
            put_back(engine, unit, NULL, rc == 0 ? err : NULL) < 0)
            rc = -1;
    }
    return rc;
}

/* It has a job. */
static void finish(struct engine *engine, struct submission *unit)
{
    set_items(engine, unit, ITEM_DONE);
    lanes_end(&engine->lanes, unit->lane, submission_job_id(engine->sweep, unit));
    submission_release(unit);
    if (engine->options->on_progress)
        engine->options->on_progress(engine->options->context, engine->n_done,
                                     engine->n_items);
}

/* Slurm's word for the limit stands alone in the first line, if there is one. */
static void keep_limit(struct submit_report *report, const char *message)
{
    size_t size = strcspn(message, " \n");

    if (message[size] != '\n')
        size = strlen(message);
    snprintf(report->limit_words, sizeof report->limit_words, "%.*s", (int)size,
             message);
    for (char *c = report->limit_words; *c; c++) {
        if (*c == '\n')
            *c = ' ';
    }
}

/* An array may be too large where a smaller one is not. */
static int take_limit(struct engine *engine, struct submission *unit,
                      const char *message, struct error *err)
{
    if (unit->count > 1) {
        if (unit->count / 2 < engine->array_size)
            engine->array_size = unit->count / 2;
        if (put_back(engine, unit, message, err) < 0)
            return -1;
        return engine_put_back_waiting(engine, err);
    }
    if (engine->halt == HALT_NONE)
        engine->halt = HALT_LIMIT;
    engine->report->is_limited = true;
    keep_limit(engine->report, message);
    return put_back(engine, unit, message, err);
}

static bool may_go_on(const struct engine *engine, int round)
{
    int64_t end = engine->options->give_up_ms;

    if (engine->options->is_patient)
        return end == 0 || clock_monotonic_ms() < end;
    return round <= LATER_ROUNDS;
}

static void warn(const struct engine *engine, const char *what, const char *message)
{
    cleanup_text struct text text = {0};

    if (!engine->options->on_warning)
        return;
    text_addf(&text, "%s %s: %.*s (Ctrl-C leaves it)",
              scheduler_name(engine->scheduler), what, (int)strcspn(message, "\n"),
              message);
    engine->options->on_warning(engine->options->context, text_string(&text));
}

/* Nothing was accepted by a call that began at `began`. */
static void slow_down(struct engine *engine, double began, const char *message)
{
    int before = engine->pace.n_refused;
    int round = rate_limiter_refused(&engine->pace, began, clock_monotonic_s());

    xreplace(&engine->trouble, message);
    if (round == 3 && before < 3)
        warn(engine, "takes no jobs now, so submission waits", message);
    if (may_go_on(engine, round))
        return;
    engine->halt = HALT_ERROR;
    error_set(&engine->why, ERROR_SCHEDULER,
              "%s takes no jobs now; %zu points are still to be submitted: type the "
              "command again later (it said: %s)",
              scheduler_name(engine->scheduler), engine->n_items - engine->n_done,
              message);
}

static int take_refusal(struct engine *engine, struct submission *unit,
                        const char *message, struct error *err)
{
    if (!engine->refusal)
        engine->refusal = xstrdup(message);
    engine->halt = HALT_REFUSED;
    int rc =
        submission_note(engine->sweep, unit, EVENT_REFUSED, "message", message, err);
    submission_release(unit);
    return rc;
}

int engine_take_outcome(struct engine *engine, struct submission *unit,
                        const struct submit_outcome *outcome, struct error *err)
{
    const char *message = outcome->message;
    int rc;

    engine->has_batch = true;
    rate_limiter_end(&engine->pace, unit->began, clock_monotonic_s(),
                     outcome->class == SUBMIT_ACCEPTED);
    switch (outcome->class) {
    case SUBMIT_ACCEPTED:
        engine->report->n_submitted += unit->count;
        rc = submission_note(engine->sweep, unit, EVENT_SUBMITTED, "job_id",
                             outcome->job_id, err);
        finish(engine, unit);
        return rc;
    case SUBMIT_LIMIT:
        return take_limit(engine, unit, message, err);
    case SUBMIT_DEPENDENCY:
        if (lanes_forget(&engine->lanes, unit->lane))
            return put_back(engine, unit, message, err);
        return take_refusal(engine, unit, message, err);
    case SUBMIT_REFUSED:
        return take_refusal(engine, unit, message, err);
    case SUBMIT_LATER:
        slow_down(engine, unit->began, message);
        return put_back(engine, unit, message, err);
    case SUBMIT_UNKNOWN:
        xreplace(&engine->trouble, message);
        unit->state = SUBMISSION_UNKNOWN;
        if (engine->halt == HALT_NONE)
            engine->halt = HALT_UNKNOWN;
        return submission_note(engine->sweep, unit, EVENT_UNKNOWN, "message", message,
                               err);
    }
    return 0;
}

/* Nothing can be done before the queue has answered: reconcile() again and again. The
 * lock's heartbeat goes on, or another host would take it over. */
static int find_out(struct engine *engine, struct reconcile_report *ret_found,
                    struct error *err)
{
    struct error trouble;

    for (int round = 1;; round++) {
        if (lock_confirm(&engine->sweep->lock, err) < 0)
            return -1;
        trouble = (struct error){0};
        if (reconcile(engine->sweep, engine->scheduler,
                      engine->options->message_timeout_s, &engine->report->n_calls,
                      ret_found, &trouble) == 0)
            return 0;
        if (trouble.kind != ERROR_SCHEDULER || interrupt_count() > 0 ||
            !may_go_on(engine, round))
            break;
        if (round == 1)
            warn(engine, "does not answer, so submission waits", trouble.text);
        if (lock_confirm(&engine->sweep->lock, err) < 0)
            return -1;
        interrupt_sleep_ms(round < 7 ? 1000L << (round - 1) : LONGEST_PAUSE_MS);
    }
    return error_set(err, trouble.kind, "%s", trouble.text);
}

int engine_clear_unknown(struct engine *engine, struct error *err)
{
    struct reconcile_report found;
    cleanup_free char *said = steal(&engine->trouble);

    if (find_out(engine, &found, err) < 0)
        return -1;
    engine->report->n_adopted += found.n_adopted;
    if (engine->halt == HALT_UNKNOWN)
        engine->halt = HALT_NONE;
    for (size_t i = 0; i < ENGINE_SUBMISSIONS; i++) {
        struct submission *unit = &engine->units[i];
        if (unit->state != SUBMISSION_UNKNOWN)
            continue;
        if (*submission_job_id(engine->sweep, unit)) {
            rate_limiter_accepted(&engine->pace);
            finish(engine, unit);
        } else { /* reconcile() has noted it */
            slow_down(engine, unit->began, said ? said : "");
            return_items(engine, unit);
        }
    }
    return 0;
}

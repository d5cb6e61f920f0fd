#include "launcher/campaign/submit.h"

#include <stdlib.h>
#include <string.h>

#include "launcher/campaign/reconcile.h"
#include "launcher/common/clock.h"
#include "launcher/common/file.h"
#include "launcher/common/interrupt.h"
#include "launcher/common/limits.h"
#include "launcher/common/memory.h"
#include "launcher/common/random.h"
#include "launcher/script/script.h"

#define WINDOW_MAX 64
#define LATER_ROUNDS 8 /* 1+2+4+…+60 s of "not now" in a row, then the user decides */

enum slot_state { SLOT_WAITING, SLOT_BEGUN, SLOT_DONE };

struct slot {
    const struct submit_item *item;
    struct attempt *attempt;
    enum slot_state state;
    char *script, *out, *err_file, *job_name; /* owned: paths and the job's full name */
};

struct engine {
    struct sweep *sweep;
    struct scheduler *scheduler;
    const struct submit_options *options;
    struct submit_report *report;
    struct slot slots[WINDOW_MAX];
    size_t n_slots;
    double next_start_ms; /* pacing */
    bool has_unknown;
    char *refusal; /* owned: the words of a refusal for good */
    char *trouble; /* owned: the last words of "not now" or of an unknown outcome */
};

static void release_slots(struct engine *engine)
{
    for (size_t i = 0; i < engine->n_slots; i++) {
        free(engine->slots[i].script);
        free(engine->slots[i].out);
        free(engine->slots[i].err_file);
        free(engine->slots[i].job_name);
    }
    engine->n_slots = 0;
}

static int write_script(struct engine *engine, const struct slot *slot,
                        const char *base, struct error *err)
{
    cleanup_text struct text text = {0};
    cleanup_free char *whole = path_join(engine->sweep->path, base);
    struct script_request request = {.settings = engine->options->settings,
                                     .template = engine->options->template,
                                     .point = &slot->item->point->point,
                                     .sweep_folder = engine->sweep->path,
                                     .base = whole,
                                     .job_name = engine->options->job_name,
                                     .attempt = slot->item->number};

    if (script_render(&request, &text, err) < 0)
        return -1;
    return file_write_atomic(slot->script, text.bytes, text.size, FILE_CACHED, err);
}

/* Script file and intent of one item; the intent is durable only after the flush. */
static int prepare(struct engine *engine, const struct submit_item *item,
                   struct error *err)
{
    struct sweep *sweep = engine->sweep;
    struct slot *slot = &engine->slots[engine->n_slots];
    cleanup_free char *base = sweep_base(sweep, item->point, item->number);
    char token[TOKEN_SIZE];

    random_hex(token, (TOKEN_SIZE - 1) / 2);
    *slot = (struct slot){.item = item};
    slot->script = xasprintf("%s/%s.sbatch", sweep->path, base);
    slot->out = xasprintf("%s/%s.out", sweep->path, base);
    slot->err_file = xasprintf("%s/%s.err", sweep->path, base);
    slot->job_name = xasprintf("%s-%s", engine->options->job_name, token);
    engine->n_slots++;
    cleanup_free char *folder = path_dir(slot->script);
    if (folder_make(folder, NULL, err) < 0 || write_script(engine, slot, base, err) < 0)
        return -1;
    if (sweep_event(sweep, "submitting",
                    json_pack("{s:s, s:i, s:s, s:s, s:s}", "point",
                              item->point->point.id, "attempt", (int)item->number,
                              "token", token, "base", base, "settings",
                              engine->options->settings_id),
                    err) < 0)
        return -1;
    slot->attempt = sweep_by_token(sweep, token);
    return 0;
}

static json_t *event_of(const struct slot *slot)
{
    return json_pack("{s:s, s:i, s:s}", "point", slot->item->point->point.id, "attempt",
                     (int)slot->item->number, "token", slot->attempt->token);
}

static int note(struct engine *engine, const struct slot *slot, const char *name,
                const char *key, const char *value, struct error *err)
{
    json_t *event = event_of(slot);

    if (key) {
        json_t *text = json_string(value); /* NULL: not UTF-8 */
        json_object_set_new(event, key, text ? text : json_string("(not text)"));
    }
    return sweep_event(engine->sweep, name, event, err);
}

static void keep_trouble(struct engine *engine, const struct submit_outcome *outcome)
{
    free(engine->trouble);
    engine->trouble = xstrdup(outcome->message);
}

static int take_outcome(struct engine *engine, struct slot *slot,
                        const struct submit_outcome *outcome, struct error *err)
{
    slot->state = SLOT_DONE;
    switch (outcome->class) {
    case SUBMIT_ACCEPTED:
        engine->report->n_submitted++;
        return note(engine, slot, "submitted", "job_id", outcome->job_id, err);
    case SUBMIT_REFUSED:
        if (!engine->refusal)
            engine->refusal = xstrdup(outcome->message);
        return note(engine, slot, "refused", "message", outcome->message, err);
    case SUBMIT_LATER:
        keep_trouble(engine, outcome);
        return note(engine, slot, "absent", "message", outcome->message, err);
    case SUBMIT_UNKNOWN:
        engine->has_unknown = true;
        keep_trouble(engine, outcome);
        return note(engine, slot, "unknown", "message", outcome->message, err);
    }
    return 0;
}

/* Start the next waiting slot if pacing and the number in flight allow. 1: started. */
static int start_one(struct engine *engine, size_t n_begun, struct error *err)
{
    double now = (double)clock_monotonic_ms();

    if (n_begun >= engine->options->in_flight || engine->refusal ||
        interrupt_count() > 0 || now < engine->next_start_ms)
        return 0;
    for (size_t i = 0; i < engine->n_slots; i++) {
        struct slot *slot = &engine->slots[i];
        if (slot->state != SLOT_WAITING)
            continue;
        struct submission submission = {.script = slot->script,
                                        .job_name = slot->job_name,
                                        .output = slot->out,
                                        .error = slot->err_file,
                                        .folder = engine->sweep->folder};
        if (engine->options->max_rate > 0) {
            double step = 1000.0 / engine->options->max_rate;
            double base =
                engine->next_start_ms > now - step ? engine->next_start_ms : now;
            engine->next_start_ms = base + step;
        }
        engine->report->n_calls++;
        if (engine->scheduler->ops->submit_begin(engine->scheduler, i, &submission,
                                                 err) < 0)
            return -1;
        slot->state = SLOT_BEGUN;
        return 1;
    }
    return 0;
}

static size_t count_state(const struct engine *engine, enum slot_state state)
{
    size_t count = 0;

    for (size_t i = 0; i < engine->n_slots; i++)
        count += engine->slots[i].state == state;
    return count;
}

/* What was prepared but never begun surely has no job. */
static int drop_waiting(struct engine *engine, struct error *err)
{
    for (size_t i = 0; i < engine->n_slots; i++) {
        if (engine->slots[i].state == SLOT_WAITING && engine->slots[i].attempt &&
            note(engine, &engine->slots[i], "absent", NULL, NULL, err) < 0)
            return -1;
    }
    return 0;
}

static int next_timeout_ms(const struct engine *engine, size_t n_begun)
{
    double wait = engine->next_start_ms - (double)clock_monotonic_ms();

    if (n_begun >= engine->options->in_flight ||
        count_state(engine, SLOT_WAITING) == 0 || wait > 1000)
        return 1000;
    return wait > 1 ? (int)wait : 1;
}

static int run_window(struct engine *engine, struct error *err)
{
    for (;;) {
        size_t n_begun = count_state(engine, SLOT_BEGUN);
        int rc = start_one(engine, n_begun, err);
        if (rc < 0)
            break;
        if (rc > 0)
            continue;
        bool may_start = !engine->refusal && interrupt_count() == 0 &&
                         count_state(engine, SLOT_WAITING) > 0;
        if (n_begun == 0 && !may_start)
            return drop_waiting(engine, err);
        size_t i;
        struct submit_outcome outcome = {0};
        if (n_begun == 0) {
            clock_sleep_ms(next_timeout_ms(engine, 0));
        } else if (engine->scheduler->ops->submit_next(engine->scheduler,
                                                       next_timeout_ms(engine, n_begun),
                                                       &i, &outcome) > 0) {
            rc = take_outcome(engine, &engine->slots[i], &outcome, err);
            submit_outcome_release(&outcome);
            if (rc < 0)
                return -1;
        }
    }
    /* submit_begin failed: the calls that run are waited for, nothing new begins. */
    struct error ignored = {0};
    while (count_state(engine, SLOT_BEGUN) > 0) {
        size_t i;
        struct submit_outcome outcome = {0};
        if (engine->scheduler->ops->submit_next(engine->scheduler, 1000, &i, &outcome) >
            0)
            take_outcome(engine, &engine->slots[i], &outcome, &ignored);
        submit_outcome_release(&outcome);
    }
    drop_waiting(engine, &ignored);
    sweep_flush(engine->sweep, true, &ignored);
    return -1;
}

static int reconcile_unknown(struct engine *engine, struct error *err)
{
    struct reconcile_report found;

    if (!engine->has_unknown)
        return 0;
    engine->has_unknown = false;
    if (sweep_flush(engine->sweep, true, err) < 0 ||
        reconcile(engine->sweep, engine->scheduler, engine->options->message_timeout_s,
                  &engine->report->n_calls, &found, err) < 0)
        return -1;
    engine->report->n_adopted += found.n_adopted;
    return 0;
}

/* One window: intents, flush, calls. `queue` holds the items still to do; those that
 * must be tried again stay in it. */
static int do_window(struct engine *engine, const struct submit_item **queue,
                     size_t *n_queue, size_t size, struct error *err)
{
    int rc = lock_confirm(&engine->sweep->lock, err);

    struct error ignored = {0};

    for (size_t i = 0; rc == 0 && i < size; i++)
        rc = prepare(engine, queue[i], err);
    if (rc < 0)
        drop_waiting(engine, &ignored);
    if (rc == 0)
        rc = sweep_flush(engine->sweep, true, err);
    if (rc == 0)
        rc = run_window(engine, err);
    if (rc == 0)
        rc = reconcile_unknown(engine, err);
    size_t n_left = 0;
    for (size_t i = 0; rc == 0 && i < size; i++) {
        struct attempt *attempt = engine->slots[i].attempt;
        if (attempt->phase == ATTEMPT_ABSENT)
            queue[n_left++] = queue[i];
    }
    if (rc == 0) {
        memmove(queue + n_left, queue + size, (*n_queue - size) * sizeof *queue);
        *n_queue = n_left + *n_queue - size;
    }
    return rc;
}

/* Nothing of the window was accepted, but all may be tried again: "not now", or proven
 * absent. */
static bool all_later(const struct engine *engine)
{
    bool any = false;

    for (size_t i = 0; i < engine->n_slots; i++) {
        const struct slot *slot = &engine->slots[i];
        if (slot->attempt->phase == ATTEMPT_ACCEPTED)
            return false;
        any = any || slot->attempt->phase == ATTEMPT_ABSENT;
    }
    return any;
}

static void back_off(int round)
{
    int seconds = round < 6 ? 1 << round : 60;
    int64_t end = clock_monotonic_ms() + seconds * 1000;

    while (clock_monotonic_ms() < end && interrupt_count() == 0)
        clock_sleep_ms(200);
}

static int run_queue(struct engine *engine, const struct submit_item **queue,
                     size_t n_queue, struct error *err)
{
    size_t total = n_queue;
    int later_rounds = 0;
    bool is_first = true;

    while (n_queue > 0 && interrupt_count() == 0) {
        /* The first goes alone: what is wrong with all of them shows on one. */
        size_t window = engine->options->in_flight * 4;
        window = window > WINDOW_MAX ? WINDOW_MAX : window;
        window = is_first || later_rounds > 0 ? 1 : window;
        if (do_window(engine, queue, &n_queue, n_queue < window ? n_queue : window,
                      err) < 0)
            return -1;
        bool is_later = all_later(engine);
        release_slots(engine);
        if (engine->options->on_progress)
            engine->options->on_progress(engine->options->context, total - n_queue,
                                         total);
        if (engine->refusal)
            return error_set(err, ERROR_SCHEDULER, "%s refused the job: %s",
                             engine->scheduler->ops->name, engine->refusal);
        later_rounds = is_later ? later_rounds + 1 : 0;
        if (later_rounds > LATER_ROUNDS)
            return error_set(err, ERROR_SCHEDULER,
                             "%s takes no jobs now; %zu points are still to be "
                             "submitted: type the command again later (it said: %s)",
                             engine->scheduler->ops->name, n_queue,
                             engine->trouble ? engine->trouble : "");
        if (is_later)
            back_off(later_rounds - 1);
        is_first = is_first && is_later;
    }
    return 0;
}

int submit(struct sweep *sweep, struct scheduler *scheduler,
           const struct submit_item *items, size_t n_items,
           const struct submit_options *options, struct submit_report *report,
           struct error *err)
{
    struct engine engine = {
        .sweep = sweep, .scheduler = scheduler, .options = options, .report = report};
    const struct submit_item **queue = xcalloc(n_items, sizeof *queue);

    for (size_t i = 0; i < n_items; i++)
        queue[i] = &items[i];
    int rc = run_queue(&engine, queue, n_items, err);
    struct error ignored = {0};
    if (sweep_flush(sweep, true, rc == 0 ? err : &ignored) < 0)
        rc = -1;
    release_slots(&engine);
    free(engine.refusal);
    free(engine.trouble);
    free(queue);
    return rc;
}

#include "launcher/sweep/replay.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "collector/loose/loose_names.h"
#include "launcher/common/clock.h"
#include "launcher/common/files/file.h"
#include "launcher/common/limits.h"
#include "launcher/common/memory.h"
#include "launcher/common/trees/json_io.h"
#include "launcher/sweep/sweep_user.h"

static double time_of(const json_t *event)
{
    const char *iso = jsonio_string(event, "time", NULL);

    return iso ? clock_from_iso(iso) : clock_wall();
}

static int on_sweep(struct sweep *sweep, const json_t *event, struct error *err)
{
    const json_t *list = json_object_get(event, "command");
    char *folder = jsonio_get_bytes(json_object_get(event, "folder"));

    if (!json_is_array(list) || !folder) {
        free(folder);
        return error_set(err, ERROR_INPUT, "'%s': the event \"sweep\" has no command",
                         sweep->journal.path);
    }
    words_release(&sweep->literal);
    for (size_t i = 0; i < json_array_size(list); i++) {
        char *word = jsonio_get_bytes(json_array_get(list, i));
        words_take(&sweep->literal, word ? word : xstrdup(""));
    }
    free(sweep->folder);
    sweep->folder = folder;
    /* Another name is the folder's: files are made with it. */
    const char *name = jsonio_string(event, "name", "");
    if (sweep_is_name(name))
        xreplace(&sweep->name, name);
    sweep_user_hear(sweep, event);
    sweep->has_started = true;
    return 0;
}

static int on_settings(struct sweep *sweep, const json_t *event, struct error *err)
{
    const char *id = jsonio_string(event, "id", "");

    (void)err;
    xreplace(&sweep->settings_id, id);
    json_object_set_new(sweep->settings_events, id, json_deep_copy(event));
    return 0;
}

static struct attempt *new_attempt(struct sweep *sweep, struct sweep_point *point)
{
    struct attempt *attempt = xcalloc(1, sizeof *attempt);

    attempt->point = point;
    attempt->refusal = xstrdup("");
    point->attempts = xgrow(point->attempts, point->n_attempts, &point->cap_attempts,
                            sizeof *point->attempts);
    point->attempts[point->n_attempts++] = attempt;
    sweep->by_order = xgrow(sweep->by_order, sweep->n_attempts, &sweep->cap_order,
                            sizeof *sweep->by_order);
    sweep->by_order[sweep->n_attempts] = attempt;
    return attempt;
}

static struct array *new_array(struct sweep *sweep, const char *token)
{
    struct array *array = xcalloc(1, sizeof *array);

    memcpy(array->token, token, TOKEN_SIZE);
    sweep->arrays = xgrow(sweep->arrays, sweep->n_arrays, &sweep->cap_arrays,
                          sizeof *sweep->arrays);
    map_set(&sweep->by_array, array->token, sweep->n_arrays);
    sweep->arrays[sweep->n_arrays++] = array;
    return array;
}

/* Tasks come in the order of their indexes; a line torn by a crash leaves a gap. */
static void join_array(struct sweep *sweep, struct attempt *attempt,
                       const json_t *event)
{
    const char *token = jsonio_string(event, "array", "");
    long long task = jsonio_integer(event, "task", -1);

    if (!attempt_is_token(token) || task < 0 || task >= LIMIT_ARRAY_TASKS)
        return;
    struct array *array = sweep_array(sweep, token);
    if (!array)
        array = new_array(sweep, token);
    while (array->n_attempts <= (size_t)task) {
        array->attempts = xgrow(array->attempts, array->n_attempts,
                                &array->cap_attempts, sizeof *array->attempts);
        array->attempts[array->n_attempts++] = NULL;
    }
    if (array->attempts[task])
        return;
    array->attempts[task] = attempt;
    attempt->array = array;
    attempt->task = (size_t)task;
}

static int on_submitting(struct sweep *sweep, const json_t *event, struct error *err)
{
    const char *id = jsonio_string(event, "point", "");
    const char *token = jsonio_string(event, "token", "");
    long long number = jsonio_integer(event, "attempt", 0);
    size_t index;

    if (number < 1 || number > 10000 || !attempt_is_token(token))
        return error_set(err, ERROR_INPUT,
                         "'%s': event %lld has no number and token of an attempt; put "
                         "the file back from a copy",
                         sweep->journal.path, jsonio_integer(event, "seq", 0));
    if (!sweep_find_point(sweep, id, &index))
        return error_set(
            err, ERROR_INPUT,
            "'%s': event %lld names the point '%s', which points.jsonl does "
            "not hold; put the file back from a copy",
            sweep->journal.path, jsonio_integer(event, "seq", 0), id);
    struct attempt *attempt = new_attempt(sweep, sweep->points[index]);
    attempt->point->is_cancelled = false;
    attempt->number = (unsigned)number;
    memcpy(attempt->token, token, TOKEN_SIZE);
    attempt->base = sweep_base(sweep, attempt->point, attempt->number);
    const char *base = jsonio_string(event, "base", NULL);
    if (base && base[0] != '/' && !strstr(base, ".."))
        xreplace(&attempt->base, base);
    attempt->settings_id = xstrdup(jsonio_string(event, "settings", ""));
    attempt->intent_at = time_of(event);
    long long lane = jsonio_integer(event, "lane", -1);
    attempt->lane = lane >= 0 && lane < LIMIT_LANES ? (long)lane : -1;
    join_array(sweep, attempt, event);
    map_set(&sweep->by_token, attempt->token, sweep->n_attempts++);
    return 0;
}

/* Slurm writes the output of an array's task where it can name a file: beside the files
 * of the array's first point. */
static void set_task_job(struct attempt *attempt, const char *id)
{
    const struct attempt *first = attempt->array->attempts[0];
    cleanup_free char *folder = path_dir(first ? first->base : attempt->base);

    snprintf(attempt->job_id, sizeof attempt->job_id, "%.32s_%zu", id, attempt->task);
    free(attempt->output_base);
    attempt->output_base =
        xasprintf("%s/" LOOSE_ARRAY_NAME "-%s", folder, attempt->job_id);
}

/* A word of the scheduler or of ours, as it goes into commands and onto terminals: "?"
 * for what is none. Borrowed. */
static const char *plain_word(const json_t *event, const char *key)
{
    static const char plain[] = "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ"
                                "0123456789_.+- ";
    const char *word = jsonio_string(event, key, "");

    return word[strspn(word, plain)] ? "?" : word;
}

static void set_job(struct attempt *attempt, const json_t *event)
{
    const char *id = plain_word(event, "job_id");

    attempt->phase = ATTEMPT_ACCEPTED;
    attempt->accepted_at = time_of(event);
    if (attempt->array)
        set_task_job(attempt, id);
    else
        snprintf(attempt->job_id, sizeof attempt->job_id, "%s", id);
}

/* What a "final" event says of the end: 10,000 of them are kept in memory, so without
 * what the attempt knows already and without what is empty. */
static json_t *keep_final(const json_t *event)
{
    static const char *const keys[] = {
        "cause",    "message",   "raw_state", "signal",   "nodes",  "started_at",
        "ended_at", "exit_code", "warnings",  "evidence", "output", "code"};
    static const char *const words[] = {"cause", "raw_state", "signal"};
    json_t *kept = json_object();

    for (size_t i = 0; i < sizeof keys / sizeof *keys; i++) {
        json_t *value = json_object_get(event, keys[i]);
        if (value && (!json_is_string(value) || json_string_length(value) > 0) &&
            (!json_is_array(value) || json_array_size(value) > 0))
            json_object_set(kept, keys[i], value);
    }
    for (size_t i = 0; i < sizeof words / sizeof *words; i++) {
        if (json_object_get(kept, words[i]))
            json_object_set_new(kept, words[i],
                                json_string(plain_word(event, words[i])));
    }
    return kept;
}

/* ---- events of an attempt ---- */

static void on_accepted(struct sweep *sweep, struct attempt *attempt,
                        const json_t *event)
{
    (void)sweep;
    set_job(attempt, event);
}

static void on_refused(struct sweep *sweep, struct attempt *attempt,
                       const json_t *event)
{
    (void)sweep;
    attempt->phase = ATTEMPT_REFUSED;
    xreplace(&attempt->refusal, jsonio_string(event, "message", ""));
}

static void on_absent(struct sweep *sweep, struct attempt *attempt, const json_t *event)
{
    (void)sweep;
    (void)event;
    attempt->phase = ATTEMPT_ABSENT;
}

/* What was queued for it elsewhere before this event is not submitted. */
static void cancel_point(struct sweep *sweep, struct sweep_point *point,
                         const json_t *event)
{
    bool was_planned = sweep_state(point) == STATE_PLANNED;

    point->cancel_seq = jsonio_integer(event, "seq", 0);
    point->is_cancelled = true;
    if (was_planned)
        sweep->changed_seq = point->cancel_seq;
}

static void on_cancel(struct sweep *sweep, struct attempt *attempt, const json_t *event)
{
    attempt->is_cancel_asked = true;
    cancel_point(sweep, attempt->point, event);
}

static void on_final(struct sweep *sweep, struct attempt *attempt, const json_t *event)
{
    enum state state;

    if (!state_from_name(jsonio_string(event, "state", ""), &state) ||
        !state_is_final(state))
        return;
    attempt->is_final = true;
    attempt->state = state;
    json_decref(attempt->final);
    attempt->final = keep_final(event);
    attempt->final_at = time_of(event);
    attempt->final_seq = jsonio_integer(event, "seq", 0);
    sweep->changed_seq = attempt->final_seq;
}

/* ---- events of the sweep ---- */

static int on_collect_job(struct sweep *sweep, const json_t *event, struct error *err)
{
    struct collect_attempt *collect = &sweep->collect;
    const char *phase = jsonio_string(event, "phase", "");

    (void)err;
    if (!attempt_is_token(jsonio_string(event, "token", "")))
        return 0;
    snprintf(collect->token, TOKEN_SIZE, "%s", jsonio_string(event, "token", ""));
    snprintf(collect->job_id, JOB_ID_SIZE, "%s", plain_word(event, "job_id"));
    collect->is_open = strcmp(phase, event_name(EVENT_SUBMITTING)) == 0;
    return 0;
}

static int on_cancel_points(struct sweep *sweep, const json_t *event, struct error *err)
{
    long long first = jsonio_integer(event, "first", 0);
    size_t index;

    (void)err;
    if (sweep_find_point(sweep, jsonio_string(event, "point", ""), &index))
        cancel_point(sweep, sweep->points[index], event);
    for (size_t i = 0; i < sweep->n_points && (long long)i < first; i++)
        cancel_point(sweep, sweep->points[i], event);
    return 0;
}

static int on_archived(struct sweep *sweep, const json_t *event, struct error *err)
{
    (void)err;
    sweep->archived_seq = jsonio_integer(event, "seq", 0);
    words_add(&sweep->archived_sums, jsonio_string(event, "sha256", ""));
    return 0;
}

/* What an event does to the model: to the sweep, or to its attempt and to each attempt
 * of its array. Neither: it is for people (unknown). */
static const struct handler {
    int (*on_sweep)(struct sweep *sweep, const json_t *event, struct error *err);
    void (*on_attempt)(struct sweep *sweep, struct attempt *attempt,
                       const json_t *event);
} handlers[EVENT_COUNT] = {
    [EVENT_SWEEP] = {.on_sweep = on_sweep},
    [EVENT_SETTINGS] = {.on_sweep = on_settings},
    [EVENT_SUBMITTING] = {.on_sweep = on_submitting},
    [EVENT_COLLECT_JOB] = {.on_sweep = on_collect_job},
    [EVENT_CANCEL_POINTS] = {.on_sweep = on_cancel_points},
    [EVENT_ARCHIVED] = {.on_sweep = on_archived},
    [EVENT_SUBMITTED] = {.on_attempt = on_accepted},
    [EVENT_ADOPTED] = {.on_attempt = on_accepted},
    [EVENT_REFUSED] = {.on_attempt = on_refused},
    [EVENT_ABSENT] = {.on_attempt = on_absent},
    [EVENT_CANCEL] = {.on_attempt = on_cancel},
    [EVENT_FINAL] = {.on_attempt = on_final},
};

static void on_array(struct sweep *sweep, struct array *array,
                     const struct handler *handler, const json_t *event)
{
    if (handler->on_attempt == on_accepted)
        snprintf(array->job_id, sizeof array->job_id, "%.32s",
                 plain_word(event, "job_id"));
    for (size_t i = 0; i < array->n_attempts; i++) {
        if (array->attempts[i])
            handler->on_attempt(sweep, array->attempts[i], event);
    }
}

int replay_event(struct sweep *sweep, enum event name, const json_t *event,
                 struct error *err)
{
    const struct handler *handler = &handlers[name];

    if (handler->on_sweep)
        return handler->on_sweep(sweep, event, err);
    if (!handler->on_attempt)
        return 0;
    const char *token = jsonio_string(event, "token", NULL);
    struct attempt *attempt = token ? sweep_by_token(sweep, token) : NULL;
    struct array *array =
        token ? NULL : sweep_array(sweep, jsonio_string(event, "array", ""));
    if (attempt)
        handler->on_attempt(sweep, attempt, event);
    else if (array)
        on_array(sweep, array, handler, event);
    return 0;
}

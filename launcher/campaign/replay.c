#include "launcher/campaign/replay.h"

#include <stdlib.h>
#include <string.h>

#include "launcher/common/clock.h"
#include "launcher/common/json_io.h"
#include "launcher/common/memory.h"

static void replace(char **owned, const char *value)
{
    char *copy = xstrdup(value);

    free(*owned);
    *owned = copy;
}

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
    replace(&sweep->name, jsonio_string(event, "name", sweep->name));
    sweep->has_started = true;
    return 0;
}

static int on_settings(struct sweep *sweep, const json_t *event, struct error *err)
{
    const char *id = jsonio_string(event, "id", "");

    (void)err;
    replace(&sweep->settings_id, id);
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

static int on_submitting(struct sweep *sweep, const json_t *event, struct error *err)
{
    const char *id = jsonio_string(event, "point", "");
    const char *token = jsonio_string(event, "token", "");
    long long number = jsonio_integer(event, "attempt", 0);
    size_t index;

    if (!sweep_find_point(sweep, id, &index) || number < 1 || number > 10000 ||
        strlen(token) + 1 != TOKEN_SIZE ||
        strspn(token, "0123456789abcdef") != strlen(token))
        return error_set(
            err, ERROR_INPUT,
            "'%s': event %lld names the point '%s', which points.jsonl does "
            "not hold; put the file back from a copy",
            sweep->journal.path, jsonio_integer(event, "seq", 0), id);
    struct attempt *attempt = new_attempt(sweep, sweep->points[index]);
    attempt->number = (unsigned)number;
    memcpy(attempt->token, token, TOKEN_SIZE);
    attempt->base = sweep_base(sweep, attempt->point, attempt->number);
    const char *base = jsonio_string(event, "base", NULL);
    if (base && base[0] != '/' && !strstr(base, ".."))
        replace(&attempt->base, base);
    attempt->settings_id = xstrdup(jsonio_string(event, "settings", ""));
    attempt->intent_at = time_of(event);
    map_set(&sweep->by_token, attempt->token, sweep->n_attempts++);
    return 0;
}

static void set_job(struct attempt *attempt, const json_t *event)
{
    const char *id = jsonio_string(event, "job_id", "");

    attempt->phase = ATTEMPT_ACCEPTED;
    attempt->accepted_at = time_of(event);
    snprintf(attempt->job_id, sizeof attempt->job_id, "%s", id);
}

static void on_attempt_event(struct sweep *sweep, struct attempt *attempt,
                             const char *name, const json_t *event)
{
    if (strcmp(name, "submitted") == 0 || strcmp(name, "adopted") == 0) {
        set_job(attempt, event);
    } else if (strcmp(name, "refused") == 0) {
        attempt->phase = ATTEMPT_REFUSED;
        replace(&attempt->refusal, jsonio_string(event, "message", ""));
    } else if (strcmp(name, "absent") == 0) {
        attempt->phase = ATTEMPT_ABSENT;
    } else if (strcmp(name, "cancel") == 0) {
        attempt->is_cancel_asked = true;
    } else if (strcmp(name, "final") == 0) {
        enum state state;
        if (state_from_name(jsonio_string(event, "state", ""), &state) &&
            state_is_final(state)) {
            attempt->is_final = true;
            attempt->state = state;
            json_decref(attempt->final);
            attempt->final = json_deep_copy(event);
            sweep->changed_seq = jsonio_integer(event, "seq", 0);
        }
    }
}

int replay_event(struct sweep *sweep, const char *name, const json_t *event,
                 struct error *err)
{
    if (strcmp(name, "sweep") == 0)
        return on_sweep(sweep, event, err);
    if (strcmp(name, "settings") == 0)
        return on_settings(sweep, event, err);
    if (strcmp(name, "submitting") == 0)
        return on_submitting(sweep, event, err);
    if (strcmp(name, "archived") == 0) {
        sweep->archived_seq = jsonio_integer(event, "seq", 0);
        return 0;
    }
    struct attempt *attempt = sweep_by_token(sweep, jsonio_string(event, "token", ""));
    if (attempt)
        on_attempt_event(sweep, attempt, name, event);
    return 0;
}

/* sweep_fixture.h - a small plan and its sweep, for the tests of launcher/campaign */
#ifndef TESTS_UNIT_SWEEP_FIXTURE_H
#define TESTS_UNIT_SWEEP_FIXTURE_H

#include <stdlib.h>
#include <string.h>

#include "launcher/common/trees/json_io.h"
#include "launcher/sweep/sweep.h"
#include "tests/tap/scratch.h"
#include "tests/tap/tap.h"

/* `python <script> a=0,1,…`: n points. */
static inline void fixture_plan(const char *script, size_t n, struct plan *ret_plan)
{
    struct plan_request request = {.max_points = 100000};
    struct error err = {0};

    words_add(&request.command, "python");
    words_add(&request.command, script);
    words_addf(&request.command, "a=range(0,%zu)", n);
    if (plan_make(&request, ret_plan, &err) < 0) {
        printf("Bail out! %s\n", err.text);
        exit(1);
    }
    plan_request_release(&request);
}

/* The sweep in scratch folder `name`, as its files say. */
static inline struct sweep *fixture_open(const char *name)
{
    cleanup_free char *path = scratch_path(name);
    struct sweep *sweep = NULL;
    struct error err = {0};

    if (sweep_open(path, &sweep, &err) < 0) {
        printf("Bail out! %s\n", err.text);
        exit(1);
    }
    return sweep;
}

/* The same, locked, with n points. */
static inline struct sweep *fixture_begin(const char *name, size_t n)
{
    struct sweep *sweep = fixture_open(name);
    struct error err = {0};
    struct plan plan;

    fixture_plan("train.py", n, &plan);
    size_t *indexes = xcalloc(plan.count, sizeof *indexes);
    if (sweep_lock(sweep, 0, &err) < 0 ||
        sweep_begin(sweep, &plan.literal, "/home/user", &err) < 0 ||
        sweep_add_points(sweep, &plan, indexes, &err) < 0) {
        printf("Bail out! %s\n", err.text);
        exit(1);
    }
    free(indexes);
    plan_release(&plan);
    return sweep;
}

/* An event of point `index`, its attempt `number` and a token made of both; `more` is
 * taken, or NULL. */
static inline int fixture_event(struct sweep *sweep, const char *name, size_t index,
                                int number, int token, json_t *more)
{
    struct error err = {0};
    enum event known;
    cleanup_free char *hex = xasprintf("%08x%04x", (unsigned)index, (unsigned)token);
    json_t *event =
        json_pack("{s:s, s:i, s:s}", "point", sweep->points[index]->point.id, "attempt",
                  number, "token", hex);

    if (more)
        json_object_update(event, more);
    json_decref(more);
    if (!event_from_name(name, &known)) {
        printf("Bail out! there is no event %s\n", name);
        exit(1);
    }
    return sweep_event(sweep, known, event, &err);
}

/* submitting + submitted. */
static inline void fixture_accept(struct sweep *sweep, size_t index, int number)
{
    cleanup_free char *id = xasprintf("%zu", 100 * index + (size_t)number);

    fixture_event(sweep, "submitting", index, number, number, NULL);
    fixture_event(sweep, "submitted", index, number, number,
                  json_pack("{s:s}", "job_id", id));
}

static inline void fixture_final(struct sweep *sweep, size_t index, int number,
                                 const char *state, const char *cause)
{
    fixture_event(sweep, "final", index, number, number,
                  json_pack("{s:s, s:s}", "state", state, "cause", cause));
}

/* Write a file of the last attempt of a point: suffix ".out", ".verdict.json", … */
static inline void fixture_file(const struct sweep *sweep, size_t index,
                                const char *suffix, const char *text)
{
    const struct sweep_point *point = sweep->points[index];
    cleanup_free char *path =
        attempt_path(sweep, point->attempts[point->n_attempts - 1], suffix);
    cleanup_free char *folder = path_dir(path);
    struct error err = {0};

    if (folder_make(folder, NULL, &err) < 0 ||
        file_write_atomic(path, text, strlen(text), FILE_CACHED, &err) < 0) {
        printf("Bail out! %s\n", err.text);
        exit(1);
    }
}

#define FIXTURE_RESULT "TMGG_RESULT:{\"metrics\":{\"loss\":0.5}}\n"
#define FIXTURE_VERDICT \
    "{\"v\":1,\"phase\":\"done\",\"state\":\"completed\",\"exit_code\":0}"

/* Everything that a model holds, as text; owned. */
static inline char *fixture_dump(const struct sweep *sweep)
{
    struct text text = {0};

    text_addf(&text, "%s %s %d %s %lld %lld\n", sweep->name, sweep->folder,
              sweep->has_started, sweep->settings_id, sweep->archived_seq,
              sweep->changed_seq);
    for (size_t i = 0; i < sweep->literal.count; i++)
        text_addf(&text, "[%s]", sweep->literal.items[i]);
    for (void *at = json_object_iter(sweep->settings_events); at;
         at = json_object_iter_next(sweep->settings_events, at)) {
        text_addf(&text, "\n%s ", json_object_iter_key(at));
        jsonio_add(&text, json_object_get(json_object_iter_value(at), "values"));
    }
    for (size_t i = 0; i < sweep->n_points; i++) {
        const struct sweep_point *point = sweep->points[i];
        text_addf(&text, "\n%zu %d %lld ", i, point->is_cancelled, point->cancel_seq);
        point_add_json(&point->point, &text);
        for (size_t j = 0; j < point->n_attempts; j++) {
            const struct attempt *attempt = point->attempts[j];
            text_addf(&text,
                      "\n  %u %d %s job %s base %s settings %s cancel %d refusal %s "
                      "final %d %d ",
                      attempt->number, (int)attempt->phase, attempt->token,
                      attempt->job_id, attempt->base, attempt->settings_id,
                      attempt->is_cancel_asked, attempt->refusal, attempt->is_final,
                      (int)attempt->state);
            text_addf(&text, "array %s %zu lane %ld output %s ",
                      attempt->array ? attempt->array->token : "-", attempt->task,
                      attempt->lane, attempt->output_base ? attempt->output_base : "-");
            if (attempt->final)
                text_add(&text, jsonio_string(attempt->final, "cause", "-"));
        }
    }
    for (size_t i = 0; i < sweep->n_attempts; i++)
        text_addf(&text, "\n%s", sweep->by_order[i]->token);
    return text_take(&text);
}

#endif

/* cancel.c - the verb `cancel` */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "launcher/campaign/campaign.h"
#include "launcher/commands/locate.h"
#include "launcher/commands/open_sweep.h"
#include "launcher/commands/term.h"
#include "launcher/common/memory.h"
#include "launcher/common/text/utf8.h"
#include "launcher/common/trees/json_write.h"
#include "launcher/policy/after.h"

enum { OPT_POINT = 1, OPT_STATE, OPT_YES };

#define ASK_OVER 10

static const struct option_spec verb_cancel_options[] = {
    {"point", 0, "GLOB", .id = OPT_POINT},
    {"state", 0, "STATE", .id = OPT_STATE},
    {"yes", 'y', NULL, .id = OPT_YES},
    {0},
};

/* One sweep, and which of its points are meant. */
struct target {
    struct campaign campaign;
    size_t *points; /* owned */
    struct cancel_request request;
    struct cancel_report report; /* before it is asked: what would be done */
};

/* The words: sweeps, and ids of jobs. */
struct targets {
    struct target *items; /* owned */
    size_t count, cap;
};

static void release(struct targets *targets)
{
    for (size_t i = 0; i < targets->count; i++) {
        campaign_close(&targets->items[i].campaign);
        free(targets->items[i].points);
    }
    free(targets->items);
}

static bool cancel_has_job(const struct sweep_point *point, const char *job_id)
{
    const struct attempt *attempt = sweep_attempt(point);

    return attempt && (strcmp(attempt->job_id, job_id) == 0 ||
                       (attempt->array && strcmp(attempt->array->job_id, job_id) == 0));
}

static bool cancel_is_meant(const struct invocation *in,
                            const struct sweep_point *point, const char *job_id)
{
    const struct words *states = &in->values[OPT_STATE];

    return (!job_id || cancel_has_job(point, job_id)) &&
           select_matches(point, &in->values[OPT_POINT]) &&
           (states->count == 0 || words_has(states, state_name(sweep_state(point))));
}

static void add_point(struct target *target, size_t index)
{
    const struct sweep_point *point = target->campaign.sweep->points[index];
    const struct attempt *attempt = sweep_attempt(point);

    target->points[target->request.n_points++] = index;
    target->report.n_jobs += attempt && attempt_is_live(attempt);
    target->report.n_planned += sweep_state(point) == STATE_PLANNED;
}

static int add_target(struct invocation *in, const char *path, const char *job_id,
                      struct targets *targets, struct error *err)
{
    targets->items =
        xgrow(targets->items, targets->count, &targets->cap, sizeof *targets->items);
    struct target *target = &targets->items[targets->count++];
    *target = (struct target){0};
    struct campaign *campaign = &target->campaign;
    if (open_sweep_at(in, path, campaign, err) < 0 ||
        campaign_connect(campaign, err) < 0 || campaign_look_asking(campaign, err) < 0)
        return -1;
    campaign_select_all(campaign);
    target->points = xcalloc(campaign->n_selected, sizeof *target->points);
    target->request =
        (struct cancel_request){.points = target->points,
                                .is_whole = !job_id && !invocation_has(in, OPT_POINT) &&
                                            !invocation_has(in, OPT_STATE)};
    for (size_t i = 0; i < campaign->n_selected; i++) {
        if (cancel_is_meant(in, campaign->sweep->points[i], job_id))
            add_point(target, i);
    }
    return 0;
}

/* A sweep's name or path comes first: a sweep may be named 2026. */
static int add_word(struct invocation *in, const char *word, struct targets *targets,
                    struct error *err)
{
    cleanup_free char *path = NULL;
    struct error trouble = {0};

    if (locate_sweep(in->settings, word, &path, &trouble) == 0)
        return add_target(in, path, NULL, targets, err);
    if (!word || !after_is_job(word)) {
        *err = trouble;
        return -1;
    }
    if (locate_job(in->settings, word, &path, err) < 0)
        return -1;
    return add_target(in, path, word, targets, err);
}

/* "12 jobs and 3 points that are not submitted" */
static void cancel_add_what(size_t n_jobs, size_t n_planned, struct text *text)
{
    text_addf(text, "%zu job%s", n_jobs, n_jobs == 1 ? "" : "s");
    if (n_planned > 0)
        text_addf(text, " and %zu point%s not submitted", n_planned,
                  n_planned == 1 ? " that is" : "s that are");
}

/* Many, or of a sweep that nobody has named. */
static int confirm(const struct invocation *in, const struct targets *targets,
                   struct error *err)
{
    char answer[16] = "";
    size_t n_jobs = 0, n_planned = 0;
    cleanup_text struct text what = {0};

    for (size_t i = 0; i < targets->count; i++) {
        n_jobs += targets->items[i].report.n_jobs;
        n_planned += targets->items[i].report.n_planned;
    }
    bool is_unnamed = in->rest.count == 0 && term_is(0);
    if (invocation_has(in, OPT_YES) || (n_jobs + n_planned <= ASK_OVER && !is_unnamed))
        return 0;
    cancel_add_what(n_jobs, n_planned, &what);
    if (!term_is(0))
        return error_set(err, ERROR_USAGE,
                         "this would cancel %s; say --yes to do it without a question",
                         text_string(&what));
    for (size_t i = 0; i < targets->count; i++)
        text_addf(&what, "%s'%s'", i ? ", " : " of ",
                  targets->items[i].campaign.sweep->name);
    cleanup_text struct text shown = {0};
    utf8_add_printable(&shown, text_string(&what), what.size);
    fprintf(stderr, "cancel %s? [y/N] ", text_string(&shown));
    if (fgets(answer, sizeof answer, stdin) && (answer[0] == 'y' || answer[0] == 'Y'))
        return 0;
    return error_set(err, ERROR_USAGE, "nothing was cancelled");
}

static void add_answer(const struct invocation *in, const struct target *target,
                       struct text *text)
{
    const char *name = target->campaign.sweep->name;
    const struct cancel_report *report = &target->report;
    struct json_writer json;

    if (!in->json) {
        text_addf(text, "asked for the end of %zu jobs of %s", report->n_jobs, name);
        if (report->n_planned > 0)
            text_addf(text, "; %zu points that had none get none", report->n_planned);
        text_add_char(text, '\n');
        return;
    }
    jsonwrite_line(&json, "cancel", text);
    jsonwrite_string(&json, "sweep", name);
    jsonwrite_integer(&json, "jobs", (long long)report->n_jobs);
    jsonwrite_integer(&json, "planned", (long long)report->n_planned);
    jsonwrite_line_end(&json);
}

static int cancel_all(struct invocation *in, struct targets *targets, struct error *err)
{
    cleanup_text struct text text = {0};
    int rc = 0;

    if (confirm(in, targets, err) < 0)
        return -1;
    for (size_t i = 0; rc == 0 && i < targets->count; i++) {
        struct target *target = &targets->items[i];
        rc = campaign_cancel(&target->campaign, &target->request, &target->report, err);
        if (rc == 0)
            add_answer(in, target, &text);
    }
    /* What was done is said, also if the rest failed. */
    int printed = (in->json ? print_text : print_lines)(&text, rc < 0 ? NULL : err);
    return printed < 0 ? -1 : rc;
}

static int verb_cancel_run(struct invocation *in, struct error *err)
{
    struct targets targets = {0};
    enum state state;
    int rc = 0;

    for (size_t i = 0; i < in->values[OPT_STATE].count; i++) {
        if (!state_from_name(in->values[OPT_STATE].items[i], &state))
            return error_set(err, ERROR_USAGE, "there is no state '%s'",
                             in->values[OPT_STATE].items[i]);
    }
    if (in->rest.count == 0)
        rc = add_word(in, NULL, &targets, err);
    for (size_t i = 0; rc == 0 && i < in->rest.count; i++)
        rc = add_word(in, in->rest.items[i], &targets, err);
    if (rc == 0)
        rc = cancel_all(in, &targets, err);
    release(&targets);
    return rc;
}

const struct command verb_cancel = {
    .name = "cancel",
    .options = verb_cancel_options,
    .scope = SCOPE_SWEEP,
    .run = verb_cancel_run,
};

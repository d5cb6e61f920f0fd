#include "launcher/campaign/status_summary.h"

#include <stdlib.h>
#include <string.h>

#include "collector/outcome/causes.h"
#include "collector/table/count_line.h"
#include "launcher/common/clock.h"
#include "launcher/common/memory.h"
#include "launcher/common/trees/json_io.h"
#include "launcher/jobs/inspect_outputs.h"

const char *attempt_cause(const struct attempt *attempt)
{
    return attempt->final ? jsonio_string(attempt->final, "cause", "") : "";
}

const char *attempt_message(const struct attempt *attempt)
{
    return attempt->final ? jsonio_string(attempt->final, "message", "") : "";
}

const char *point_cause(const struct sweep_point *point)
{
    const struct attempt *attempt = sweep_attempt(point);

    return attempt               ? attempt_cause(attempt)
           : point->is_cancelled ? cause_name(CAUSE_BY_USER)
                                 : "";
}

const char *point_message(const struct sweep_point *point)
{
    const struct attempt *attempt = sweep_attempt(point);

    return attempt               ? attempt_message(attempt)
           : point->is_cancelled ? SWEEP_NEVER_SUBMITTED
                                 : "";
}

static double final_time(const struct attempt *attempt, const char *key)
{
    const char *iso = attempt->final ? jsonio_string(attempt->final, key, NULL) : NULL;
    double wall = iso ? clock_from_iso(iso) : 0;

    return wall > 0 ? wall : 0;
}

double attempt_started(const struct attempt *attempt)
{
    if (!attempt->is_final)
        return attempt->is_seen ? attempt->seen.started_at : 0;
    return final_time(attempt, "started_at");
}

double attempt_ended(const struct attempt *attempt)
{
    return final_time(attempt, "ended_at");
}

static struct status_summary_group *group_of(struct status_summary_group **groups,
                                             size_t *count, size_t *cap,
                                             enum state state, const char *word)
{
    for (size_t i = 0; i < *count; i++) {
        if ((*groups)[i].state == state && strcmp((*groups)[i].word, word) == 0)
            return &(*groups)[i];
    }
    *groups = xgrow(*groups, *count, cap, sizeof **groups);
    (*groups)[*count] = (struct status_summary_group){.state = state, .word = word};
    return &(*groups)[(*count)++];
}

static void join(struct status_summary_group *group, const struct sweep_point *point,
                 double expected_at)
{
    if (group->count < STATUS_SUMMARY_EXAMPLES)
        group->examples[group->count] = point;
    group->count++;
    if (expected_at > 0 &&
        (group->expected_at <= 0 || expected_at < group->expected_at))
        group->expected_at = expected_at;
}

static void add_point(struct status_summary *overview, const struct sweep_point *point,
                      enum state state)
{
    const struct attempt *attempt = sweep_attempt(point);

    if (state == STATE_PENDING && attempt)
        join(group_of(&overview->waiting, &overview->n_waiting, &overview->cap_waiting,
                      state, attempt->is_seen ? attempt->seen.reason : ""),
             point, attempt->is_seen ? attempt->seen.expected_at : 0);
    if (state == STATE_RUNNING) {
        overview->running = xgrow(overview->running, overview->n_running,
                                  &overview->cap_running, sizeof *overview->running);
        overview->running[overview->n_running++] = point;
    }
    if (!state_is_final(state))
        return;
    if (state != STATE_COMPLETED)
        join(group_of(&overview->failed, &overview->n_failed, &overview->cap_failed,
                      state, point_cause(point)),
             point, 0);
    else if (attempt->is_final) {
        code_versions_add(&overview->codes, jsonio_string(attempt->final, "code", ""),
                          point->point.id);
        if (!overview->last || attempt_ended(attempt) > attempt_ended(overview->last))
            overview->last = attempt;
    }
}

/* What the files say, where nobody else was asked. */
static enum state state_by_files(const struct campaign *campaign,
                                 const struct sweep_point *point)
{
    const struct attempt *attempt = sweep_attempt(point);
    struct inspect_options options = {
        .require_result = settings_switch(campaign->settings, SETTING_REQUIRE_RESULT),
        .pick = SCAN_PICK_LAST,
        .is_grace_over = true,
        .job = JOB_NOT_ASKED};
    struct inspection found;

    if (!attempt || attempt->is_final)
        return sweep_state(point);
    inspect_outputs(campaign->sweep, attempt, &options, &found);
    enum state state = found.outcome.state;
    inspection_release(&found);
    return state;
}

static int by_size(const void *a, const void *b)
{
    const struct status_summary_group *one = a, *other = b;

    return (one->count < other->count) - (one->count > other->count);
}

static int by_start(const void *a, const void *b)
{
    const struct sweep_point *const *one = a, *const *other = b;
    double start = attempt_started(sweep_attempt(*one));
    double other_start = attempt_started(sweep_attempt(*other));

    return (start > other_start) - (start < other_start);
}

static void sort(void *items, size_t count, size_t size,
                 int (*compare)(const void *, const void *))
{
    if (count > 1)
        qsort(items, count, size, compare);
}

void status_summary_take(const struct campaign *campaign, bool is_asked,
                         struct status_summary *ret_summary)
{
    struct status_summary overview = {.counts = {.total = campaign->n_selected}};

    overview.states = xcalloc(campaign->n_selected, sizeof *overview.states);
    for (size_t i = 0; i < campaign->n_selected; i++) {
        const struct sweep_point *point =
            campaign->sweep->points[campaign->selected[i]];
        enum state state =
            is_asked ? sweep_state(point) : state_by_files(campaign, point);
        overview.states[i] = state;
        overview.counts.by_state[state]++;
        overview.counts.n_final += state_is_final(state);
        overview.counts.n_live += !state_is_final(state) && state != STATE_PLANNED;
        add_point(&overview, point, state);
    }
    sort(overview.failed, overview.n_failed, sizeof *overview.failed, by_size);
    sort(overview.waiting, overview.n_waiting, sizeof *overview.waiting, by_size);
    sort(overview.running, overview.n_running, sizeof(void *), by_start);
    *ret_summary = overview;
}

void status_summary_release(struct status_summary *overview)
{
    free(overview->failed);
    free(overview->waiting);
    free(overview->running);
    free(overview->states);
    code_versions_release(&overview->codes);
    *overview = (struct status_summary){0};
}

bool status_summary_count_line(const struct status_summary *overview, struct text *text)
{
    const struct sweep_counts *counts = &overview->counts;
    cleanup_free struct cause_count *causes =
        xcalloc(overview->n_failed, sizeof *causes);

    for (size_t i = 0; i < overview->n_failed; i++) {
        const struct status_summary_group *group = &overview->failed[i];
        causes[i] = (struct cause_count){group->word, group->state, group->count};
    }
    return count_line_add(counts->total, counts->by_state, causes, overview->n_failed,
                          text);
}

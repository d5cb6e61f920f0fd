#include "launcher/campaign/examine.h"

#include <errno.h>
#include <limits.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "collector/outcome/log_hint.h"
#include "launcher/common/clock.h"
#include "launcher/common/file.h"
#include "launcher/common/json_io.h"
#include "launcher/common/memory.h"

char *examine_claim(const struct sweep *sweep, const struct attempt *attempt)
{
    cleanup_free char *path = attempt_path(sweep, attempt, ".claim");
    char id[JOB_ID_SIZE];
    ssize_t size = readlink(path, id, sizeof id - 1);

    return size > 0 ? xmemdup(id, (size_t)size) : NULL;
}

static enum result_witness witness_of(const struct scan_report *scan, char **ret_error)
{
    struct row row = {0};
    enum result_witness witness = RESULT_COMPLETED;

    if (scan->count == 0)
        return scan->n_malformed > 0 ? RESULT_MALFORMED : RESULT_NONE;
    const struct scan_result *last = &scan->results[scan->count - 1];
    row_init(&row);
    const char *status = row_set_result(&row, last->json, last->size, ret_error);
    if (strcmp(status, "timeout") == 0)
        witness = RESULT_TIMEOUT;
    else if (*status && strcmp(status, "completed") != 0)
        witness = RESULT_FAILED;
    row_release(&row);
    return witness;
}

void examine(const struct sweep *sweep, const struct attempt *attempt,
             const struct examine_options *options, struct examination *ret_examination)
{
    cleanup_free char *out = attempt_path(sweep, attempt, ".out");
    cleanup_free char *log = attempt_path(sweep, attempt, ".err");
    cleanup_free char *verdict = attempt_path(sweep, attempt, ".verdict.json");
    cleanup_free char *result_error = NULL;
    struct examination *found = ret_examination;
    struct log_hint hint = {0};

    *found = (struct examination){.claim_job = examine_claim(sweep, attempt)};
    found->has_claim = found->claim_job != NULL;
    found->has_output = file_exists(out);
    struct error bad_verdict = {0};
    struct error bad_output = {0};
    verdict_load(verdict, &found->verdict, &bad_verdict);
    if (found->has_output)
        scan_file(out, options->pick, true, &found->scan, &bad_output);
    enum result_witness result = witness_of(&found->scan, &result_error);
    if (result != RESULT_COMPLETED)
        log_hint_find(out, log, &hint);
    struct evidence evidence = {
        .has_attempt = true,
        .has_claim = found->has_claim,
        .has_output = found->has_output,
        .is_grace_over = options->is_grace_over,
        .require_result = options->require_result,
        .was_cancelled = attempt->is_cancel_asked,
        .verdict = &found->verdict,
        .result = result,
        .result_error = result_error                 ? result_error
                        : result == RESULT_MALFORMED ? found->scan.malformed_why
                                                     : NULL,
        .log_hint = hint.line,
        .log_cause = hint.cause[0] ? hint.cause : NULL,
        .job = options->job,
        .job_state = attempt->is_seen ? attempt->seen.state : STATE_UNKNOWN,
        .job_raw = attempt->is_seen ? attempt->seen.raw_state : NULL,
        .job_reason = attempt->is_seen ? attempt->seen.reason : NULL,
        .job_exit_code = attempt->is_seen ? attempt->seen.exit_code : -1,
        .job_signal = attempt->is_seen ? attempt->seen.signal : 0,
    };
    outcome_decide(&evidence, &found->outcome);
    if (bad_verdict.kind != ERROR_NONE)
        words_add(&found->outcome.warnings, bad_verdict.text);
    if (bad_output.kind != ERROR_NONE)
        words_add(&found->outcome.warnings, bad_output.text);
    log_hint_release(&hint);
}

void examination_release(struct examination *examination)
{
    outcome_release(&examination->outcome);
    verdict_release(&examination->verdict);
    scan_report_release(&examination->scan);
    free(examination->claim_job);
}

static void set(char **owned, const char *value)
{
    free(*owned);
    *owned = xstrdup(value ? value : "");
}

static struct row *add_point_row(struct table *table, const struct sweep_point *point)
{
    struct row *row = table_add(table);

    set(&row->point, point->point.id);
    row->index = (long)point->point.index;
    row->n_params = point->point.n_params;
    row->params = xcalloc(row->n_params, sizeof *row->params);
    for (size_t i = 0; i < row->n_params; i++) {
        row->params[i].key = xstrdup(point->point.params[i].key);
        row->params[i].value = xstrdup(point->point.params[i].value);
    }
    return row;
}

/* From the journal's "final" event: what stands, also when Slurm has forgotten the job.
 */
static void fill_from_final(struct row *row, const struct attempt *attempt)
{
    const json_t *event = attempt->final;
    const json_t *warnings = json_object_get(event, "warnings");

    row->state = attempt->state;
    set(&row->cause, jsonio_string(event, "cause", ""));
    set(&row->message, jsonio_string(event, "message", ""));
    set(&row->raw_state, jsonio_string(event, "raw_state", ""));
    row->exit_code = (int)jsonio_integer(event, "exit_code", -1);
    set(&row->signal, jsonio_string(event, "signal", ""));
    const char *started = jsonio_string(event, "started_at", NULL);
    const char *ended = jsonio_string(event, "ended_at", NULL);
    row->started_at = started ? clock_from_iso(started) : 0;
    row->ended_at = ended ? clock_from_iso(ended) : 0;
    for (size_t i = 0; i < json_array_size(warnings); i++) {
        const char *line = json_string_value(json_array_get(warnings, i));
        words_add(&row->warnings, line ? line : "");
    }
}

static void fill_from_live(struct row *row, const struct attempt *attempt,
                           const struct examination *found)
{
    row->state = found->outcome.state;
    set(&row->cause, found->outcome.cause);
    set(&row->message, found->outcome.message);
    words_copy(&row->warnings, &found->outcome.warnings);
    row->exit_code = found->verdict.is_present ? found->verdict.exit_code : -1;
    set(&row->signal, found->verdict.signal);
    if (attempt->is_seen) {
        set(&row->raw_state, attempt->seen.raw_state);
        row->started_at = attempt->seen.started_at;
        row->ended_at = attempt->seen.ended_at;
        if (!*row->message && row->state == STATE_PENDING)
            set(&row->message, attempt->seen.reason);
    }
    if (row->started_at <= 0)
        row->started_at = found->verdict.started_at;
    if (row->ended_at <= 0)
        row->ended_at = found->verdict.ended_at;
}

static void fill_attempt(struct row *row, const struct attempt *attempt,
                         const struct examination *found)
{
    row->attempt = (int)attempt->number;
    set(&row->job_id, attempt->job_id);
    row->submitted_at =
        attempt->accepted_at > 0 ? attempt->accepted_at : attempt->intent_at;
    free(row->output);
    row->output = xasprintf("%s.out", attempt->base);
    set(&row->host, found->verdict.host);
    set(&row->bootstrap, found->verdict.bootstrap);
    set(&row->ray_version, found->verdict.ray_version);
    row->n_results = found->scan.n_good;
    if (attempt->is_final)
        fill_from_final(row, attempt);
    else
        fill_from_live(row, attempt, found);
    if (row->duration_s < 0 && row->ended_at > row->started_at && row->started_at > 0)
        row->duration_s =
            (double)(long long)((row->ended_at - row->started_at) * 1000 + 0.5) / 1000;
}

static void add_result(struct row *row, const struct scan_result *result)
{
    row_set_result(row, result->json, result->size, NULL);
}

void examine_add_rows(const struct sweep *sweep, const struct sweep_point *point,
                      const struct examine_options *options, struct table *table)
{
    const struct attempt *attempt = sweep_attempt(point);

    if (!attempt) {
        struct row *row = add_point_row(table, point);
        row->state = STATE_PLANNED;
        if (point->n_attempts > 0)
            set(&row->message, point->attempts[point->n_attempts - 1]->refusal);
        return;
    }
    struct examination found;
    examine(sweep, attempt, options, &found);
    size_t n_rows =
        options->pick == SCAN_PICK_ALL && found.scan.count > 1 ? found.scan.count : 1;
    for (size_t i = 0; i < n_rows; i++) {
        struct row *row = add_point_row(table, point);
        if (found.scan.count > 0)
            add_result(row, &found.scan.results[n_rows > 1 ? i : found.scan.count - 1]);
        fill_attempt(row, attempt, &found);
    }
    examination_release(&found);
}

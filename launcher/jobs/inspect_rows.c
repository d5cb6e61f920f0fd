/* inspect_rows.c - what was found of a point, as rows (inspect_outputs.h) */
#include <stdlib.h>
#include <string.h>

#include "collector/outcome/causes.h"
#include "launcher/common/clock.h"
#include "launcher/common/memory.h"
#include "launcher/common/trees/json_io.h"
#include "launcher/jobs/inspect_outputs.h"
#include "launcher/sweep/provenance.h"

static struct row *add_point_row(struct table *table, const struct sweep_point *point)
{
    struct row *row = table_add(table);

    xreplace(&row->point, point->point.id);
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
    xreplace(&row->cause, jsonio_string(event, "cause", ""));
    xreplace(&row->message, jsonio_string(event, "message", ""));
    xreplace(&row->raw_state, jsonio_string(event, "raw_state", ""));
    row->exit_code = (int)jsonio_integer(event, "exit_code", -1);
    xreplace(&row->signal, jsonio_string(event, "signal", ""));
    const char *started = jsonio_string(event, "started_at", NULL);
    const char *ended = jsonio_string(event, "ended_at", NULL);
    row->started_at = started ? clock_from_iso(started) : 0;
    row->ended_at = ended ? clock_from_iso(ended) : 0;
    const json_t *evidence = json_object_get(event, "evidence");
    xreplace(&row->evidence_file, jsonio_string(evidence, "file", ""));
    xreplace(&row->evidence, jsonio_string(evidence, "line", ""));
    for (size_t i = 0; i < json_array_size(warnings); i++) {
        const char *line = json_string_value(json_array_get(warnings, i));
        words_add(&row->warnings, line ? line : "");
    }
}

static void fill_from_live(struct row *row, const struct attempt *attempt,
                           const struct inspection *found)
{
    row->state = found->outcome.state;
    xreplace(&row->cause, found->outcome.cause);
    xreplace(&row->message, found->outcome.message);
    words_copy(&row->warnings, &found->outcome.warnings);
    row->exit_code = found->verdict.is_present ? found->verdict.exit_code : -1;
    xreplace(&row->signal, found->verdict.signal);
    if (attempt->is_seen) {
        xreplace(&row->raw_state, attempt->seen.raw_state);
        row->started_at = attempt->seen.started_at;
        row->ended_at = attempt->seen.ended_at;
        if (row->state == STATE_PENDING) {
            xreplace(&row->pending_reason, attempt->seen.reason);
            row->expected_at = attempt->seen.expected_at;
        }
        if (!*row->message && row->state == STATE_PENDING)
            xreplace(&row->message, attempt->seen.reason);
    }
    if (row->started_at <= 0)
        row->started_at = found->verdict.started_at;
    if (row->ended_at <= 0)
        row->ended_at = found->verdict.ended_at;
}

/* Which code ran, and whether it is the one that was submitted. */
static void fill_code(struct row *row, const struct sweep *sweep,
                      const struct attempt *attempt, const struct inspection *found)
{
    const char *kept = attempt->final ? jsonio_string(attempt->final, "code", "") : "";
    const char *submitted = provenance_code(sweep, attempt);

    xreplace(&row->code, *kept ? kept : found->verdict.code ? found->verdict.code : "");
    row->is_code_changed =
        *row->code && *submitted && strcmp(row->code, submitted) != 0;
    if (row->is_code_changed)
        words_addf(&row->warnings,
                   "the entrypoint's file was changed between submission (%.12s) and "
                   "start (%.12s)",
                   submitted, row->code);
}

static void fill_attempt(struct row *row, const struct sweep *sweep,
                         const struct attempt *attempt, const struct inspection *found,
                         const char *source)
{
    row->attempt = (int)attempt->number;
    xreplace(&row->job_id, attempt->job_id);
    row->submitted_at =
        attempt->accepted_at > 0 ? attempt->accepted_at : attempt->intent_at;
    free(row->output);
    row->output = source ? xstrdup(source) : xasprintf("%s.out", attempt->base);
    xreplace(&row->host, found->verdict.host);
    xreplace(&row->bootstrap, found->verdict.bootstrap);
    xreplace(&row->phase, found->verdict.phase);
    xreplace(&row->ray_version, found->verdict.ray_version);
    row->n_results = found->scan.n_good;
    if (attempt->is_final)
        fill_from_final(row, attempt);
    if (attempt->is_final && found->source >= ROW_SOURCE_ARCHIVE)
        words_copy(&row->warnings, &found->outcome.warnings);
    if (!attempt->is_final)
        fill_from_live(row, attempt, found);
    if (row->duration_s < 0 && row->ended_at > row->started_at && row->started_at > 0)
        row->duration_s =
            (double)(long long)((row->ended_at - row->started_at) * 1000 + 0.5) / 1000;
    fill_code(row, sweep, attempt, found);
}

static void add_result(struct row *row, const struct scan_result *result)
{
    row_set_result(row, result->json, result->size, NULL);
}

void inspect_add_rows(const struct sweep *sweep, const struct sweep_point *point,
                      const struct inspect_options *options, struct table *table)
{
    const struct attempt *attempt = sweep_attempt(point);

    if (!attempt) {
        struct row *row = add_point_row(table, point);
        row->state = sweep_state(point);
        if (point->is_cancelled) {
            xreplace(&row->cause, cause_name(CAUSE_BY_USER));
            xreplace(&row->message, SWEEP_NEVER_SUBMITTED);
        } else if (point->n_attempts > 0)
            xreplace(&row->message, point->attempts[point->n_attempts - 1]->refusal);
        return;
    }
    struct inspection found;
    inspect_outputs(sweep, attempt, options, &found);
    size_t n_rows =
        options->pick == SCAN_PICK_ALL && found.scan.count > 1 ? found.scan.count : 1;
    for (size_t i = 0; i < n_rows; i++) {
        struct row *row = add_point_row(table, point);
        size_t picked = n_rows > 1 || found.scan.count == 0 ? i : found.scan.count - 1;
        if (picked < found.scan.count)
            add_result(row, &found.scan.results[picked]);
        row->result_number = picked + 1;
        row->source = row->result ? found.source : ROW_SOURCE_NONE;
        fill_attempt(row, sweep, attempt, &found, inspection_output(&found, picked));
        if (!attempt->is_final) {
            free(row->evidence_file);
            row->evidence_file = inspection_evidence_file(sweep, attempt, &found);
            xreplace(&row->evidence, found.evidence.line);
        }
    }
    inspection_release(&found);
}

#include "collector/loose/loose_outputs.h"

#include <stdlib.h>
#include <string.h>

#include "collector/loose/loose_names.h"
#include "collector/outcome/evidence.h"
#include "collector/outcome/log_hint.h"
#include "collector/outcome/outcome.h"
#include "collector/scan/near_result.h"
#include "collector/scan/result_witness.h"
#include "collector/scan/worker_logs.h"
#include "launcher/common/files/file.h"
#include "launcher/common/memory.h"
#include "launcher/common/processes/interrupt.h"

/* One output file, or one Ray session, and what was found there. */
struct source {
    char *point;       /* owned */
    const char *path;  /* borrowed: the output file, NULL of a session */
    const char *shown; /* borrowed */
    enum scan_pick pick;
    bool require_result;
    struct scan_report scan;
    struct worker_logs workers; /* what its workers' logs hold, where that counts */
};

static void source_release(struct source *source)
{
    free(source->point);
    scan_report_release(&source->scan);
    worker_logs_release(&source->workers);
}

static bool is_from_worker(const struct source *source)
{
    return source->scan.count == 0 && source->workers.scan.count > 0;
}

static void set_evidence(struct row *row, const struct source *source,
                         const struct scan_report *scan, const struct log_hint *hint,
                         const struct outcome *outcome)
{
    struct evidence evidence = {0};
    size_t size = strlen(source->shown);

    if (cause_is_reported(outcome->cause)) {
        const struct scan_result *last = scan_last(scan);
        evidence_set_result(&evidence, SCAN_MARKER, last->json, last->size);
        xreplace(&row->evidence_file, row->output);
    } else {
        evidence_choose(hint, outcome, &evidence);
    }
    if (evidence.line && !*row->evidence_file && !evidence.is_out && size > 4) {
        free(row->evidence_file);
        row->evidence_file = xasprintf("%.*s.err", (int)(size - 4), source->shown);
    } else if (evidence.line && !*row->evidence_file) {
        xreplace(&row->evidence_file, source->shown);
    }
    xreplace(&row->evidence, evidence.line);
    evidence_release(&evidence);
}

/* What became of it, once for all rows: the log is read for that. */
static void decide(const struct source *source, const struct scan_report *scan,
                   struct log_hint *hint, struct outcome *ret_outcome)
{
    cleanup_free char *result_error = NULL;
    cleanup_free char *near_result = NULL;
    size_t size = source->path ? strlen(source->path) : 0;
    cleanup_free char *err_path =
        xasprintf("%.*s.err", (int)(size > 4 ? size - 4 : size),
                  source->path ? source->path : "");

    if (source->path)
        log_hint_find(source->path, err_path, hint);
    if (scan->n_good == 0 && source->path)
        near_result = near_result_find(source->path, err_path);
    struct witnesses witnesses = {.has_output = true,
                                  .near_result = near_result,
                                  .is_grace_over = true,
                                  .require_result = source->require_result,
                                  .log_hint = hint->line,
                                  .log_cause = hint->cause[0] ? hint->cause : NULL,
                                  .job = JOB_NOT_ASKED,
                                  .job_exit_code = -1};
    result_witness_take(&witnesses, scan, is_from_worker(source), &result_error);
    outcome_decide(&witnesses, ret_outcome);
}

static void add_row(const struct source *source, const struct scan_report *scan,
                    size_t index, const struct log_hint *hint,
                    const struct outcome *outcome, struct table *table)
{
    struct row *row = table_add(table);

    xreplace(&row->point, source->point);
    xreplace(&row->output, is_from_worker(source) ? source->workers.sources.items[index]
                                                  : source->shown);
    row->n_results = scan->n_good;
    if (index < scan->count)
        row_set_result(row, scan->results[index].json, scan->results[index].size, NULL);
    row->result_number = index + 1;
    if (row->result)
        row->source = is_from_worker(source) ? ROW_SOURCE_WORKER : ROW_SOURCE_OUTPUT;
    row->state = outcome->state;
    xreplace(&row->cause, outcome->cause);
    xreplace(&row->message, outcome->message);
    words_copy(&row->warnings, &outcome->warnings);
    set_evidence(row, source, scan, hint, outcome);
    result_witness_warn(scan, &row->warnings);
    words_copy(&row->warnings, &source->workers.troubles);
}

static void add_rows(const struct source *source, struct table *table)
{
    bool is_worker = is_from_worker(source);
    const struct scan_report *scan = is_worker ? &source->workers.scan : &source->scan;
    size_t n_rows = source->pick == SCAN_PICK_ALL && scan->count > 1 ? scan->count : 1;
    struct log_hint hint = {0};
    struct outcome outcome;

    decide(source, scan, &hint, &outcome);
    if (scan->good_differ && n_rows == 1)
        words_addf(&outcome.warnings,
                   "%s several results that differ; --pick chooses, --pick all shows "
                   "every one",
                   is_worker ? "workers' logs hold" : "the file holds");
    for (size_t i = 0; i < n_rows; i++)
        add_row(source, scan, n_rows > 1 ? i : scan->count - (scan->count > 0), &hint,
                &outcome, table);
    outcome_release(&outcome);
    log_hint_release(&hint);
}

/* An output file, and beside it the archives of its workers' logs (<x>.ray). */
static int add_file(struct source *source, const char *path, struct table *table,
                    struct error *err)
{
    const char *base = path_base(source->shown);
    const char *dot = strrchr(base, '.');
    size_t size = strlen(path), shown_size = strlen(source->shown);

    if (scan_file(path, source->pick, true, &source->scan, err) < 0)
        return -1;
    source->path = path;
    source->point =
        xmemdup(base, dot && dot != base ? (size_t)(dot - base) : strlen(base));
    if (source->scan.count == 0 && size > 4 && shown_size > 4) {
        cleanup_free char *folder = xasprintf("%.*s.ray", (int)(size - 4), path);
        cleanup_free char *shown =
            xasprintf("%.*s.ray", (int)(shown_size - 4), source->shown);
        worker_logs_read(folder, shown, source->pick, &source->workers);
    }
    add_rows(source, table);
    return 0;
}

/* The logs folder of a Ray session is one row, called after the session. */
static void add_session(struct source *source, const char *path, struct table *table)
{
    size_t size = strlen(path);

    while (size > 1 && path[size - 1] == '/')
        size--;
    cleanup_free char *folder = xmemdup(path, size);
    cleanup_free char *parent = path_dir(folder);
    bool is_inside = strcmp(path_base(folder), "logs") == 0;
    cleanup_free char *shown =
        xmemdup(source->shown, strlen(source->shown) - (*source->shown ? 1 : 0));

    source->point = xstrdup(path_base(is_inside ? parent : folder));
    source->shown = shown;
    worker_logs_read(folder, shown, source->pick, &source->workers);
    if (source->workers.scan.count == 0)
        source->scan.n_malformed = source->workers.scan.n_malformed;
    add_rows(source, table);
}

static int add_output(const char *path, const char *shown,
                      const struct loose_options *options, struct table *table,
                      struct error *err)
{
    cleanup_with(source_release) struct source source = {.shown = shown,
                                                         .pick = options->pick,
                                                         .require_result =
                                                             options->require_result};

    if (path[strlen(path) - 1] != '/')
        return add_file(&source, path, table, err);
    add_session(&source, path, table);
    return 0;
}

/* Below a folder: what cannot be read is a trouble, and the rest goes on. */
static int add_found(const char *path, const char *shown,
                     const struct loose_options *options, struct loose_rows *rows,
                     struct error *err)
{
    struct error own = {0};

    if (interrupt_is_pending())
        return interrupt_error(err, "while reading output files");
    if (add_output(path, shown, options, rows->table, &own) < 0)
        words_add(&rows->troubles, own.text);
    return 0;
}

int loose_outputs_add_rows(const char *path, const struct loose_options *options,
                           struct loose_rows *rows, struct error *err)
{
    cleanup_words struct words names = {0};
    size_t skip = strlen(path);

    if (!folder_exists(path)) {
        rows->n_files++;
        return add_output(path, path, options, rows->table, err);
    }
    if (loose_names_find(path, &names, &rows->troubles, err) < 0)
        return -1;
    for (size_t i = 0; i < names.count; i++) {
        const char *shown = names.items[i] + skip;
        rows->n_files++;
        if (add_found(names.items[i], shown + strspn(shown, "/"), options, rows, err) <
            0)
            return -1;
    }
    return 0;
}

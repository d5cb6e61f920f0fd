#include "launcher/jobs/inspect_outputs.h"

#include <fcntl.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "collector/outcome/causes.h"
#include "collector/outcome/log_hint.h"
#include "collector/scan/near_result.h"
#include "collector/scan/result_witness.h"
#include "collector/scan/worker_logs.h"
#include "launcher/common/files/file.h"
#include "launcher/common/memory.h"
#include "launcher/common/processes/interrupt.h"
#include "launcher/common/trees/json_io.h"
#include "launcher/jobs/earlier.h"

char *inspect_claim(const struct sweep *sweep, const struct attempt *attempt)
{
    cleanup_free char *path = attempt_path(sweep, attempt, ".claim");
    char id[JOB_ID_SIZE];
    ssize_t size = readlink(path, id, sizeof id - 1);

    return size > 0 ? xmemdup(id, (size_t)size) : NULL;
}

/* How much memory the attempt was given, as the "settings" event has it, and used. */
static struct memory_use memory_of(const struct sweep *sweep,
                                   const struct attempt *attempt, const char *line)
{
    const json_t *values = json_object_get(
        json_object_get(sweep->settings_events,
                        attempt->settings_id ? attempt->settings_id : ""),
        "values");
    const char *mem = jsonio_string(values, "mem", "");
    const char *mem_per_cpu = jsonio_string(values, "mem_per_cpu", "");
    /* With --exclusive and nothing asked the job has all memory of its nodes. */
    bool is_whole = !*mem && strcmp(jsonio_string(values, "exclusive", ""), "yes") == 0;
    long sampled = attempt->is_seen ? attempt->seen.max_rss_mib : 0;
    struct memory_use use = {.is_sampled = sampled > 0,
                             .peak_mib =
                                 sampled > 0 ? sampled : memory_advice_peak(line),
                             .sweep = sweep->name};

    if (!is_whole && (*mem || *mem_per_cpu)) {
        use.option = *mem ? "--mem" : "--mem-per-cpu";
        use.asked = *mem ? mem : mem_per_cpu;
    }
    return use;
}

/* The second source of results. Archives of logs are large: read when there is no other
 * result and what is found can be final; later where the journal says that the result
 * stands there. */
static bool may_ask_workers(const struct attempt *attempt,
                            const struct inspect_options *options)
{
    if (attempt->is_final)
        return strchr(jsonio_string(attempt->final, "output", ""), '#') != NULL;
    return options->is_grace_over && options->job != JOB_LIVE;
}

static void ask_workers(const struct sweep *sweep, const struct attempt *attempt,
                        enum scan_pick pick, struct inspection *found,
                        struct words *warnings)
{
    cleanup_free char *folder = attempt_path(sweep, attempt, ".ray");
    cleanup_free char *shown = xasprintf("%s.ray", attempt->base);
    struct worker_logs logs;

    worker_logs_read(folder, shown, pick, &logs);
    words_copy(warnings, &logs.troubles);
    if (logs.scan.count > 0) {
        if (logs.scan.good_differ)
            words_add(warnings,
                      "results in workers' logs differ: the last one is shown, "
                      "and --pick all shows every one");
        scan_report_release(&found->scan);
        found->scan = logs.scan;
        found->sources = logs.sources;
        logs.scan = (struct scan_report){0};
        logs.sources = (struct words){0};
    }
    worker_logs_release(&logs);
}

/* What was found once for the attempt stays; not where the job began anew, since what
 * an earlier start printed does not count. */
static void ask_earlier(const struct sweep *sweep, const struct attempt *attempt,
                        const struct inspect_options *options, struct inspection *found,
                        struct words *warnings)
{
    struct scan_report scan;
    struct words sources = {0};
    enum row_source source;

    if (!options->earlier || found->scan.n_good > 0 || found->scan.has_restarted ||
        !earlier_take(options->earlier, sweep, attempt, options->pick, &scan, &sources,
                      &source))
        return;
    words_addf(
        warnings, "its %s: the result is %s",
        found->has_output ? "output holds no result any more" : "output file is gone",
        source == ROW_SOURCE_ARCHIVE ? "the archive's" : "that of an earlier table");
    scan_report_release(&found->scan);
    words_release(&found->sources);
    found->scan = scan;
    found->sources = sources;
    found->source = source;
}

/* What the output file says where its line does not say "completed". */
static void prove_result(const struct inspection *found, const char *out,
                         struct evidence *evidence)
{
    const char *cause = found->outcome.cause;

    if (cause_is_reported(cause) && found->scan.count > 0) {
        const struct scan_result *last = scan_last(&found->scan);
        evidence_set_result(evidence, SCAN_MARKER, last->json, last->size);
    } else if (cause_is(cause, CAUSE_BAD_RESULT)) {
        char bytes[EVIDENCE_MAX_BYTES];
        cleanup_close int fd =
            open(out, O_RDONLY | O_NOFOLLOW | O_NONBLOCK | O_CLOEXEC);
        ssize_t size = fd < 0 ? -1
                              : pread(fd, bytes, sizeof bytes,
                                      (off_t)found->scan.malformed_offset);
        if (size > 0)
            evidence_set_result(evidence, "", bytes, (size_t)size);
    }
}

/* Slurm's word, and who cancelled the job where that is known: "CANCELLED by 0". */
static char *raw_words(const struct attempt *attempt)
{
    if (!attempt->is_seen || !attempt->seen.raw_state)
        return NULL;
    if (attempt->seen.cancelled_by < 0)
        return xstrdup(attempt->seen.raw_state);
    return xasprintf("%s by %ld", attempt->seen.raw_state, attempt->seen.cancelled_by);
}

static void decide(const struct sweep *sweep, const struct attempt *attempt,
                   const struct inspect_options *options, const struct log_hint *hint,
                   const char *near_result, struct inspection *found)
{
    cleanup_free char *raw = raw_words(attempt);
    cleanup_free char *result_error = NULL;
    struct witnesses witnesses = {
        .has_attempt = true,
        .has_claim = found->has_claim,
        .has_output = found->has_output,
        .is_grace_over = options->is_grace_over,
        .require_result = options->require_result,
        .was_cancelled = attempt->is_cancel_asked,
        .verdict = &found->verdict,
        .near_result = near_result,
        .log_hint = hint->line,
        .log_cause = hint->cause[0] ? hint->cause : NULL,
        .job = options->job,
        .job_state = attempt->is_seen ? attempt->seen.state : STATE_UNKNOWN,
        .job_raw = raw,
        .job_reason = attempt->is_seen ? attempt->seen.reason : NULL,
        .job_exit_code = attempt->is_seen ? attempt->seen.exit_code : -1,
        .job_signal = attempt->is_seen ? attempt->seen.signal : 0,
        .memory = memory_of(sweep, attempt, hint->line),
    };

    result_witness_take(&witnesses, &found->scan, found->sources.count > 0,
                        &result_error);
    outcome_decide(&witnesses, &found->outcome);
}

void inspect_outputs(const struct sweep *sweep, const struct attempt *attempt,
                     const struct inspect_options *options,
                     struct inspection *ret_inspection)
{
    cleanup_free char *out = attempt_path(sweep, attempt, ".out");
    cleanup_free char *err_path = attempt_path(sweep, attempt, ".err");
    cleanup_free char *verdict = attempt_path(sweep, attempt, ".verdict.json");
    cleanup_free char *near_result = NULL;
    cleanup_words struct words warnings = {0};
    struct inspection *found = ret_inspection;
    struct log_hint hint = {0};
    struct error bad_verdict = {0};
    struct error bad_output = {0};

    *found = (struct inspection){.claim_job = inspect_claim(sweep, attempt)};
    found->has_claim = found->claim_job != NULL;
    found->has_output = file_exists(out);
    if (attempt->is_seen && attempt->seen.is_simulated)
        words_add(&warnings, JOB_SIMULATED);
    verdict_load(verdict, &found->verdict, &bad_verdict);
    if (bad_verdict.kind != ERROR_NONE)
        words_add(&warnings, bad_verdict.text);
    if (found->has_output &&
        scan_file(out, options->pick, true, &found->scan, &bad_output) < 0)
        words_add(&warnings, bad_output.text);
    if (found->scan.count == 0 && may_ask_workers(attempt, options))
        ask_workers(sweep, attempt, options->pick, found, &warnings);
    if (found->scan.count > 0)
        found->source =
            found->sources.count > 0 ? ROW_SOURCE_WORKER : ROW_SOURCE_OUTPUT;
    ask_earlier(sweep, attempt, options, found, &warnings);
    found->is_cut_short = interrupt_is_pending();
    if (found->scan.says.last != RESULT_SAYS_COMPLETED ||
        found->scan.says.completed_differ || found->scan.says.is_torn_behind ||
        found->sources.count > 0)
        log_hint_find(out, err_path, &hint);
    if (found->scan.n_good == 0 && options->job != JOB_LIVE)
        near_result = near_result_find(out, err_path);
    decide(sweep, attempt, options, &hint, near_result, found);
    result_witness_warn(&found->scan, &warnings);
    words_copy(&found->outcome.warnings, &warnings);
    evidence_choose(&hint, &found->outcome, &found->evidence);
    prove_result(found, out, &found->evidence);
    log_hint_release(&hint);
}

const char *inspection_output(const struct inspection *found, size_t index)
{
    return index < found->sources.count ? found->sources.items[index] : NULL;
}

/* Relative to the sweep's folder. */
char *inspection_evidence_file(const struct sweep *sweep, const struct attempt *attempt,
                               const struct inspection *found)
{
    if (!found->evidence.line)
        return xstrdup("");
    if (cause_is_reported(found->outcome.cause) && found->sources.count > 0)
        return xstrdup(found->sources.items[found->sources.count - 1]);
    cleanup_free char *path =
        attempt_path(sweep, attempt, found->evidence.is_out ? ".out" : ".err");
    return xstrdup(path + strlen(sweep->path) + 1);
}

void inspection_note(const struct sweep *sweep, const struct attempt *attempt,
                     const struct inspection *found, json_t *event)
{
    if (found->evidence.line) {
        cleanup_free char *file = inspection_evidence_file(sweep, attempt, found);
        json_t *evidence = json_object();
        json_object_set_new(evidence, "file", jsonio_bytes(file, strlen(file)));
        json_object_set_new(
            evidence, "line",
            jsonio_bytes(found->evidence.line, strlen(found->evidence.line)));
        json_object_set_new(event, "evidence", evidence);
    }
    if (found->sources.count > 0) {
        const char *source = found->sources.items[found->sources.count - 1];
        json_object_set_new(event, "output", json_string(source));
    }
}

void inspection_release(struct inspection *examination)
{
    outcome_release(&examination->outcome);
    verdict_release(&examination->verdict);
    scan_report_release(&examination->scan);
    words_release(&examination->sources);
    evidence_release(&examination->evidence);
    free(examination->claim_job);
}

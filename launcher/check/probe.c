#include "launcher/check/probe.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "collector/outcome/verdict.h"
#include "launcher/check/probe_nodes.h"
#include "launcher/common/clock.h"
#include "launcher/common/files/file.h"
#include "launcher/common/memory.h"
#include "launcher/common/processes/interrupt.h"
#include "launcher/common/random.h"
#include "launcher/jobs/poll_jobs.h"
#include "launcher/script/script.h"
#include "launcher/submit/submit_one.h"
#include "launcher/sweep/runtime_folder.h"

#define LOOK_MS 50    /* between two looks at the folder */
#define ASK_MS 2000   /* between two looks at the queue */
#define LATE_MS 15000 /* files of an ended job that a network file system hides */
#define CANCEL_WAIT_MS 15000

struct probe {
    const struct probe_request *request;
    char job_name[64];
    char job_id[JOB_ID_SIZE];
    struct probe_nodes nodes;
    bool is_listed; /* the queue knew the job at the last look */
    bool is_ended;
    bool is_cancelled; /* we asked for its end */
    int64_t ended_at_ms;
    char *raw_state; /* owned: the scheduler's word, "" before the first look */
    char *reason;    /* owned */
};

static void tell(const struct probe *probe, const char *text)
{
    if (probe->request->on_news)
        probe->request->on_news(probe->request->context, text);
}

static int set_small(struct settings *settings, enum setting key, const char *value,
                     struct error *err)
{
    if (settings_is_asked(settings, key))
        return 0;
    return settings_set(settings, key, value, RANK_BUILT_IN, "built-in (probe)", err);
}

int probe_adapt(struct settings *settings, struct error *err)
{
    if (set_small(settings, SETTING_CPUS_PER_TASK, "1", err) < 0 ||
        set_small(settings, SETTING_GPUS_PER_TASK, "0", err) < 0 ||
        set_small(settings, SETTING_MEM_PER_CPU, "1G", err) < 0 ||
        set_small(settings, SETTING_EXCLUSIVE, "no", err) < 0)
        return -1;
    return settings_set(settings, SETTING_TIME, "5", RANK_FLAG, "raylaunch check", err);
}

static int write_script(const struct probe *probe, const char *path, struct error *err)
{
    cleanup_free char *base = path_join(probe->request->folder, "probe");
    cleanup_text struct text text = {0};
    struct template template = {0};
    struct point point = {.id = "probe"};
    struct script_request request = {
        .settings = probe->request->settings,
        .template = &template,
        .point = &point,
        .sweep_folder = probe->request->folder,
        .base = base,
        .job_name = "raylaunch-check",
        .attempt = 1,
        .fs_grace = poll_jobs_looks(probe->request->folder, probe->request->settings)};
    struct runtime_folder runtime = {0};

    int rc = runtime_folder_open(probe->request->folder, &runtime, err);
    runtime_folder_release(&runtime);
    if (rc == 0)
        rc = template_load("probe", &template, err);
    if (rc == 0) {
        rc = script_render(&request, &text, err);
        template_release(&template);
    }
    if (rc < 0)
        return -1;
    return file_write_atomic(path, text_string(&text), text.size, FILE_DURABLE, err);
}

/* The outcome of the one submission. A first interrupt waits for it: the job must be
 * known to be cancelled. */
static int submit(struct probe *probe, struct submit_outcome *ret_outcome,
                  struct error *err)
{
    const struct probe_request *request = probe->request;
    cleanup_free char *script = path_join(request->folder, "probe.sbatch");
    cleanup_free char *out = path_join(request->folder, "probe.out");
    cleanup_free char *err_file = path_join(request->folder, "probe.err");
    char token[RANDOM_HEX_SIZE(5)];
    struct submit_one how = {.scheduler = request->scheduler,
                             .context = request->context,
                             .on_warning = request->on_news};

    random_hex(token, 5);
    snprintf(probe->job_name, sizeof probe->job_name, "raylaunch-check-%s", token);
    struct submit_request submission = {.script = script,
                                        .job_name = probe->job_name,
                                        .output = out,
                                        .error = err_file,
                                        .folder = request->folder};
    return write_script(probe, script, err) < 0
               ? -1
               : submit_one(&how, &submission, ret_outcome, err);
}

/* Take what the queue says; a job that it lists no more has ended. */
static void take_job(struct probe *probe, const struct job_list *jobs)
{
    const struct job *job = NULL;

    for (size_t i = 0; i < jobs->count && !job; i++) {
        if (strcmp(jobs->jobs[i].name, probe->job_name) == 0 ||
            (*probe->job_id && strcmp(jobs->jobs[i].id, probe->job_id) == 0))
            job = &jobs->jobs[i];
    }
    bool is_gone = !job && probe->is_listed;
    probe->is_listed = job != NULL;
    if (job) {
        snprintf(probe->job_id, sizeof probe->job_id, "%s", job->id);
        if (strcmp(probe->raw_state, job->raw_state) != 0 ||
            strcmp(probe->reason, job->reason) != 0) {
            cleanup_free char *news = xasprintf(
                "job %s: %s%s%s%s", job->id, job->raw_state, *job->reason ? " (" : "",
                job->reason, *job->reason ? ")" : "");
            tell(probe, news);
        }
        xreplace(&probe->raw_state, job->raw_state);
        xreplace(&probe->reason, job->reason);
    }
    if (!probe->is_ended && (is_gone || (job && state_is_final(job->state)))) {
        probe->is_ended = true;
        probe->ended_at_ms = clock_monotonic_ms();
    }
}

static void ask_queue(struct probe *probe)
{
    struct scheduler *scheduler = probe->request->scheduler;
    struct job_list jobs = {0};

    if (scheduler_list(scheduler, &jobs, NULL) < 0)
        return; /* says nothing about the job */
    take_job(probe, &jobs);
    job_list_release(&jobs);
}

/* No job is left: asked to end, and waited for a little, as it may still write. The
 * first interrupt lets that be done, the second does not. */
static void cancel(struct probe *probe)
{
    struct scheduler *scheduler = probe->request->scheduler;
    int64_t end = clock_monotonic_ms() + CANCEL_WAIT_MS;
    cleanup_words struct words ids = {0};

    if (!*probe->job_id || probe->is_ended)
        return;
    if (interrupt_is_pending() && interrupt_count() == 1) {
        interrupt_answer();
        tell(probe, "stopping when the job is cancelled (again: at once)");
    }
    words_add(&ids, probe->job_id);
    probe->is_cancelled = scheduler_cancel(scheduler, &ids, NULL) == 0;
    while (!probe->is_ended && clock_monotonic_ms() < end && interrupt_sleep_ms(200))
        ask_queue(probe);
}

/* Why the script itself gave up, as its verdict says: owned, or NULL. */
static char *given_reason(const struct probe *probe)
{
    cleanup_free char *path = path_join(probe->request->folder, "probe.verdict.json");
    struct verdict verdict = {0};
    char *reason = NULL;

    if (verdict_load(path, &verdict, NULL) < 0)
        return NULL;
    if (verdict.is_present && *verdict.cause)
        reason = xasprintf("%s: %s", verdict.cause, verdict.message);
    verdict_release(&verdict);
    return reason;
}

/* Has it ended for good? Its files may be hidden for a while by a network file system,
 * but not once its verdict is there. */
static bool is_over(const struct probe *probe)
{
    if (!probe->is_ended)
        return false;
    cleanup_free char *reason = given_reason(probe);
    return reason || clock_monotonic_ms() - probe->ended_at_ms > LATE_MS;
}

enum probe_end { PROBE_DONE, PROBE_ENDED, PROBE_TIRED, PROBE_INTERRUPTED };

static enum probe_end wait_for_nodes(struct probe *probe)
{
    long long wanted = settings_integer(probe->request->settings, SETTING_NODES);
    /* Jobs of this machine are our children: asking costs nothing. */
    int64_t ask_ms =
        scheduler_can(probe->request->scheduler, SCHEDULER_RUNS_HERE) ? 0 : ASK_MS;
    int64_t began = clock_monotonic_ms();
    int64_t asked = 0;

    while (interrupt_count() == 0) {
        int64_t now = clock_monotonic_ms();
        probe_nodes_look(&probe->nodes, probe->request->folder);
        if ((long long)probe->nodes.n_reports >= wanted)
            return PROBE_DONE;
        if (now - asked >= ask_ms) {
            ask_queue(probe);
            asked = clock_monotonic_ms();
        }
        if (is_over(probe))
            return PROBE_ENDED;
        if ((double)(now - began) / 1000 > probe->request->wait_s)
            return PROBE_TIRED;
        interrupt_sleep_ms(LOOK_MS);
    }
    return PROBE_INTERRUPTED;
}

/* The last line that the job wrote to stderr. Owned. */
static char *last_words(const struct probe *probe)
{
    cleanup_free char *path = path_join(probe->request->folder, "probe.err");
    cleanup_free char *bytes = NULL;
    size_t size = 0;

    if (file_read_all(path, LIMIT_CHILD_STDERR, &bytes, &size, NULL) < 0)
        return xstrdup("it wrote nothing that is seen here");
    while (size > 0 && strchr(" \r\n", bytes[size - 1]))
        bytes[--size] = '\0';
    const char *line = strrchr(bytes, '\n');
    return xstrdup(line ? line + 1 : bytes);
}

static char *one_line(const char *message)
{
    cleanup_text struct text text = {0};

    for (; *message; message++) {
        if (*message == '\n')
            text_add(&text, "; ");
        else
            text_add_char(&text, *message);
    }
    return text_take(&text);
}

static void add_end(struct probe *probe, enum probe_end end, struct findings *findings)
{
    long long wanted = settings_integer(probe->request->settings, SETTING_NODES);
    cleanup_free char *reason = given_reason(probe);
    cleanup_free char *said = reason ? NULL : last_words(probe);
    bool is_heard = reason || probe->nodes.count > 0;

    switch (end) {
    case PROBE_DONE:
        findings_add(findings, FINDING_OK, "cluster", "probe", "",
                     "job %s ran on %zu node%s", probe->job_id, probe->nodes.count,
                     probe->nodes.count == 1 ? "" : "s");
        break;
    case PROBE_ENDED:
        findings_add(
            findings, FINDING_BAD, "cluster", "probe",
            is_heard ? "what it says is the reason"
                     : "if it ran, the nodes do not see this folder: choose an "
                       "--output-dir that they share",
            "job %s ended (%s), %zu of %lld nodes reported: %s", probe->job_id,
            probe->raw_state, probe->nodes.n_reports, wanted, reason ? reason : said);
        break;
    case PROBE_TIRED:
        findings_add(findings, FINDING_BAD, "cluster", "probe",
                     "ask for less, choose another --partition, or wait longer with "
                     "--wait-timeout",
                     "job %s was cancelled after %.0f s (%s%s%s), %zu of %lld nodes "
                     "reported",
                     probe->job_id, probe->request->wait_s, probe->raw_state,
                     *probe->reason ? ": " : "", probe->reason, probe->nodes.n_reports,
                     wanted);
        break;
    case PROBE_INTERRUPTED:
        break;
    }
}

static int look(struct probe *probe, struct findings *findings, struct error *err)
{
    enum probe_end end = wait_for_nodes(probe);

    if (end == PROBE_DONE) { /* it has nothing to do any more, and ends by itself */
        for (int i = 0; i < 50 && !probe->is_ended && interrupt_sleep_ms(100); i++)
            ask_queue(probe);
    }
    cancel(probe);
    if (end == PROBE_INTERRUPTED)
        return probe->is_cancelled || probe->is_ended
                   ? error_set(err, ERROR_INTERRUPT,
                               "interrupted; the probe's job %s was cancelled",
                               probe->job_id)
                   : error_set(err, ERROR_INTERRUPT,
                               "interrupted; the probe's job %s may go on, for five "
                               "minutes: scancel %s",
                               probe->job_id, probe->job_id);
    add_end(probe, end, findings);
    probe_nodes_judge(&probe->nodes, probe->request->settings, findings);
    return 0;
}

int probe_run(const struct probe_request *request, struct findings *findings,
              struct error *err)
{
    struct probe probe = {
        .request = request, .raw_state = xstrdup(""), .reason = xstrdup("")};
    struct submit_outcome outcome = {0};

    int rc = submit(&probe, &outcome, err);
    cleanup_free char *message = one_line(rc == 0 ? outcome.message : "");
    if (rc == 0 && outcome.class == SUBMIT_UNKNOWN) {
        interrupt_sleep_ms(1000);
        ask_queue(&probe); /* by its name */
    } else if (rc == 0 && outcome.class == SUBMIT_ACCEPTED) {
        snprintf(probe.job_id, sizeof probe.job_id, "%s", outcome.job_id);
    }
    if (rc == 0 && !*probe.job_id && interrupt_count() > 0)
        rc =
            interrupt_error(err,
                            "before it was known whether the probe has a job; it would "
                            "be called %s, and end by itself",
                            probe.job_name);
    else if (rc == 0 && !*probe.job_id)
        findings_add(findings, FINDING_BAD, "cluster", "probe",
                     "ask as the site wants it: --partition, --account, --qos, --mem",
                     "%s", *message ? message : "not submitted");
    else if (rc == 0)
        rc = look(&probe, findings, err);
    submit_outcome_release(&outcome);
    probe_nodes_release(&probe.nodes);
    free(probe.raw_state);
    free(probe.reason);
    return rc;
}

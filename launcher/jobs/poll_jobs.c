#include "launcher/jobs/poll_jobs.h"

#include <string.h>
#include <sys/vfs.h>

#include "launcher/common/clock.h"
#include "launcher/common/files/file.h"
#include "launcher/common/memory.h"
#include "launcher/common/processes/interrupt.h"
#include "launcher/common/text/utf8.h"
#include "launcher/common/trees/json_io.h"
#include "launcher/jobs/accounting.h"
#include "launcher/jobs/inspect_outputs.h"
#include "launcher/jobs/job_match.h"

/* slurmdbd may be behind: a record that is not there yet proves nothing for so long. */
#define ACCOUNTING_LAG_S 10.0
#define LOOKS_LEAST 10

/* The queue answered: what it does not list any more has left it. */
static void note_absence(struct sweep *sweep)
{
    double now = clock_monotonic_s();

    /* A site may hide the jobs of others. */
    for (size_t i = 0; sweep->user.is_caller && i < sweep->n_attempts; i++) {
        struct attempt *attempt = sweep->by_order[i];
        if (attempt->is_listed)
            attempt->gone_at = 0;
        else if (attempt->gone_at <= 0)
            attempt->gone_at = now;
    }
}

int poll_jobs(struct sweep *sweep, struct scheduler *scheduler, long *n_calls,
              struct error *err)
{
    struct job_list jobs = {0};
    struct job_match match;

    if (n_calls)
        ++*n_calls;
    if (scheduler_list(scheduler, &jobs, err) < 0)
        return -1;
    job_match_init(&match, sweep);
    for (size_t i = 0; i < sweep->n_attempts; i++)
        sweep->by_order[i]->is_listed = false;
    for (size_t i = 0; i < jobs.count; i++) {
        struct attempt *attempt = job_match_find(&match, &jobs.jobs[i]);
        /* A refused submission leaves a FAILED record under the same name: not a run.
         */
        if (!attempt || jobs.jobs[i].is_refusal ||
            (attempt->job_id[0] && strcmp(attempt->job_id, jobs.jobs[i].id) != 0))
            continue;
        attempt_set_seen(attempt, &jobs.jobs[i]);
        attempt->is_listed = attempt->was_listed = true;
    }
    job_list_release(&jobs);
    note_absence(sweep);
    accounting_ask(sweep, scheduler, &match, n_calls);
    job_match_release(&match);
    return interrupt_is_pending() ? interrupt_error(err, "while looking at the jobs")
                                  : 0;
}

/* Files had their time to appear. */
static bool grace_over(const struct attempt *attempt, double fs_grace_s, bool is_off)
{
    double now = clock_monotonic_s();
    double grace = fs_grace_s;

    if (attempt_witness(attempt) == JOB_ENDED) {
        double ended = attempt->seen.ended_at;
        /* Who cancelled it decides whether it is submitted again. */
        if (!is_off && accounting_wants_canceller(attempt) &&
            clock_wall() - ended < ACCOUNTING_LAG_S)
            return false;
        if (grace <= 0 || (ended > 0 && clock_wall() - ended >= grace))
            return true;
        return ended <= 0 && attempt->gone_at > 0 && now - attempt->gone_at >= grace;
    }
    bool is_young = attempt->was_listed || clock_wall() - attempt->accepted_at < 60;
    if (is_young && grace < ACCOUNTING_LAG_S)
        grace = ACCOUNTING_LAG_S;
    return attempt->gone_at > 0 && now - attempt->gone_at >= grace;
}

static bool is_decided(const struct attempt *attempt, const struct inspection *found,
                       bool is_grace_over)
{
    enum job_witness job = attempt_witness(attempt);

    if (!state_is_final(found->outcome.state) ||
        (job != JOB_ENDED && job != JOB_NOT_KNOWN))
        return false;
    return is_grace_over || (found->verdict.is_present && found->verdict.is_final &&
                             found->scan.n_good > 0);
}

static void set_time(json_t *event, const char *key, double wall)
{
    char iso[CLOCK_ISO_SIZE];

    if (wall <= 0)
        return;
    clock_iso(wall, iso);
    json_object_set_new(event, key, json_string(iso));
}

static json_t *final_event(const struct sweep *sweep, const struct attempt *attempt,
                           const struct inspection *found)
{
    const struct verdict *verdict = &found->verdict;
    json_t *warnings = json_array();
    json_t *event = json_pack(
        "{s:s, s:i, s:s, s:s, s:s, s:s, s:s, s:s}", "point", attempt->point->point.id,
        "attempt", (int)attempt->number, "token", attempt->token, "job_id",
        attempt->job_id, "state", state_name(found->outcome.state), "cause",
        found->outcome.cause, "raw_state",
        attempt->is_seen && attempt->seen.raw_state ? attempt->seen.raw_state : "",
        "signal", verdict->signal ? verdict->signal : "");
    json_t *message =
        jsonio_bytes(found->outcome.message, strlen(found->outcome.message));
    if (json_is_string(message))
        json_object_set(event, "message", message);
    json_decref(message);
    if (attempt->is_seen && attempt->seen.nodes && *attempt->seen.nodes)
        json_object_set_new(
            event, "nodes",
            jsonio_bytes(attempt->seen.nodes, strlen(attempt->seen.nodes)));
    double started = attempt->is_seen ? attempt->seen.started_at : 0;
    double ended = attempt->is_seen ? attempt->seen.ended_at : 0;
    set_time(event, "started_at", started > 0 ? started : verdict->started_at);
    set_time(event, "ended_at", ended > 0 ? ended : verdict->ended_at);
    int exit_code = verdict->is_present ? verdict->exit_code : -1;
    if (exit_code < 0 && attempt->is_seen)
        exit_code = attempt->seen.exit_code;
    json_object_set_new(event, "exit_code", json_integer(exit_code));
    for (size_t i = 0; i < found->outcome.warnings.count; i++) {
        const char *warning = found->outcome.warnings.items[i];
        cleanup_text struct text clean = {0}; /* names of files stand in it */
        utf8_add_clean(&clean, warning, strlen(warning));
        json_array_append_new(warnings, json_string(text_string(&clean)));
    }
    json_object_set_new(event, "warnings", warnings);
    if (verdict->is_present && *verdict->code)
        json_object_set_new(event, "code", json_string(verdict->code));
    inspection_note(sweep, attempt, found, event);
    return event;
}

static int apply_finals(struct sweep *sweep, json_t *events, struct error *err)
{
    int rc = 0;

    for (size_t i = 0; rc == 0 && i < json_array_size(events); i++) {
        json_t *event = json_array_get(events, i);
        const struct attempt *attempt =
            sweep_by_token(sweep, json_string_value(json_object_get(event, "token")));
        /* Another process may have settled it in the meantime. */
        if (attempt && !attempt->is_final)
            rc = sweep_event(sweep, EVENT_FINAL, json_incref(event), err);
    }
    return rc;
}

/* While another has the lock nothing is written: a later look decides it anew. */
static int write_finals(struct sweep *sweep, json_t *events, size_t *ret_n_new,
                        struct error *err)
{
    if (sweep->is_others) {
        int seen = apply_finals(sweep, events, err);
        sweep_forget(sweep);
        *ret_n_new = json_array_size(events);
        return seen;
    }
    int taken = sweep_lock_await(sweep, SWEEP_LOCK_SOON_MS, err);

    if (taken <= 0)
        return taken;
    int rc = apply_finals(sweep, events, err);
    *ret_n_new = json_array_size(events);
    if (rc == 0)
        rc = sweep_flush(sweep, true, err);
    sweep_unlock(sweep);
    return rc;
}

/* While files have time to appear they are looked at less and less often: 10,000 jobs
 * may end at once, on a file server. */
static bool is_time_for_files(struct attempt *attempt, bool is_grace_over)
{
    int64_t now = clock_monotonic_ms();

    if (!is_grace_over && now < attempt->files_next_ms)
        return false;
    attempt->files_step_ms =
        attempt->files_step_ms > 0 ? attempt->files_step_ms * 2 : 500;
    if (attempt->files_step_ms > 16000)
        attempt->files_step_ms = 16000;
    attempt->files_next_ms = now + attempt->files_step_ms;
    return true;
}

int finalize_attempts(struct sweep *sweep, const struct poll_jobs_options *options,
                      size_t *ret_n_new, struct error *err)
{
    json_auto_t *events = json_array();
    size_t n_new = 0;

    for (size_t i = 0; i < sweep->n_attempts; i++) {
        struct attempt *attempt = sweep->by_order[i];
        enum job_witness job = attempt_witness(attempt);
        if (!attempt_is_live(attempt) || attempt->phase != ATTEMPT_ACCEPTED ||
            job == JOB_LIVE || job == JOB_NOT_ASKED)
            continue;
        bool is_grace_over =
            grace_over(attempt, options->fs_grace_s, sweep->accounting.is_off);
        if (!is_time_for_files(attempt, is_grace_over))
            continue;
        struct inspect_options how = {.require_result = options->require_result,
                                      .pick = SCAN_PICK_LAST,
                                      .is_grace_over = is_grace_over,
                                      .job = job};
        struct inspection found;
        inspect_outputs(sweep, attempt, &how, &found);
        if (found.is_cut_short) { /* half a log has no result: nothing is decided */
            inspection_release(&found);
            return interrupt_error(err, "while reading outputs");
        }
        if (is_decided(attempt, &found, is_grace_over))
            json_array_append_new(events, final_event(sweep, attempt, &found));
        inspection_release(&found);
    }
    int rc = json_array_size(events) > 0 ? write_finals(sweep, events, &n_new, err) : 0;
    if (ret_n_new)
        *ret_n_new = n_new;
    return rc;
}

double poll_jobs_fs_grace(const char *folder, const struct settings *settings)
{
    static const unsigned long network[] = {
        0x6969,                             /* NFS */
        0x0BD00BD0,                         /* Lustre */
        0x47504653,                         /* GPFS */
        0x19830326,                         /* BeeGFS */
        0x00C36400,                         /* Ceph */
        0x65735546,                         /* FUSE: sshfs, JuiceFS, … */
        0x517B,     0xFE534D42, 0xFF534D42, /* SMB */
        0x01021997,                         /* 9p */
        0x6B414653, 0x5346414F,             /* AFS */
        0x7C7C6673,                         /* PRL_FS */
        0xAAD7AAEA,                         /* Panasas */
        0x013111A8,                         /* IBRIX */
    };
    struct statfs info;

    if (settings_is_set(settings, SETTING_FS_GRACE))
        return (double)settings_integer(settings, SETTING_FS_GRACE);
    if (statfs(folder, &info) < 0)
        return 0;
    for (size_t i = 0; i < sizeof network / sizeof *network; i++) {
        if ((unsigned long)info.f_type == network[i])
            return 90;
    }
    return 0;
}

unsigned poll_jobs_looks(const char *folder, const struct settings *settings)
{
    cleanup_free char *at = xstrdup(folder);

    while (!folder_exists(at) && strchr(at, '/')) {
        char *above = path_dir(at);
        if (strcmp(above, at) == 0)
            break;
        free(at);
        at = above;
    }
    double grace = poll_jobs_fs_grace(at, settings);
    return settings_is_set(settings, SETTING_FS_GRACE) || grace > LOOKS_LEAST
               ? (unsigned)grace
               : LOOKS_LEAST;
}

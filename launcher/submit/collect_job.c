#include "launcher/submit/collect_job.h"

#include <string.h>

#include "launcher/common/files/file.h"
#include "launcher/common/memory.h"
#include "launcher/common/random.h"
#include "launcher/common/text/quote.h"
#include "launcher/common/trees/json_io.h"
#include "launcher/submit/submit_one.h"

#define TIME_MINUTES "30"
#define WAIT_SECONDS 1500 /* less than that: it ends by itself, and says so */

/* Ids that are waited for: the last one of each lane, whole arrays, other jobs. */
static void add_ends(const struct sweep *sweep, struct words *ids)
{
    cleanup_words struct words lanes = {0};

    for (size_t i = sweep->n_attempts; i > 0; i--) {
        const struct attempt *attempt = sweep->by_order[i - 1];
        cleanup_free char *lane = xasprintf("%ld", attempt->lane);
        if (!attempt_is_live(attempt) || !*attempt->job_id ||
            (attempt->lane >= 0 && words_has(&lanes, lane)))
            continue;
        if (attempt->lane >= 0)
            words_add(&lanes, lane);
        const char *id = attempt->array ? attempt->array->job_id : attempt->job_id;
        if (ids->count == 0 || strcmp(ids->items[ids->count - 1], id) != 0)
            words_add(ids, id);
    }
}

static int too_many(size_t count, struct error *err)
{
    return error_set(err, ERROR_USAGE,
                     "a collect job cannot wait for %zu single jobs, only for %d; add "
                     "--mode array, or --max-concurrent N",
                     count, COLLECT_IDS_MAX);
}

int collect_job_check(const struct collect_job *collect, size_t n_new,
                      struct error *err)
{
    cleanup_words struct words ids = {0};
    bool is_array = settings_chose(collect->settings, CHOICE_MODE_ARRAY);

    if (!scheduler_can(collect->scheduler, SCHEDULER_HAS_DEPENDENCIES))
        return error_set(err, ERROR_USAGE,
                         "--collect-job waits in a cluster's queue for the other jobs, "
                         "and the %s scheduler cannot start jobs after others: let "
                         "raylaunch itself stay and collect (--wait)",
                         scheduler_name(collect->scheduler));
    add_ends(collect->sweep, &ids);
    if (!is_array && !collect->has_lanes)
        return ids.count + n_new > COLLECT_IDS_MAX ? too_many(ids.count + n_new, err)
                                                   : 0;
    return ids.count > COLLECT_IDS_MAX ? too_many(ids.count, err) : 0;
}

static int write_script(const struct sweep *sweep, const char *program,
                        const char *path, struct error *err)
{
    cleanup_text struct text text = {0};

    text_add(&text, "#!/bin/bash\n"
                    "# made by raylaunch: collects the sweep's results when its jobs "
                    "have ended\nexec ");
    quote_shell(&text, program);
    text_addf(&text, " wait --wait-timeout %d ", WAIT_SECONDS);
    quote_shell(&text, sweep->path);
    text_add_char(&text, '\n');
    return file_write_atomic(path, text.bytes, text.size, FILE_CACHED, err);
}

static void add_setting(const struct settings *settings, enum setting key,
                        const char *option, struct words *options)
{
    if (settings_is_set(settings, key))
        words_addf(options, "--%s=%s", option, settings_text(settings, key));
}

/* Options of the points' jobs that ask for what collecting has no use for, or that
 * would hold it up. Each stands for all names that begin with it. */
static bool is_for_points(const char *option)
{
    static const char *const names[] = {"begin",    "contiguous", "core",    "cpus",
                                        "deadline", "gpu",        "gres",    "hold",
                                        "licenses", "mem",        "mincpus", "sockets",
                                        "switches", "thread",     "tmp",     "tres"};

    for (size_t i = 0; i < sizeof names / sizeof *names; i++) {
        if (strncmp(option, names[i], strlen(names[i])) == 0)
            return true;
    }
    return settings_is_container_word(option);
}

/* Where it runs is where the sweep runs; what it needs is little. */
static void add_options(const struct settings *settings, const struct words *ids,
                        struct words *options)
{
    const struct words *more = settings_list(settings, SETTING_SBATCH);
    cleanup_text struct text dependency = {0};

    words_add(options, "--nodes=1");
    words_add(options, "--ntasks=1");
    words_add(options, "--cpus-per-task=1");
    words_add(options, "--mem=500M");
    words_add(options, "--time=" TIME_MINUTES);
    words_add(options, "--no-requeue");
    add_setting(settings, SETTING_PARTITION, "partition", options);
    add_setting(settings, SETTING_ACCOUNT, "account", options);
    add_setting(settings, SETTING_QOS, "qos", options);
    add_setting(settings, SETTING_RESERVATION, "reservation", options);
    for (size_t i = 0; i < more->count; i++) {
        if (!is_for_points(more->items[i]))
            words_addf(options, "--%s", more->items[i]);
    }
    text_add(&dependency, "--dependency=afterany");
    for (size_t i = 0; i < ids->count; i++)
        text_addf(&dependency, ":%s", ids->items[i]);
    words_add(options, text_string(&dependency));
}

static int note(struct sweep *sweep, const char *token, enum event phase,
                const char *key, const char *value, struct error *err)
{
    json_t *event = json_pack("{s:s, s:s}", "phase", event_name(phase), "token", token);

    if (key)
        json_object_set_new(event, key, jsonio_words(value));
    if (sweep_event(sweep, EVENT_COLLECT_JOB, event, err) < 0)
        return -1;
    return sweep_flush(sweep, true, err);
}

/* Does the one that was submitted before still wait or run? Also if its call's outcome
 * was never known. */
static int find_known(const struct collect_job *collect, bool *ret_is_known,
                      struct error *err)
{
    struct sweep *sweep = collect->sweep;
    struct collect_attempt known = sweep->collect;
    cleanup_with(job_list_release) struct job_list jobs = {0};
    cleanup_free char *tail = xasprintf("-collect-%s", known.token);

    *ret_is_known = false;
    if (!*known.token || (!known.is_open && !*known.job_id))
        return 0;
    if (scheduler_list(collect->scheduler, &jobs, err) < 0)
        return -1;
    for (size_t i = 0; i < jobs.count && !*ret_is_known; i++) {
        const struct job *job = &jobs.jobs[i];
        size_t size = strlen(job->name), tail_size = strlen(tail);
        bool is_it = known.is_open ? size > tail_size &&
                                         strcmp(job->name + size - tail_size, tail) == 0
                                   : strcmp(job->id, known.job_id) == 0;
        *ret_is_known = is_it && !state_is_final(job->state);
        if (*ret_is_known && known.is_open)
            return note(sweep, known.token, EVENT_SUBMITTED, "job_id", job->id, err);
    }
    return 0;
}

static int take_outcome(const struct collect_job *collect, const char *token,
                        const struct submit_outcome *outcome, struct error *err)
{
    struct sweep *sweep = collect->sweep;

    switch (outcome->class) {
    case SUBMIT_ACCEPTED:
        return note(sweep, token, EVENT_SUBMITTED, "job_id", outcome->job_id, err);
    case SUBMIT_UNKNOWN:
        return error_set(err, ERROR_SCHEDULER,
                         "the points are submitted, but not known is whether the "
                         "collect job is too; type the command again later to see to "
                         "it (the scheduler said: %s)",
                         outcome->message);
    case SUBMIT_REFUSED:
    case SUBMIT_LIMIT:
    case SUBMIT_DEPENDENCY:
    case SUBMIT_LATER:
        break;
    }
    if (note(sweep, token, EVENT_REFUSED, "message", outcome->message, err) < 0)
        return -1;
    return error_set(err, ERROR_SCHEDULER,
                     "the points are submitted, but the collect job was refused: %s. "
                     "Type the command again, or later `raylaunch wait %s`",
                     outcome->message, sweep->name);
}

static int call(const struct collect_job *collect, const char *token,
                const char *script, const struct words *options, struct error *err)
{
    struct sweep *sweep = collect->sweep;
    const char *job_name = settings_text(collect->settings, SETTING_JOB_NAME);
    cleanup_free char *name =
        xasprintf("%s-collect-%s", *job_name ? job_name : sweep->name, token);
    cleanup_free char *out = path_join(sweep->path, "collect.out");
    cleanup_free char *err_file = path_join(sweep->path, "collect.err");
    struct submit_request submission = {.script = script,
                                        .job_name = name,
                                        .output = out,
                                        .error = err_file,
                                        .folder = sweep->folder,
                                        .options = options};
    cleanup_with(submit_outcome_release) struct submit_outcome outcome = {0};
    struct submit_one how = {.scheduler = collect->scheduler,
                             .lock = &sweep->lock,
                             .context = collect->context,
                             .on_warning = collect->on_warning};

    if (note(sweep, token, EVENT_SUBMITTING, NULL, NULL, err) < 0)
        return -1;
    ++*collect->n_calls;
    if (submit_one(&how, &submission, &outcome, err) < 0)
        return -1;
    return take_outcome(collect, token, &outcome, err);
}

int collect_job_submit(const struct collect_job *collect, const char *program,
                       enum collect_result *ret_result, struct error *err)
{
    struct sweep *sweep = collect->sweep;
    cleanup_words struct words ids = {0}, options = {0};
    cleanup_free char *script = path_join(sweep->path, "collect.sbatch");
    char token[TOKEN_SIZE];
    bool is_known = false;

    if (sweep_lock(sweep, SWEEP_LOCK_WAIT_MS, err) < 0)
        return -1;
    add_ends(sweep, &ids);
    int rc = find_known(collect, &is_known, err);
    if (rc == 0 && !is_known && ids.count > COLLECT_IDS_MAX)
        rc = too_many(ids.count, err);
    if (rc == 0 && !is_known && ids.count > 0) {
        random_hex(token, (TOKEN_SIZE - 1) / 2);
        add_options(collect->settings, &ids, &options);
        rc = write_script(sweep, program, script, err);
        if (rc == 0)
            rc = call(collect, token, script, &options, err);
    }
    sweep_unlock(sweep);
    *ret_result = is_known        ? COLLECT_KNOWN
                  : ids.count > 0 ? COLLECT_SUBMITTED
                                  : COLLECT_NOTHING;
    return rc;
}

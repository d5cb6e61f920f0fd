#include "launcher/campaign/throttle.h"

#include <string.h>

#include "launcher/common/clock.h"
#include "launcher/common/limits.h"
#include "launcher/common/memory.h"

static bool is_array(const struct campaign *campaign, const struct settings *settings)
{
    return settings_chose(settings, CHOICE_MODE_ARRAY) &&
           scheduler_can(&campaign->scheduler, SCHEDULER_HAS_ARRAYS);
}

/* How many at once, and who says so. */
static struct throttle_choice find_limit(const struct campaign *campaign)
{
    const struct settings *settings = campaign->settings;
    size_t asked = (size_t)settings_integer(settings, SETTING_MAX_CONCURRENT);
    struct throttle_choice choice = {THROTTLE_NONE, asked, "--max-concurrent", ""};

    choice.limit = active_jobs_at_once(&campaign->active, asked);
    if (choice.limit != asked)
        choice.from = "--max-active-jobs";
    return choice;
}

static int choose_local(struct campaign *campaign, struct error *err)
{
    if (settings_chose(campaign->settings, CHOICE_THROTTLE_ARRAY) ||
        settings_chose(campaign->settings, CHOICE_THROTTLE_LANES))
        return error_set(
            err, ERROR_USAGE,
            "--throttle %s is Slurm's work; the local scheduler starts jobs "
            "as others end: leave --throttle out",
            settings_text(campaign->settings, SETTING_THROTTLE));
    campaign->throttle = find_limit(campaign);
    campaign->throttle.kind = THROTTLE_WINDOW;
    campaign->throttle.reason = "jobs are started as others end";
    return 0;
}

/* What the scheduler lacks, whatever is asked besides. */
static int check_abilities(const struct scheduler *scheduler,
                           const struct throttle_choice *choice, struct error *err)
{
    if (choice->kind == THROTTLE_ARRAY &&
        !scheduler_can(scheduler, SCHEDULER_HAS_ARRAYS))
        return error_set(err, ERROR_USAGE,
                         "the %s scheduler has no job arrays: leave --throttle array "
                         "out",
                         scheduler_name(scheduler));
    if (choice->kind == THROTTLE_LANES &&
        !scheduler_can(scheduler, SCHEDULER_HAS_DEPENDENCIES))
        return error_set(err, ERROR_USAGE,
                         "the %s scheduler cannot start jobs after others, so somebody "
                         "must stay to keep %s %zu: add --wait",
                         scheduler_name(scheduler), choice->from, choice->limit);
    return 0;
}

static int check(const struct throttle_choice *choice, bool has_arrays, bool will_wait,
                 struct error *err)
{
    if (choice->kind == THROTTLE_ARRAY && !has_arrays)
        return error_set(err, ERROR_USAGE,
                         "--throttle array is for job arrays: add --mode array, or say "
                         "--throttle %s",
                         will_wait ? "window" : "lanes");
    if (choice->kind == THROTTLE_LANES && has_arrays)
        return error_set(err, ERROR_USAGE,
                         "--throttle lanes is for single jobs: with --mode array say "
                         "--throttle array");
    if (choice->kind == THROTTLE_WINDOW && !will_wait)
        return error_set(
            err, ERROR_USAGE,
            "--throttle window submits jobs as others end, so somebody must "
            "stay: add --wait, or say --throttle %s",
            has_arrays ? "array" : "lanes");
    if (choice->kind == THROTTLE_LANES && choice->limit > LIMIT_LANES)
        return error_set(err, ERROR_USAGE, "%s %zu: as lanes of jobs it is at most %d",
                         choice->from, choice->limit, LIMIT_LANES);
    return 0;
}

static void set_patience(struct campaign *campaign, bool will_wait)
{
    const struct settings *settings = campaign->settings;
    long long limit = settings_integer(settings, SETTING_WAIT_TIMEOUT);

    campaign->is_patient = will_wait;
    campaign->give_up_ms = settings_is_set(settings, SETTING_WAIT_TIMEOUT)
                               ? clock_monotonic_ms() + limit * 1000
                               : 0;
}

int campaign_set_throttle(struct campaign *campaign, bool will_wait, struct error *err)
{
    static const struct {
        enum choice choice;
        const char *reason;
    } kinds[] = {
        [THROTTLE_NONE] = {CHOICE_THROTTLE_AUTO, ""},
        [THROTTLE_ARRAY] = {CHOICE_THROTTLE_ARRAY,
                            "the array starts no more tasks (%N)"},
        [THROTTLE_LANES] = {CHOICE_THROTTLE_LANES,
                            "all are queued, in so many chains of afterany"},
        [THROTTLE_WINDOW] = {CHOICE_THROTTLE_WINDOW,
                             "jobs are submitted as others end"},
    };
    const struct settings *settings = campaign->settings;
    const char *asked = settings_text(settings, SETTING_THROTTLE);
    bool has_arrays = is_array(campaign, settings);

    set_patience(campaign, will_wait);
    campaign->active.limit =
        (size_t)settings_integer(settings, SETTING_MAX_ACTIVE_JOBS);
    if (scheduler_can(&campaign->scheduler, SCHEDULER_RUNS_HERE))
        return choose_local(campaign, err);
    struct throttle_choice choice = find_limit(campaign);
    for (size_t i = 0; i < sizeof kinds / sizeof *kinds; i++) {
        if (settings_chose(settings, kinds[i].choice))
            choice.kind = (enum throttle)i;
    }
    if (choice.limit == 0 && choice.kind != THROTTLE_NONE)
        return error_set(err, ERROR_USAGE,
                         "--throttle %s says how --max-concurrent N is kept: add that",
                         asked);
    if (choice.limit > 0 && choice.kind == THROTTLE_NONE)
        choice.kind = has_arrays  ? THROTTLE_ARRAY
                      : will_wait ? THROTTLE_WINDOW
                                  : THROTTLE_LANES;
    if (check_abilities(&campaign->scheduler, &choice, err) < 0 ||
        check(&choice, has_arrays, will_wait, err) < 0)
        return -1;
    choice.reason = kinds[choice.kind].reason;
    campaign->throttle = choice;
    return 0;
}

size_t throttle_count_live(const struct campaign *campaign)
{
    size_t count = 0;

    for (size_t i = 0; i < campaign->sweep->n_attempts; i++)
        count += attempt_is_live(campaign->sweep->by_order[i]);
    return count;
}

/* The word on the command line replaces the line of the script, so both are in it. */
static int join_dependency(const struct campaign *campaign,
                           const struct settings *settings, size_t n_lanes,
                           char **ret_dependency, struct error *err)
{
    const char *asked = settings_text(settings, SETTING_DEPENDENCY);
    const char *own = campaign->dependency ? campaign->dependency : "";

    if (!*own && n_lanes == 0)
        return 0;
    if (strchr(asked, '?'))
        return error_set(err, ERROR_USAGE,
                         "the dependency '%s' means any of several (?), which Slurm "
                         "joins with no other; leave out %s",
                         asked, *own ? "--after" : campaign->throttle.from);
    *ret_dependency = xasprintf("%s%s%s", own, *own && *asked ? "," : "", asked);
    return 0;
}

static void keep_smaller(size_t *size, long limit)
{
    if (limit > 0 && (size_t)limit < *size)
        *size = (size_t)limit;
}

/* What was kept of the site's answers may be a day old: too large an array is halved by
 * the engine. */
static size_t array_size(const struct campaign *campaign,
                         const struct scheduler_limits *limits)
{
    size_t size =
        limits->max_array_size > 0 ? (size_t)limits->max_array_size : SUBMIT_ARRAY_SIZE;

    keep_smaller(&size, limits->max_array_tasks);
    keep_smaller(&size, limits->max_job_count);
    if (limits->max_submit > 0) {
        long n_live = (long)throttle_count_live(campaign);
        keep_smaller(&size,
                     limits->max_submit > n_live ? limits->max_submit - n_live : 1);
    }
    return size;
}

int throttle_options(struct campaign *campaign, const struct settings *settings,
                     struct submit_options *options, char **ret_dependency,
                     struct error *err)
{
    const struct throttle_choice *throttle = &campaign->throttle;
    struct scheduler_limits limits = {0};
    struct error ignored = {0};

    scheduler_limits(&campaign->scheduler, settings_text(settings, SETTING_PARTITION),
                     settings_text(settings, SETTING_ACCOUNT),
                     settings_text(settings, SETTING_QOS), &limits, &ignored);
    options->in_flight = (size_t)settings_integer(settings, SETTING_IN_FLIGHT);
    options->max_rate = (double)settings_integer(settings, SETTING_MAX_RATE);
    if (limits.rate_per_s > 0 && !settings_is_asked(settings, SETTING_MAX_RATE)) {
        options->max_rate = limits.rate_per_s;
        options->burst = (double)limits.rate_burst;
    }
    options->is_array = is_array(campaign, settings);
    if (options->is_array)
        options->array_size = array_size(campaign, &limits);
    if (throttle->kind == THROTTLE_LANES)
        options->n_lanes = throttle->limit;
    if (throttle->kind == THROTTLE_ARRAY) {
        options->array_limit = throttle->limit;
        options->n_lanes = 1; /* %N is of one array: the next waits for its end */
    }
    options->kill_on_invalid_dependency = campaign->kill_on_invalid_dependency;
    options->is_smoke = campaign->is_smoke;
    options->is_patient = campaign->is_patient;
    options->give_up_ms = campaign->give_up_ms;
    if (join_dependency(campaign, settings, options->n_lanes, ret_dependency, err) < 0)
        return -1;
    options->dependency = *ret_dependency;
    return 0;
}

/* Limits of a group go away as the jobs of others end. */
static bool is_of_group(const char *words)
{
    return strstr(words, "Grp") || strstr(words, "MaxJobCount") ||
           strstr(words, "Account");
}

static int check_hope(struct campaign *campaign, struct error *err)
{
    const char *words = campaign->spent.limit_words;
    struct scheduler *scheduler = &campaign->scheduler;
    struct job_list jobs = {0};
    struct error ignored = {0};
    size_t n_live = 0;

    if (is_of_group(words))
        return 0;
    campaign->spent.n_calls++;
    if (scheduler_list(scheduler, &jobs, &ignored) < 0)
        return 0;
    for (size_t i = 0; i < jobs.count; i++)
        n_live += !state_is_final(jobs.jobs[i].state);
    job_list_release(&jobs);
    if (n_live > 0)
        return 0;
    return error_set(err, ERROR_SCHEDULER,
                     "%s refused the job: %s (none of your jobs is in the queue, so "
                     "waiting does not help; `raylaunch check` shows the limits)",
                     scheduler_name(scheduler), words);
}

int throttle_learn(struct campaign *campaign, struct error *err)
{
    struct throttle_ceiling *ceiling = &campaign->ceiling;

    if (!campaign->spent.is_limited) {
        ceiling->is_known = ceiling->is_known && !ceiling->is_probed;
        return 0;
    }
    *ceiling = (struct throttle_ceiling){.is_known = true,
                                         .n_live = throttle_count_live(campaign),
                                         .at_ms = clock_monotonic_ms()};
    return ceiling->n_live == 0 ? check_hope(campaign, err) : 0;
}

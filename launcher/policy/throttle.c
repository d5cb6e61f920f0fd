#include "launcher/policy/throttle.h"

#include <string.h>

#include "launcher/common/limits.h"
#include "launcher/common/memory.h"

static bool is_array(const struct settings *settings, const struct scheduler *scheduler)
{
    return settings_chose(settings, CHOICE_MODE_ARRAY) &&
           scheduler_can(scheduler, SCHEDULER_HAS_ARRAYS);
}

void throttle_lower(struct throttle_choice *choice, const struct settings *settings,
                    const struct active_jobs *active)
{
    size_t asked = (size_t)settings_integer(settings, SETTING_MAX_CONCURRENT);

    choice->limit = active_jobs_at_once(active, asked);
    choice->from = choice->limit != asked ? "--max-active-jobs" : "--max-concurrent";
}

static int choose_local(const struct settings *settings, struct throttle_choice *choice,
                        struct error *err)
{
    if (settings_chose(settings, CHOICE_THROTTLE_ARRAY) ||
        settings_chose(settings, CHOICE_THROTTLE_LANES))
        return error_set(
            err, ERROR_USAGE,
            "--throttle %s is Slurm's work; the local scheduler starts jobs "
            "as others end: leave --throttle out",
            settings_text(settings, SETTING_THROTTLE));
    choice->kind = THROTTLE_WINDOW;
    choice->reason = "jobs are started as others end";
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

int throttle_choose(const struct settings *settings, const struct scheduler *scheduler,
                    const struct active_jobs *active, bool will_wait,
                    struct throttle_choice *ret_choice, struct error *err)
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
    const char *asked = settings_text(settings, SETTING_THROTTLE);
    bool has_arrays = is_array(settings, scheduler);
    struct throttle_choice choice = {.kind = THROTTLE_NONE, .reason = ""};

    throttle_lower(&choice, settings, active);
    if (scheduler_can(scheduler, SCHEDULER_RUNS_HERE)) {
        if (choose_local(settings, &choice, err) < 0)
            return -1;
        *ret_choice = choice;
        return 0;
    }
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
    if (check_abilities(scheduler, &choice, err) < 0 ||
        check(&choice, has_arrays, will_wait, err) < 0)
        return -1;
    choice.reason = kinds[choice.kind].reason;
    *ret_choice = choice;
    return 0;
}

/* The word on the command line replaces the line of the script, so both are in it. */
static int join_dependency(const struct throttle_facts *facts, size_t n_lanes,
                           char **ret_dependency, struct error *err)
{
    const char *asked = settings_text(facts->settings, SETTING_DEPENDENCY);
    const char *own = facts->dependency ? facts->dependency : "";

    if (!*own && n_lanes == 0)
        return 0;
    if (strchr(asked, '?'))
        return error_set(err, ERROR_USAGE,
                         "the dependency '%s' means any of several (?), which Slurm "
                         "joins with no other; leave out %s",
                         asked, *own ? "--after" : facts->choice->from);
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
static size_t array_size(const struct scheduler_limits *limits, size_t n_live)
{
    size_t size =
        limits->max_array_size > 0 ? (size_t)limits->max_array_size : SUBMIT_ARRAY_SIZE;

    keep_smaller(&size, limits->max_array_tasks);
    keep_smaller(&size, limits->max_job_count);
    if (limits->max_submit > 0)
        keep_smaller(&size, limits->max_submit > (long)n_live
                                ? limits->max_submit - (long)n_live
                                : 1);
    return size;
}

int throttle_options(const struct throttle_facts *facts, struct submit_options *options,
                     char **ret_dependency, struct error *err)
{
    const struct settings *settings = facts->settings;
    const struct scheduler_limits *limits = facts->limits;
    const struct throttle_choice *choice = facts->choice;

    options->in_flight = (size_t)settings_integer(settings, SETTING_IN_FLIGHT);
    options->max_rate = (double)settings_integer(settings, SETTING_MAX_RATE);
    if (limits->rate_per_s > 0 && !settings_is_asked(settings, SETTING_MAX_RATE)) {
        options->max_rate = limits->rate_per_s;
        options->burst = (double)limits->rate_burst;
    }
    options->is_array = is_array(settings, facts->scheduler);
    if (options->is_array)
        options->array_size = array_size(limits, facts->n_live);
    if (choice->kind == THROTTLE_LANES)
        options->n_lanes = choice->limit;
    if (choice->kind == THROTTLE_ARRAY) {
        options->array_limit = choice->limit;
        options->n_lanes = 1; /* %N is of one array: the next waits for its end */
    }
    if (join_dependency(facts, options->n_lanes, ret_dependency, err) < 0)
        return -1;
    options->dependency = *ret_dependency;
    return 0;
}

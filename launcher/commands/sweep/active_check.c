#include "launcher/commands/sweep/active_check.h"

#include "launcher/common/memory.h"

/* "5 other jobs of yours are in the queue" */
static char *others_text(const struct campaign *campaign)
{
    size_t count = campaign->active.n_others;
    bool is_local = scheduler_can(&campaign->scheduler, SCHEDULER_RUNS_HERE);

    return xasprintf("%zu other %s%s of yours %s %s", count,
                     is_local ? "local job" : "job", count == 1 ? "" : "s",
                     count == 1 ? "is" : "are",
                     is_local ? "running here" : "in the queue");
}

static int print_blocked(const struct campaign *campaign, struct error *err)
{
    const struct active_jobs *active = &campaign->active;
    cleanup_free char *reason = xasprintf("Max %zu jobs reached", active->limit);
    cleanup_text struct text text = {0};
    struct json_writer json;

    jsonwrite_line(&json, "blocked", &text);
    jsonwrite_string(&json, "status", "blocked");
    jsonwrite_string(&json, "reason", reason);
    jsonwrite_string(&json, "sweep", campaign->sweep->name);
    jsonwrite_integer(&json, "active", (long long)active->n_others);
    jsonwrite_integer(&json, "limit", (long long)active->limit);
    jsonwrite_line_end(&json);
    return print_text(&text, err);
}

static int refuse(const struct invocation *in, const struct campaign *campaign,
                  struct error *err)
{
    cleanup_free char *others = others_text(campaign);
    size_t limit = campaign->active.limit;

    if (in->json && print_blocked(campaign, err) < 0)
        return -1;
    return error_set(
        err, ERROR_POLICY,
        "%s%s, and 'max_active_jobs' (%s) allows %zu, so nothing is submitted; type "
        "the command again when fewer than %zu are left (%s)",
        others,
        scheduler_can(&campaign->scheduler, SCHEDULER_RUNS_HERE)
            ? ""
            : ", waiting or running, array tasks counted one by one",
        settings_origin(in->settings, SETTING_MAX_ACTIVE_JOBS), limit, limit,
        scheduler_can(&campaign->scheduler, SCHEDULER_RUNS_HERE)
            ? "`raylaunch status` of their sweeps"
            : "`squeue --me` lists them");
}

int active_check(const struct invocation *in, struct campaign *campaign,
                 struct error *err)
{
    struct active_jobs *active = &campaign->active;

    if (active->limit == 0 || active->is_known)
        return 0;
    if (campaign_count_others(campaign, err) < 0) {
        if (err->kind != ERROR_INTERRUPT)
            err->kind = ERROR_SCHEDULER;
        return error_prefix(err,
                            "'max_active_jobs' (%s) is %zu, and your jobs in the queue "
                            "cannot be counted, so nothing is submitted",
                            settings_origin(in->settings, SETTING_MAX_ACTIVE_JOBS),
                            active->limit);
    }
    return active_jobs_is_full(active) ? refuse(in, campaign, err) : 0;
}

int active_check_plan(const struct invocation *in, struct campaign *campaign,
                      const struct plan *plan, struct error *err)
{
    size_t index;

    for (size_t i = 0; i < plan->count; i++) {
        if (!sweep_find_point(campaign->sweep, plan->points[i].id, &index))
            return active_check(in, campaign, err);
    }
    return 0;
}

void active_say_throttle(const struct invocation *in, const struct campaign *campaign)
{
    const struct throttle_choice *throttle = &campaign->throttle;
    bool has_counted = campaign->active.is_known;
    bool is_asked = settings_integer(in->settings, SETTING_MAX_CONCURRENT) > 0 &&
                    !scheduler_can(&campaign->scheduler, SCHEDULER_RUNS_HERE);

    if (!has_counted && !is_asked)
        return;
    say(in, "at most %zu at once: %s", throttle->limit, throttle->reason);
    if (!has_counted)
        return;
    cleanup_free char *others = others_text(campaign);
    say(in, "max_active_jobs %zu: %s", campaign->active.limit, others);
}

void active_add_members(const struct campaign *campaign, struct json_writer *json)
{
    const struct active_jobs *active = &campaign->active;
    long long asked = settings_integer(campaign->settings, SETTING_MAX_CONCURRENT);
    size_t at_once =
        active_jobs_is_full(active) ? 0 : active_jobs_at_once(active, (size_t)asked);

    jsonwrite_integer(json, "limit", (long long)active->limit);
    if (!active->is_known) {
        jsonwrite_null(json, "active");
        jsonwrite_null(json, "blocked");
        jsonwrite_null(json, "at_once");
        return;
    }
    jsonwrite_integer(json, "active", (long long)active->n_others);
    jsonwrite_boolean(json, "blocked", active_jobs_is_full(active));
    jsonwrite_integer(json, "at_once", (long long)at_once);
}

void active_show(const struct invocation *in, struct campaign *campaign)
{
    struct active_jobs *active = &campaign->active;
    struct error trouble = {0};
    long long asked = settings_integer(in->settings, SETTING_MAX_CONCURRENT);

    active->limit = (size_t)settings_integer(in->settings, SETTING_MAX_ACTIVE_JOBS);
    if (active->limit == 0)
        return;
    if (!scheduler_is_open(&campaign->scheduler))
        error_set(&trouble, ERROR_SCHEDULER, "no scheduler can be reached from here");
    else
        campaign_count_others(campaign, &trouble);
    if (!active->is_known) {
        say(in,
            "max_active_jobs %zu: your jobs in the queue cannot be counted (%s); a "
            "submission now would be refused",
            active->limit, trouble.text);
        return;
    }
    cleanup_free char *others = others_text(campaign);
    if (active_jobs_is_full(active))
        say(in, "max_active_jobs %zu: %s; a submission now would be blocked",
            active->limit, others);
    else
        say(in, "max_active_jobs %zu: %s; at most %zu of this sweep at once",
            active->limit, others, active_jobs_at_once(active, (size_t)asked));
}

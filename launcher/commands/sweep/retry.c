/* retry.c - the verb `retry` */
#include <stdlib.h>
#include <string.h>

#include "launcher/campaign/report.h"
#include "launcher/check/setup_check.h"
#include "launcher/check/site_check.h"
#include "launcher/commands/command.h"
#include "launcher/commands/local_defaults.h"
#include "launcher/commands/open_sweep.h"
#include "launcher/commands/sweep/active_check.h"
#include "launcher/commands/sweep/detach.h"
#include "launcher/commands/sweep/retry_plan.h"
#include "launcher/commands/sweep_report.h"
#include "launcher/common/memory.h"
#include "launcher/common/trees/json_write.h"
#include "launcher/jobs/reconcile.h"
#include "launcher/sweep/sweep_user.h"

#define FACTOR_MIN 0.01
#define FACTOR_MAX 100

enum {
    OPT_FAILED = 1,
    OPT_CANCELLED,
    OPT_ALL,
    OPT_POINT,
    OPT_CAUSE,
    OPT_STATE,
    OPT_MEM_FACTOR,
    OPT_TIME_FACTOR,
    OPT_EXCLUDE_BAD_NODES,
    OPT_WAIT,
    OPT_DRY_RUN,
    OPT_HERE
};

static const struct option_spec verb_retry_options[] = {
    {"failed", 0, NULL, .id = OPT_FAILED},
    {"cancelled", 0, NULL, .id = OPT_CANCELLED},
    {"all", 0, NULL, .id = OPT_ALL},
    {"point", 0, "GLOB", .id = OPT_POINT},
    {"cause", 0, "WORD", .id = OPT_CAUSE},
    {"state", 0, "STATE", .id = OPT_STATE},
    {"mem-factor", 0, "F", .id = OPT_MEM_FACTOR},
    {"time-factor", 0, "F", .id = OPT_TIME_FACTOR},
    {"exclude-bad-nodes", 0, NULL, .id = OPT_EXCLUDE_BAD_NODES},
    {"wait", 0, NULL, .id = OPT_WAIT},
    {"dry-run", 'n', NULL, .id = OPT_DRY_RUN},
    {"here", 0, NULL, .id = OPT_HERE},
    {0},
};

static int rule_of(const struct invocation *in, enum select_rule *ret_rule,
                   struct error *err)
{
    int count = invocation_has(in, OPT_FAILED) + invocation_has(in, OPT_CANCELLED) +
                invocation_has(in, OPT_ALL);
    bool has_filter = invocation_has(in, OPT_POINT) || invocation_has(in, OPT_CAUSE) ||
                      invocation_has(in, OPT_STATE);

    if (count > 1)
        return error_set(err, ERROR_USAGE,
                         "choose one of --failed, --cancelled and --all");
    if (count == 0 && !has_filter)
        return error_set(err, ERROR_USAGE,
                         "say what to try again: --failed, --cancelled, --all, --cause "
                         "WORD, --state STATE or --point GLOB");
    *ret_rule = invocation_has(in, OPT_FAILED)      ? SELECT_FAILED
                : invocation_has(in, OPT_CANCELLED) ? SELECT_CANCELLED
                                                    : SELECT_ALL;
    return 0;
}

static int check_states(const struct words *states, struct error *err)
{
    enum state state;

    for (size_t i = 0; i < states->count; i++) {
        if (!state_from_name(states->items[i], &state) || !state_is_final(state))
            return error_set(err, ERROR_USAGE,
                             "'%s' is no state that a point can end in; there are "
                             "completed failed timeout cancelled oom preempted "
                             "node_fail missing",
                             states->items[i]);
    }
    return 0;
}

static bool is_typed(const struct invocation *in, enum setting key)
{
    return settings_rank(in->settings, key) == RANK_FLAG;
}

static int read_factor(const struct invocation *in, int option, const char *name,
                       double *ret_factor, struct error *err)
{
    const char *text = invocation_value(in, option);
    char *end = NULL;

    if (!text)
        return 0;
    double factor = strtod(text, &end);
    if (end == text || *end || !(factor >= FACTOR_MIN && factor <= FACTOR_MAX))
        return error_set(err, ERROR_USAGE,
                         "--%s takes a number from %g to %d, not '%s'", name,
                         FACTOR_MIN, FACTOR_MAX, text);
    *ret_factor = factor;
    return 0;
}

static int read_request(const struct invocation *in, struct retry_request *request,
                        struct error *err)
{
    *request = (struct retry_request){.globs = &in->values[OPT_POINT],
                                      .causes = &in->values[OPT_CAUSE],
                                      .states = &in->values[OPT_STATE],
                                      .is_excluding_bad_nodes =
                                          invocation_has(in, OPT_EXCLUDE_BAD_NODES)};
    struct retry_rule *adjust = &request->adjust;
    adjust->keeps_typed = true;
    if (rule_of(in, &request->rule, err) < 0 ||
        check_states(request->states, err) < 0 ||
        read_factor(in, OPT_MEM_FACTOR, "mem-factor", &adjust->mem_factor, err) < 0 ||
        read_factor(in, OPT_TIME_FACTOR, "time-factor", &adjust->time_factor, err) < 0)
        return -1;
    if (adjust->mem_factor > 0 &&
        (is_typed(in, SETTING_MEM) || is_typed(in, SETTING_MEM_PER_CPU)))
        return error_set(
            err, ERROR_USAGE,
            "choose one of --mem-factor and a size (--mem, --mem-per-cpu)");
    if (adjust->time_factor > 0 && is_typed(in, SETTING_TIME))
        return error_set(err, ERROR_USAGE, "choose one of --time-factor and --time");
    return 0;
}

static int retry_show(const struct invocation *in, struct campaign *campaign,
                      const struct retry_plan *plan, struct error *err)
{
    cleanup_text struct text text = {0};

    if (plan->n_rows > 0)
        active_show(in, campaign);
    if (in->json && campaign->active.limit > 0) {
        struct json_writer json;
        jsonwrite_line(&json, "active_jobs", &text);
        active_add_members(campaign, &json);
        jsonwrite_line_end(&json);
        if (print_text(&text, err) < 0)
            return -1;
    }
    return retry_plan_print(in, plan, err);
}

static int submit_plan(const struct invocation *in, struct campaign *campaign,
                       const struct retry_plan *plan, struct work_queue *queue,
                       struct error *err)
{
    if (plan->n_rows > 0 && active_check(in, campaign, err) < 0)
        return -1;
    say(in, "%zu points get a new attempt", plan->n_rows);
    if (plan->n_rows > 0)
        active_say_throttle(in, campaign);
    retry_plan_queue(plan, queue);
    return campaign->throttle.kind == THROTTLE_WINDOW
               ? 0
               : campaign_submit(campaign, queue, 0, err);
}

/* Settings of the sweep's last call are the base; the command line changes them. */
static int submit_again(struct invocation *in, struct campaign *campaign,
                        const struct retry_request *request, struct work_queue *queue,
                        struct error *err)
{
    struct reconcile_report report;
    struct retry_plan plan = {0};

    if (sweep_lock(campaign->sweep, SWEEP_LOCK_WAIT_MS, err) < 0)
        return -1;
    int rc =
        reconcile(campaign->sweep, &campaign->scheduler, campaign->message_timeout_s,
                  &campaign->spent.n_calls, &report, err);
    if (rc == 0)
        rc = campaign_take_provenance(campaign, NULL, err);
    if (rc == 0)
        retry_plan_make(campaign, request, &plan);
    if (rc == 0)
        retry_plan_say(in, &plan);
    if (rc == 0)
        rc = invocation_has(in, OPT_DRY_RUN)
                 ? retry_show(in, campaign, &plan, err)
                 : submit_plan(in, campaign, &plan, queue, err);
    campaign_unlock(campaign);
    retry_plan_release(&plan);
    return rc;
}

static int retry_points(struct invocation *in, struct campaign *campaign,
                        struct retry_request *request, struct error *err)
{
    struct work_queue queue = {0};
    cleanup_text struct text text = {0};
    bool will_wait = invocation_has(in, OPT_WAIT) ||
                     scheduler_can(&campaign->scheduler, SCHEDULER_RUNS_HERE);

    if (!will_wait &&
        (is_typed(in, SETTING_FAIL_FAST) || is_typed(in, SETTING_RETRIES)))
        return error_set(err, ERROR_USAGE,
                         "--fail-fast and --retries need somebody who watches the "
                         "points: add --wait");
    if (campaign_set_throttle(campaign, will_wait, err) < 0)
        return -1;
    retry_resources_find_caps(&campaign->scheduler, campaign->settings,
                              &request->adjust);
    int rc = submit_again(in, campaign, request, &queue, err);
    if (rc == 0 && !invocation_has(in, OPT_DRY_RUN)) {
        if (will_wait) {
            rc = sweep_wait_and_report(in, campaign, &queue, err);
        } else {
            rc = detach_top_up(in, campaign, &queue, err);
            text_addf(&text, "%s\n", campaign->sweep->name);
            if (rc >= 0 && print_text(&text, err) < 0)
                rc = -1;
        }
    }
    work_queue_release(&queue);
    return rc;
}

/* What the site or the job's script would refuse, as far as it can be known. */
static int check_request(const struct invocation *in, struct campaign *campaign,
                         struct words *warnings, struct error *err)
{
    bool will_submit = !invocation_has(in, OPT_DRY_RUN);

    if (setup_check(in->settings, will_submit, warnings, err) < 0)
        return -1;
    return site_check(in->settings, &campaign->scheduler, will_submit, warnings, err);
}

/* A dry run binds nothing. */
static int check_place(const struct invocation *in, struct campaign *campaign,
                       struct error *err)
{
    cleanup_words struct words warnings = {0};

    if (invocation_has(in, OPT_DRY_RUN)) {
        campaign_warn_moved(campaign, &warnings);
        warn_of(&warnings);
        return 0;
    }
    return invocation_has(in, OPT_HERE) ? campaign_bind_here(campaign, NULL, err)
                                        : campaign_check_folder(campaign, err);
}

static int verb_retry_run(struct invocation *in, struct error *err)
{
    const char *sweep = NULL;
    struct campaign campaign = {0};
    struct retry_request request;
    cleanup_words struct words warnings = {0};

    if (read_request(in, &request, err) < 0)
        return -1;
    int rc = open_sweep_operand(in, &sweep, err);
    if (rc == 0)
        rc = open_sweep_settings(in, sweep, RECALL_TO_RUN, &campaign, err);
    if (rc == 0)
        rc = sweep_user_check(campaign.sweep, err);
    if (rc == 0)
        rc = check_place(in, &campaign, err);
    if (rc == 0)
        rc = sweep_adapt_local(in, err);
    if (rc == 0)
        rc = campaign_connect(&campaign, err);
    if (rc == 0)
        rc = check_request(in, &campaign, &warnings, err);
    warn_of(&warnings);
    if (rc == 0)
        rc = campaign_look(&campaign, err) == 0 ? 0 : -1;
    if (rc == 0)
        rc = retry_points(in, &campaign, &request, err);
    campaign_close(&campaign);
    return rc;
}

const struct command verb_retry = {
    .name = "retry",
    .options = verb_retry_options,
    .scope = SCOPE_ALL,
    .run = verb_retry_run,
};

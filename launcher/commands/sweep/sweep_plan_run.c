/* sweep_plan_run.c - make the plan, then act on it or print it (sweep_plan.h) */
#include "launcher/campaign/report.h"
#include "launcher/check/site_check.h"
#include "launcher/commands/command.h"
#include "launcher/commands/local_defaults.h"
#include "launcher/commands/sweep/sweep_plan.h"
#include "launcher/sweep/reordered.h"

static int act_on(struct invocation *in, struct sweep_plan *plan, sweep_plan_fn act,
                  struct error *err)
{
    struct campaign campaign = {0};
    cleanup_words struct words warnings = {0};

    int rc = campaign_open(in->settings, plan->path, &campaign, err);
    if (rc == 0)
        reordered_warn(campaign.sweep, &plan->plan, &warnings);
    if (rc == 0)
        rc = campaign_connect(&campaign, err);
    if (rc == 0)
        rc = site_check(in->settings, &campaign.scheduler, &warnings, err);
    warn_of(&warnings);
    if (rc == 0)
        rc = act(in, plan, &campaign, err);
    campaign_close(&campaign);
    return rc;
}

/* What cannot be reached from here is not known, and no error. */
static int print(struct invocation *in, struct sweep_plan *plan, struct error *err)
{
    struct campaign campaign = {0};
    struct error ignored = {0};
    cleanup_words struct words warnings = {0};

    int rc = campaign_open(in->settings, plan->path, &campaign, err);
    if (rc == 0)
        reordered_warn(campaign.sweep, &plan->plan, &warnings);
    if (rc == 0 && campaign_connect(&campaign, &ignored) == 0)
        site_warn(in->settings, &campaign.scheduler, &warnings);
    warn_of(&warnings);
    if (rc == 0)
        rc = sweep_plan_print(in, plan, &campaign, err);
    campaign_close(&campaign);
    return rc;
}

int sweep_plan_run(struct invocation *in, const struct words *grids,
                   const struct words *points_files, bool is_one_point, bool is_dry_run,
                   sweep_plan_fn act, struct error *err)
{
    struct sweep_plan plan = {0};

    int rc = sweep_adapt_local(in, err);
    if (rc == 0)
        rc = sweep_plan_make(in, grids, points_files, is_one_point, &plan, err);
    if (rc == 0 && is_one_point && plan.plan.count != 1)
        rc = error_set(err, ERROR_USAGE,
                       "`run` is for one point; this is %zu: use sweep",
                       plan.plan.count);
    if (rc == 0)
        rc = is_dry_run ? print(in, &plan, err) : act_on(in, &plan, act, err);
    sweep_plan_release(&plan);
    return rc;
}

/* sweep_plan_run.c - make the plan, then act on it or print it (sweep_plan.h) */
#include "launcher/campaign/report.h"
#include "launcher/check/setup_check.h"
#include "launcher/check/site_check.h"
#include "launcher/commands/command.h"
#include "launcher/commands/local_defaults.h"
#include "launcher/commands/sweep/sweep_plan.h"
#include "launcher/sweep/reordered.h"
#include "launcher/sweep/sweep_user.h"

/* Has the plan a point that needs a job? Typing the command of a finished sweep again
 * only looks. */
static bool will_submit(const struct campaign *campaign, const struct plan *plan)
{
    struct work_queue queue = {0};
    size_t index, n_new = 0;

    for (size_t i = 0; i < plan->count && n_new == 0; i++) {
        if (!sweep_find_point(campaign->sweep, plan->points[i].id, &index))
            n_new++;
        else
            select_points(campaign->sweep, &index, 1, SELECT_RESUME, NULL, &queue);
        n_new += queue.count;
    }
    work_queue_release(&queue);
    return n_new > 0;
}

/* What the site or the job's script would refuse, as far as it can be known. */
static int check(const struct invocation *in, struct campaign *campaign,
                 const struct plan *plan, struct words *warnings, struct error *err)
{
    bool is_new = will_submit(campaign, plan);

    if (is_new && setup_check(in->settings, true, warnings, err) < 0)
        return -1;
    return site_check(in->settings, &campaign->scheduler, is_new, warnings, err);
}

static int act_on(struct invocation *in, struct sweep_plan *plan, sweep_plan_fn act,
                  struct error *err)
{
    struct campaign campaign = {0};
    cleanup_words struct words warnings = {0};

    int rc = campaign_open(in->settings, plan->path, &campaign, err);
    if (rc == 0)
        rc = sweep_user_check(campaign.sweep, err);
    if (rc == 0)
        reordered_warn(campaign.sweep, &plan->plan, &warnings);
    if (rc == 0)
        rc = campaign_connect(&campaign, err);
    if (rc == 0)
        rc = check(in, &campaign, &plan->plan, &warnings, err);
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
    if (rc == 0)
        campaign_warn_moved(&campaign, &warnings);
    if (rc == 0)
        rc = setup_check(in->settings, false, &warnings, err);
    if (rc == 0 && sweep_user_check(campaign.sweep, &ignored) < 0)
        words_add(&warnings, ignored.text);
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

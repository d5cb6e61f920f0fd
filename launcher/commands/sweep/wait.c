/* wait.c - the verb `wait` */
#include "launcher/campaign/report.h"
#include "launcher/commands/command.h"
#include "launcher/commands/open_sweep.h"
#include "launcher/commands/sweep_report.h"

enum { OPT_HERE = 1 };

static const struct option_spec verb_wait_options[] = {
    {"here", 0, NULL, .id = OPT_HERE}, {0}};

/* It submits nothing, and a point without a job would be waited for in vain. */
static void say_planned(const struct invocation *in, const struct campaign *campaign)
{
    struct sweep_counts counts;

    campaign_count(campaign, &counts);
    if (counts.by_state[STATE_PLANNED] > 0)
        say(in,
            "%zu points are not submitted, and `wait` submits none: type the sweep's "
            "command again for them, or `raylaunch retry %s --failed`",
            counts.by_state[STATE_PLANNED], campaign->sweep->name);
}

static void say_moved(struct campaign *campaign)
{
    cleanup_words struct words warnings = {0};

    campaign_warn_moved(campaign, &warnings);
    warn_of(&warnings);
}

static int verb_wait_run(struct invocation *in, struct error *err)
{
    const char *sweep = NULL;
    struct campaign campaign = {0};
    struct work_queue nothing = {0};

    int rc = open_sweep_operand(in, &sweep, err);
    if (rc == 0)
        rc = open_sweep(in, sweep, &campaign, err);
    if (rc == 0 && invocation_has(in, OPT_HERE))
        rc = campaign_bind_here(&campaign, NULL, err);
    if (rc == 0)
        say_moved(&campaign);
    if (rc == 0)
        rc = campaign_connect(&campaign, err);
    if (rc == 0)
        rc = campaign_clear_intents(&campaign, err);
    if (rc == 0) {
        campaign_select_all(&campaign);
        say_planned(in, &campaign);
    }
    if (rc == 0)
        rc = sweep_wait_and_report(in, &campaign, &nothing, err);
    campaign_close(&campaign);
    return rc;
}

const struct command verb_wait = {
    .name = "wait",
    .options = verb_wait_options,
    .scope = SCOPE_SWEEP,
    .run = verb_wait_run,
};

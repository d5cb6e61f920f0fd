#include <string.h>

#include "launcher/campaign/fingerprint.h"
#include "launcher/campaign/reconcile.h"
#include "launcher/commands/open_sweep.h"
#include "launcher/commands/site_check.h"
#include "launcher/commands/sweep_run.h"
#include "launcher/common/file.h"
#include "launcher/common/memory.h"

enum { OPT_FAILED = 1, OPT_CANCELLED, OPT_ALL, OPT_POINT, OPT_WAIT, OPT_DRY_RUN };

static const struct option_spec options[] = {
    {"failed", 0, NULL, "what failed, timed out or ran out of memory", OPT_FAILED},
    {"cancelled", 0, NULL, "what was cancelled", OPT_CANCELLED},
    {"all", 0, NULL, "every final point, completed ones too", OPT_ALL},
    {"point", 0, "GLOB", "only points whose id or key=value matches (repeatable)",
     OPT_POINT},
    {"wait", 0, NULL, "stay, collect the results, archive", OPT_WAIT},
    {"dry-run", 'n', NULL, "say which points, submit nothing", OPT_DRY_RUN},
    {0},
};

static int rule_of(const struct invocation *in, enum choose_rule *ret_rule,
                   struct error *err)
{
    int count = invocation_has(in, OPT_FAILED) + invocation_has(in, OPT_CANCELLED) +
                invocation_has(in, OPT_ALL);

    if (count > 1)
        return error_set(err, ERROR_USAGE,
                         "choose one of --failed, --cancelled and --all");
    if (count == 0 && !invocation_has(in, OPT_POINT))
        return error_set(
            err, ERROR_USAGE,
            "say what to try again: --failed, --cancelled, --all or --point GLOB");
    *ret_rule = invocation_has(in, OPT_FAILED)      ? CHOOSE_FAILED
                : invocation_has(in, OPT_CANCELLED) ? CHOOSE_CANCELLED
                                                    : CHOOSE_ALL;
    return 0;
}

static int print_choice(const struct invocation *in, const struct choice *queue,
                        struct error *err)
{
    cleanup_text struct text text = {0};

    for (size_t i = 0; i < queue->count; i++) {
        const struct submit_item *item = &queue->items[i];
        if (in->json)
            text_addf(&text, "{\"type\":\"retry\",\"point\":\"%s\",\"attempt\":%u}\n",
                      item->point->point.id, item->number);
        else
            text_addf(&text, "%s  attempt %u, now %s\n", item->point->point.id,
                      item->number, state_name(campaign_state(item->point)));
    }
    return print_text(&text, err);
}

/* Settings of the sweep's last call are the base; the command line changes them. */
static int submit_again(struct invocation *in, struct campaign *campaign,
                        enum choose_rule rule, struct choice *queue, struct error *err)
{
    struct reconcile_report report;

    if (sweep_lock(campaign->sweep, 60000, err) < 0)
        return -1;
    int rc =
        reconcile(campaign->sweep, &campaign->scheduler, campaign->message_timeout_s,
                  &campaign->spent.n_calls, &report, err);
    if (rc == 0)
        rc = campaign_take_fingerprint(campaign, NULL, err);
    if (rc == 0)
        choose(campaign->sweep, campaign->selected, campaign->n_selected, rule,
               &in->values[OPT_POINT], queue);
    if (rc == 0 && invocation_has(in, OPT_DRY_RUN))
        rc = print_choice(in, queue, err);
    else if (rc == 0 && !campaign->scheduler.ops->is_in_front)
        rc = campaign_submit(campaign, queue, 0, err);
    campaign_unlock(campaign);
    return rc;
}

static int retry_points(struct invocation *in, struct campaign *campaign,
                        enum choose_rule rule, struct error *err)
{
    struct choice queue = {0};
    cleanup_text struct text text = {0};

    int rc = submit_again(in, campaign, rule, &queue, err);
    bool will_wait =
        invocation_has(in, OPT_WAIT) || campaign->scheduler.ops->is_in_front;
    if (rc == 0 && !invocation_has(in, OPT_DRY_RUN)) {
        say(in, "%zu points get a new attempt",
            campaign->spent.n_submitted + queue.count);
        if (will_wait) {
            rc = sweep_wait_and_report(in, campaign, &queue, err);
        } else {
            text_addf(&text, "%s\n", campaign->sweep->name);
            rc = print_text(&text, err);
        }
    }
    choice_release(&queue);
    return rc;
}

static int run(struct invocation *in, struct error *err)
{
    struct campaign campaign = {0};
    enum choose_rule rule = CHOOSE_FAILED;

    if (rule_of(in, &rule, err) < 0)
        return -1;
    int rc = open_sweep_settings(in, &campaign, err);
    if (rc == 0)
        rc = sweep_adapt_local(in, err);
    if (rc == 0)
        rc = campaign_connect(&campaign, err);
    if (rc == 0)
        rc = site_check(in->settings, &campaign.scheduler, err);
    if (rc == 0)
        rc = campaign_look(&campaign, err) == 0 ? 0 : -1;
    if (rc == 0)
        rc = retry_points(in, &campaign, rule, err);
    campaign_close(&campaign);
    return rc;
}

const struct command verb_retry = {
    .name = "retry",
    .summary = "a new attempt for points that failed or were cancelled",
    .usage = "[options] [SWEEP] --failed|--cancelled|--all|--point GLOB",
    .examples = "  raylaunch retry --failed\n"
                "  raylaunch retry train-1a2b3c4d --failed --mem 64G --wait\n"
                "  raylaunch retry --point 'lr=0.1' --dry-run\n",
    .details =
        "Runs with the settings of the sweep's last call (its resolved.yaml); flags\n"
        "change them for the new attempts only.\n",
    .options = options,
    .scope = SCOPE_ALL,
    .run = run,
};

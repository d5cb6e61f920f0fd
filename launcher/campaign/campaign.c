#include "launcher/campaign/campaign.h"

#include <stdlib.h>
#include <string.h>

#include "launcher/common/memory.h"
#include "launcher/common/processes/interrupt.h"
#include "launcher/common/trees/json_io.h"
#include "launcher/jobs/poll_jobs.h"
#include "launcher/jobs/reconcile.h"
#include "launcher/script/script.h"
#include "launcher/sweep/provenance.h"

int campaign_open(const struct settings *settings, const char *path,
                  struct campaign *ret_campaign, struct error *err)
{
    *ret_campaign = (struct campaign){.settings = settings, .message_timeout_s = 10};
    return sweep_open(path, &ret_campaign->sweep, err);
}

void campaign_close(struct campaign *campaign)
{
    scheduler_close(&campaign->scheduler);
    sweep_close(campaign->sweep);
    provenance_release(&campaign->fingerprint);
    free(campaign->selected);
    free(campaign->dependency);
    settings_variants_release(&campaign->adjusted);
    *campaign = (struct campaign){0};
}

int campaign_connect(struct campaign *campaign, struct error *err)
{
    const struct settings *settings = campaign->settings;
    struct scheduler_options options = {0};

    if (scheduler_is_open(&campaign->scheduler))
        return 0;
    long long cpus = settings_integer(settings, SETTING_CPUS_PER_TASK);
    long long slots = settings_integer(settings, SETTING_MAX_CONCURRENT);
    options.local_cpus = cpus > 0 ? (size_t)cpus : 1;
    options.local_slots = slots > 0 ? (size_t)slots : 0;
    options.has_user = !campaign->sweep->user.is_caller;
    options.user = campaign->sweep->user.uid;
    if (scheduler_open(settings_text(settings, SETTING_SCHEDULER), &options,
                       &campaign->scheduler, err) < 0)
        return -1;
    double timeout = scheduler_message_timeout(&campaign->scheduler);
    if (timeout > 0)
        campaign->message_timeout_s = timeout;
    return interrupt_is_pending() ? interrupt_error(err, "while asking the site") : 0;
}

void campaign_select_all(struct campaign *campaign)
{
    size_t count = campaign->sweep->n_points;

    free(campaign->selected);
    campaign->selected = xcalloc(count, sizeof *campaign->selected);
    campaign->n_selected = count;
    for (size_t i = 0; i < count; i++)
        campaign->selected[i] = i;
}

static int clear_intents(struct campaign *campaign, struct error *err)
{
    struct reconcile_report report;

    if (reconcile(campaign->sweep, &campaign->scheduler, campaign->message_timeout_s,
                  &campaign->spent.n_calls, &report, err) < 0)
        return -1;
    campaign->spent.n_adopted += report.n_adopted;
    return 0;
}

int campaign_begin(struct campaign *campaign, const struct plan *plan,
                   const char *folder, struct error *err)
{
    struct sweep *sweep = campaign->sweep;

    /* Refused before anything is made. */
    if (sweep_check_command(sweep, &plan->literal, folder, err) < 0)
        return -1;
    /* A look first: it takes the lock itself to write down what has ended. */
    if (sweep->n_attempts > 0 && campaign_look(campaign, err) != 0)
        return -1;
    if (interrupt_is_pending())
        return interrupt_error(err, "before anything was submitted");
    if (sweep_lock(sweep, SWEEP_LOCK_WAIT_MS, err) < 0)
        return -1;
    free(campaign->selected);
    campaign->selected = xcalloc(plan->count, sizeof *campaign->selected);
    campaign->n_selected = plan->count;
    if (sweep_begin(sweep, &plan->literal, folder, err) < 0 ||
        sweep_add_points(sweep, plan, campaign->selected, err) < 0 ||
        campaign_take_provenance(campaign, plan->entry_file, err) < 0 ||
        clear_intents(campaign, err) < 0) {
        sweep_unlock(sweep);
        return -1;
    }
    return 0;
}

void campaign_unlock(struct campaign *campaign)
{
    if (lock_is_held(&campaign->sweep->lock))
        sweep_unlock(campaign->sweep);
}

int campaign_clear_intents(struct campaign *campaign, struct error *err)
{
    if (!campaign->sweep->user.is_caller)
        return 0;
    int taken = sweep_lock_await(campaign->sweep, 0, err);
    if (taken <= 0)
        return taken;
    int rc = clear_intents(campaign, err);
    if (rc == 0)
        rc = sweep_flush(campaign->sweep, true, err);
    campaign_unlock(campaign);
    return rc;
}

int campaign_take_provenance(struct campaign *campaign, const char *entry_file,
                             struct error *err)
{
    struct template template = {0};
    struct sweep *sweep = campaign->sweep;
    const char *last_file =
        jsonio_string(json_object_get(sweep->settings_events, sweep->settings_id),
                      "entry_file", NULL);

    if (template_load(settings_text(campaign->settings, SETTING_TEMPLATE), &template,
                      err) < 0)
        return -1;
    provenance_release(&campaign->fingerprint);
    provenance_take(campaign->settings, &template, sweep->folder,
                    entry_file ? entry_file : last_file, &campaign->fingerprint);
    template_release(&template);
    /* git was not waited for: what it would say is part of what is compared. */
    return interrupt_is_pending()
               ? interrupt_error(err, "before anything was submitted")
               : 0;
}

struct collect_job campaign_collect_job(struct campaign *campaign)
{
    return (struct collect_job){.settings = campaign->settings,
                                .sweep = campaign->sweep,
                                .scheduler = &campaign->scheduler,
                                .has_lanes = campaign->throttle.kind == THROTTLE_LANES,
                                .n_calls = &campaign->spent.n_calls,
                                .context = campaign->hooks.context,
                                .on_warning = campaign->hooks.on_warning};
}

int campaign_look(struct campaign *campaign, struct error *err)
{
    struct poll_jobs_options options = {
        .fs_grace_s = poll_jobs_fs_grace(campaign->sweep->path, campaign->settings),
        .require_result = settings_switch(campaign->settings, SETTING_REQUIRE_RESULT)};

    if (sweep_refresh(campaign->sweep, err) < 0)
        return -1;
    if (poll_jobs(campaign->sweep, &campaign->scheduler, &campaign->spent.n_calls,
                  err) < 0)
        return interrupt_is_pending() ? -1 : 1;
    return finalize_attempts(campaign->sweep, &options, NULL, err);
}

void campaign_count(const struct campaign *campaign, struct sweep_counts *ret_counts)
{
    sweep_count(campaign->sweep, campaign->selected, campaign->n_selected, ret_counts);
}

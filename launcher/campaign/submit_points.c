/* submit_points.c - submit what is in a queue, as the throttle says (campaign.h) */
#include <string.h>

#include "launcher/campaign/campaign.h"
#include "launcher/common/clock.h"
#include "launcher/common/memory.h"
#include "launcher/common/processes/interrupt.h"
#include "launcher/sweep/provenance.h"
#include "launcher/sweep/sweep_user.h"

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
    set_patience(campaign, will_wait);
    campaign->active.limit =
        (size_t)settings_integer(campaign->settings, SETTING_MAX_ACTIVE_JOBS);
    return throttle_choose(campaign->settings, &campaign->scheduler, &campaign->active,
                           will_wait, &campaign->throttle, err);
}

int campaign_count_others(struct campaign *campaign, struct error *err)
{
    struct job_list jobs = {0};

    campaign->spent.n_calls++;
    if (scheduler_list(&campaign->scheduler, &jobs, err) < 0)
        return -1;
    campaign->active.n_others = active_jobs_others(campaign->sweep, &jobs);
    campaign->active.is_known = true;
    job_list_release(&jobs);
    if (campaign->throttle.kind != THROTTLE_NONE)
        throttle_lower(&campaign->throttle, campaign->settings, &campaign->active);
    return 0;
}

/* Items that another process has submitted in the meantime are done. */
static void drop_done(struct work_queue *queue)
{
    size_t left = 0;

    for (size_t i = 0; i < queue->count; i++) {
        const struct attempt *attempt = sweep_attempt(queue->items[i].point);
        if (!attempt || attempt->number < queue->items[i].number)
            queue->items[left++] = queue->items[i];
    }
    queue->count = left;
}

static int note_settings(struct campaign *campaign, const struct settings *settings,
                         struct error *err)
{
    struct provenance own = {0};

    if (settings == campaign->settings)
        return provenance_note(campaign->sweep, &campaign->fingerprint, err);
    provenance_derive(&campaign->fingerprint, settings, &own);
    int rc = provenance_note(campaign->sweep, &own, err);
    provenance_release(&own);
    return rc;
}

/* How attempts with these settings are submitted. `*ret_dependency` is owned. */
static int set_options(const struct campaign *campaign, struct scheduler_limits *limits,
                       struct submit_options *options, char **ret_dependency,
                       struct error *err)
{
    const struct throttle_facts facts = {.settings = options->settings,
                                         .scheduler = &campaign->scheduler,
                                         .choice = &campaign->throttle,
                                         .limits = limits,
                                         .n_live = sweep_count_live(campaign->sweep),
                                         .dependency = campaign->dependency};

    options->kill_on_invalid_dependency = campaign->kill_on_invalid_dependency;
    options->is_smoke = campaign->is_smoke;
    options->is_patient = campaign->is_patient;
    options->give_up_ms = campaign->give_up_ms;
    return throttle_options(&facts, options, ret_dependency, err);
}

/* The scheduler takes no more, and no job of the sweep lives: is there any job of the
 * user's that could end? No answer proves nothing. */
static int check_hope(struct campaign *campaign, struct error *err)
{
    const char *words = campaign->spent.limit_words;
    struct job_list jobs = {0};
    struct error ignored = {0};

    if (ceiling_is_of_group(words))
        return 0;
    campaign->spent.n_calls++;
    if (scheduler_list(&campaign->scheduler, &jobs, &ignored) < 0)
        return 0;
    bool is_hopeless = ceiling_is_hopeless(words, &jobs);
    job_list_release(&jobs);
    if (!is_hopeless)
        return 0;
    return error_set(err, ERROR_SCHEDULER,
                     "%s refused the job: %s (none of your jobs is in the queue, so "
                     "waiting does not help; `raylaunch check` shows the limits)",
                     scheduler_name(&campaign->scheduler), words);
}

static int learn(struct campaign *campaign, struct error *err)
{
    size_t n_live = sweep_count_live(campaign->sweep);

    ceiling_learn(&campaign->ceiling, campaign->spent.is_limited, n_live);
    return campaign->spent.is_limited && n_live == 0 ? check_hope(campaign, err) : 0;
}

/* The first `count` items, which have the same settings. */
static int submit_run(struct campaign *campaign, const struct work_queue *queue,
                      size_t count, struct error *err)
{
    const struct settings *own = queue->items[0].settings;
    const struct settings *settings = own ? own : campaign->settings;
    const char *job_name = settings_text(settings, SETTING_JOB_NAME);
    struct template template = {0};

    if (template_load(settings_text(settings, SETTING_TEMPLATE), &template, err) < 0)
        return -1;
    struct submit_options options = {.settings = settings,
                                     .template = &template,
                                     .job_name =
                                         *job_name ? job_name : campaign->sweep->name,
                                     .message_timeout_s = campaign->message_timeout_s,
                                     .on_progress = campaign->hooks.on_submit,
                                     .on_warning = campaign->hooks.on_warning,
                                     .context = campaign->hooks.context};
    cleanup_free char *dependency = NULL;
    struct scheduler_limits limits = {0};
    struct error ignored = {0};
    scheduler_limits(&campaign->scheduler, settings_text(settings, SETTING_PARTITION),
                     settings_text(settings, SETTING_ACCOUNT),
                     settings_text(settings, SETTING_QOS), &limits, &ignored);
    int rc = set_options(campaign, &limits, &options, &dependency, err);
    if (rc == 0)
        rc = note_settings(campaign, settings, err);
    options.settings_id = campaign->sweep->settings_id;
    if (rc == 0)
        rc = submit(campaign->sweep, &campaign->scheduler, queue->items, count,
                    &options, &campaign->spent, err);
    if (rc == 0)
        rc = learn(campaign, err);
    template_release(&template);
    return rc;
}

void campaign_drop_cancelled(struct campaign *campaign, struct work_queue *queue)
{
    size_t count = work_queue_drop_cancelled(queue);
    cleanup_text struct text text = {0};

    text_addf(&text,
              "%zu point%s not submitted: cancelled meanwhile by `raylaunch "
              "cancel`",
              count, count == 1 ? " is" : "s are");
    if (count > 0 && campaign->hooks.on_warning)
        campaign->hooks.on_warning(campaign->hooks.context, text_string(&text));
}

int campaign_submit(struct campaign *campaign, struct work_queue *queue, size_t limit,
                    struct error *err)
{
    size_t left = limit > 0 ? limit : SIZE_MAX;

    if (sweep_user_check(campaign->sweep, err) < 0)
        return -1;
    campaign_drop_cancelled(campaign, queue);
    drop_done(queue);
    while (queue->count > 0 && left > 0 && !interrupt_is_pending()) {
        size_t before = queue->count;
        size_t run = 1;
        while (run < left && run < before &&
               queue->items[run].settings == queue->items[0].settings)
            run++;
        int rc = submit_run(campaign, queue, run, err);
        drop_done(queue);
        if (rc < 0)
            return -1;
        if (before - queue->count < run) /* the scheduler takes no more now */
            return 0;
        left -= run;
    }
    return 0;
}

/* sweep.c - the verb `sweep` */
#include "launcher/campaign/report.h"
#include "launcher/commands/command.h"
#include "launcher/commands/progress.h"
#include "launcher/commands/sweep/active_check.h"
#include "launcher/commands/sweep/after_option.h"
#include "launcher/commands/sweep/detach.h"
#include "launcher/commands/sweep/smoke.h"
#include "launcher/commands/sweep/spent.h"
#include "launcher/commands/sweep/sweep_plan.h"
#include "launcher/commands/sweep_report.h"
#include "launcher/common/files/file.h"
#include "launcher/common/memory.h"
#include "launcher/common/trees/json_write.h"
#include "launcher/sweep/provenance.h"

enum {
    OPT_WAIT = 1,
    OPT_DETACH,
    OPT_DRY_RUN,
    OPT_GRID,
    OPT_POINTS,
    OPT_SMOKE,
    OPT_AFTER,
    OPT_AFTER_ANY,
    OPT_COLLECT_JOB,
    OPT_HERE
};

static const struct option_spec verb_sweep_options[] = {
    {"wait", 0, NULL, .id = OPT_WAIT},
    {"detach", 0, NULL, .id = OPT_DETACH},
    {"dry-run", 'n', NULL, .id = OPT_DRY_RUN},
    {"grid", 0, "KEY=A,B", .id = OPT_GRID},
    {"points", 0, "FILE", .id = OPT_POINTS},
    {"smoke", 0, NULL, .id = OPT_SMOKE},
    {"after", 0, "JOB|SWEEP", .id = OPT_AFTER},
    {"after-any", 0, "JOB|SWEEP", .id = OPT_AFTER_ANY},
    {"collect-job", 0, NULL, .id = OPT_COLLECT_JOB},
    {"here", 0, NULL, .id = OPT_HERE},
    {0},
};

static void say_next(const struct invocation *in, const char *name)
{
    say(in,
        "next: raylaunch status %s\n"
        "      raylaunch wait %s\n"
        "      raylaunch cancel %s",
        name, name, name);
}

static void say_counts(const struct invocation *in, const struct campaign *campaign,
                       size_t n_waiting)
{
    struct sweep_counts counts;

    campaign_count(campaign, &counts);
    size_t n_running = counts.n_live > campaign->spent.n_submitted
                           ? counts.n_live - campaign->spent.n_submitted
                           : 0;
    cleanup_text struct text line = {0};
    text_addf(&line, "%zu submitted, %zu already done, %zu running",
              campaign->spent.n_submitted, counts.n_final, n_running);
    if (n_waiting > 0)
        text_addf(&line, ", %zu to be submitted as others end", n_waiting);
    say(in, "%s", text_string(&line));
    if (campaign->spent.n_adopted > 0)
        say(in, "%zu jobs of an interrupted call were found again and taken over",
            campaign->spent.n_adopted);
    size_t n_bad = counts.by_state[STATE_FAILED] + counts.by_state[STATE_TIMEOUT] +
                   counts.by_state[STATE_OOM];
    if (n_bad > 0 && n_waiting == 0)
        say(in, "%zu failed stay as they are: raylaunch retry %s --failed", n_bad,
            campaign->sweep->name);
}

/* Not even by typing the command again. */
static void say_cancelled(const struct invocation *in, const struct campaign *campaign)
{
    struct work_queue cancelled = {0};

    select_points(campaign->sweep, campaign->selected, campaign->n_selected,
                  SELECT_CANCELLED, NULL, &cancelled);
    if (cancelled.count > 0)
        say(in, "%zu cancelled stay so: raylaunch retry %s --cancelled runs them",
            cancelled.count, campaign->sweep->name);
    work_queue_release(&cancelled);
}

/* Somebody must be there for these. */
static int check_options(const struct invocation *in, bool will_wait, struct error *err)
{
    static const enum setting keys[] = {SETTING_FAIL_FAST, SETTING_RETRIES};

    if (will_wait && invocation_has(in, OPT_COLLECT_JOB))
        return error_set(err, ERROR_USAGE,
                         "--collect-job is for a sweep that nobody waits for; here "
                         "raylaunch itself stays and collects: leave one out");
    for (size_t i = 0; i < sizeof keys / sizeof *keys && !will_wait; i++) {
        if (settings_integer(in->settings, keys[i]) > 0)
            return error_set(err, ERROR_USAGE,
                             "'%s' (%s) needs somebody who watches the points: add "
                             "--wait",
                             setting_spec(keys[i])->name,
                             settings_origin(in->settings, keys[i]));
    }
    return 0;
}

static void say_start(const struct invocation *in, const struct sweep_plan *plan)
{
    cleanup_text struct text cost = {0};

    sweep_plan_add_cost(in->settings, plan->plan.count, &cost);
    say(in, "%s", text_string(&cost));
    say(in, "sweep %s in %s", plan->name, plan->path);
}

static void warn_difference(const struct campaign *campaign)
{
    cleanup_free char *difference =
        provenance_difference(campaign->sweep, campaign->selected, campaign->n_selected,
                              &campaign->fingerprint);

    if (*difference)
        warn_user(
            "finished points of this sweep ran with something else (%s); `raylaunch "
            "retry %s --all` runs all again, --name keeps the two apart",
            difference, campaign->sweep->name);
}

/* With --collect-job: can it wait for `n_new` more points? */
static int check_collect(const struct invocation *in, struct campaign *campaign,
                         size_t n_new, struct error *err)
{
    struct collect_job collect = campaign_collect_job(campaign);

    return invocation_has(in, OPT_COLLECT_JOB) ? collect_job_check(&collect, n_new, err)
                                               : 0;
}

/* What is to be submitted, and all that can be said or refused before. */
static int choose(const struct invocation *in, struct campaign *campaign,
                  const struct sweep_plan *plan, struct work_queue *queue,
                  struct error *err)
{
    select_points(campaign->sweep, campaign->selected, campaign->n_selected,
                  SELECT_RESUME, NULL, queue);
    if (queue->count > 0 && active_check(in, campaign, err) < 0)
        return -1;
    active_say_throttle(in, campaign);
    if (sweep_plan_say(in, plan, campaign, queue->count, err) < 0 ||
        check_collect(in, campaign, queue->count, err) < 0)
        return -1;
    if (queue->count == 0 && campaign->spent.n_adopted > 0)
        return 0; /* another call's jobs, with the settings of that one */
    return report_write_resolved(campaign, &plan->command, &plan->grids, &plan->plan,
                                 err);
}

/* Unless the one that waits submits: then the queue stays as it is. 1: the first point
 * has failed. */
static int submit_chosen(struct invocation *in, struct campaign *campaign,
                         bool will_wait, struct work_queue *queue, struct error *err)
{
    bool is_smoke = invocation_has(in, OPT_SMOKE);
    struct progress progress = {.in = in};

    progress_hook(&progress, campaign);
    int rc = is_smoke && !will_wait ? smoke_detached(in, campaign, queue, err) : 0;
    if (rc == 0 && campaign->throttle.kind != THROTTLE_WINDOW &&
        !(is_smoke && will_wait))
        rc = campaign_submit(campaign, queue, 0, err);
    progress_close(&progress);
    return rc;
}

/* All that is done under the lock. 1: the first point has failed. */
static int begin(struct invocation *in, struct campaign *campaign,
                 const struct sweep_plan *plan, bool will_wait,
                 struct work_queue *queue, struct error *err)
{
    if (campaign_begin(campaign, &plan->plan, plan->folder, err) < 0)
        return -1;
    int rc = choose(in, campaign, plan, queue, err);
    if (rc == 0)
        rc = submit_chosen(in, campaign, will_wait, queue, err);
    if (rc >= 0 && sweep_flush(campaign->sweep, true, err) < 0)
        rc = -1;
    campaign_unlock(campaign);
    if (rc >= 0)
        warn_difference(campaign);
    return rc;
}

static int wait_for_all(struct invocation *in, struct campaign *campaign,
                        struct work_queue *queue, struct error *err)
{
    int rc = invocation_has(in, OPT_SMOKE) ? smoke_wait(in, campaign, queue, err) : 0;

    return rc != 0 ? rc : sweep_wait_and_report(in, campaign, queue, err);
}

static void add_submitted(const char *name, size_t n_submitted, struct text *text)
{
    struct json_writer json;

    jsonwrite_line(&json, "sweep", text);
    jsonwrite_string(&json, "sweep", name);
    jsonwrite_string(&json, "name", name); /* as it was called before */
    jsonwrite_integer(&json, "submitted", (long long)n_submitted);
    jsonwrite_line_end(&json);
}

/* What is submitted goes on alone. */
static int leave(struct invocation *in, struct campaign *campaign,
                 const struct sweep_plan *plan, struct work_queue *queue,
                 struct error *err)
{
    cleanup_text struct text name = {0};
    int rc = 0;

    if (!scheduler_can(&campaign->scheduler, SCHEDULER_RUNS_HERE))
        rc = detach_top_up(in, campaign, queue, err);
    if (rc == 0 && invocation_has(in, OPT_COLLECT_JOB))
        rc = detach_collect(in, campaign, err);
    if (rc < 0)
        return -1;
    if (in->json)
        add_submitted(plan->name, campaign->spent.n_submitted, &name);
    else
        text_addf(&name, "%s\n", plan->name);
    say_next(in, plan->name);
    return print_text(&name, err) < 0 ? -1 : rc;
}

static int run_sweep(struct invocation *in, struct sweep_plan *plan,
                     struct campaign *campaign, struct error *err)
{
    struct work_queue queue = {0};
    bool is_local = scheduler_can(&campaign->scheduler, SCHEDULER_RUNS_HERE);
    bool will_wait = is_local || invocation_has(in, OPT_WAIT);

    if (check_options(in, will_wait, err) < 0 ||
        (invocation_has(in, OPT_HERE) &&
         campaign_bind_here(campaign, &plan->plan.literal, err) < 0) ||
        campaign_set_throttle(campaign, will_wait, err) < 0 ||
        after_option(in, campaign, &in->values[OPT_AFTER], &in->values[OPT_AFTER_ANY],
                     err) < 0 ||
        active_check_plan(in, campaign, &plan->plan, err) < 0)
        return -1;
    /* Of a new sweep nothing need be made to know. */
    if (campaign->sweep->n_points == 0 &&
        check_collect(in, campaign, plan->plan.count, err) < 0)
        return -1;
    say_start(in, plan);
    int rc = begin(in, campaign, plan, will_wait, &queue, err);
    if (rc == 0) {
        say_counts(in, campaign, queue.count);
        say_cancelled(in, campaign);
    }
    if (rc == 0 && is_local && invocation_has(in, OPT_DETACH)) {
        rc = detach_to_background(campaign, err);
        will_wait = rc == 1;
        rc = rc < 0 ? -1 : 0;
    }
    if (rc == 0)
        rc = will_wait ? wait_for_all(in, campaign, &queue, err)
                       : leave(in, campaign, plan, &queue, err);
    work_queue_release(&queue);
    return rc >= 0 && spent_say(in, &campaign->scheduler, err) < 0 ? -1 : rc;
}

static int verb_sweep_run(struct invocation *in, struct error *err)
{
    return sweep_plan_run(in, &in->values[OPT_GRID], &in->values[OPT_POINTS], false,
                          invocation_has(in, OPT_DRY_RUN), run_sweep, err);
}

const struct command verb_sweep = {
    .name = "sweep",
    .options = verb_sweep_options,
    .scope = SCOPE_ALL,
    .stops_at_word = true,
    .run = verb_sweep_run,
};

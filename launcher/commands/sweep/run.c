/* run.c - the verb `run` */
#include <string.h>

#include "launcher/campaign/report.h"
#include "launcher/commands/command.h"
#include "launcher/commands/follow.h"
#include "launcher/commands/sweep/active_check.h"
#include "launcher/commands/sweep/after_option.h"
#include "launcher/commands/sweep/sweep_plan.h"
#include "launcher/commands/sweep_report.h"
#include "launcher/common/memory.h"

enum { OPT_DRY_RUN = 1, OPT_NO_FOLLOW, OPT_AFTER, OPT_AFTER_ANY, OPT_HERE };

static const struct option_spec verb_run_options[] = {
    {"dry-run", 'n', NULL, .id = OPT_DRY_RUN},
    {"no-follow", 0, NULL, .id = OPT_NO_FOLLOW},
    {"after", 0, "JOB|SWEEP", .id = OPT_AFTER},
    {"after-any", 0, "JOB|SWEEP", .id = OPT_AFTER_ANY},
    {"here", 0, NULL, .id = OPT_HERE},
    {0},
};

struct following {
    const struct invocation *in;
    struct follow out, err;
    enum state last;
};

static void copy_output(struct following *following, const struct campaign *campaign)
{
    const struct attempt *attempt =
        sweep_attempt(campaign->sweep->points[campaign->selected[0]]);
    struct error ignored = {0};

    if (!attempt || following->in->json || invocation_has(following->in, OPT_NO_FOLLOW))
        return;
    cleanup_free char *out = attempt_path(campaign->sweep, attempt, ".out");
    cleanup_free char *err_path = attempt_path(campaign->sweep, attempt, ".err");
    follow_copy(&following->err, err_path, stderr, &ignored);
    follow_copy(&following->out, out, stdout, &ignored);
}

static void run_on_look(void *context, const struct campaign *campaign,
                        const char *trouble)
{
    struct following *following = context;
    enum state state = sweep_state(campaign->sweep->points[campaign->selected[0]]);

    if (trouble)
        return;
    if (state != following->last && !state_is_final(state))
        say(following->in, "raylaunch: %s", state_name(state));
    following->last = state;
    copy_output(following, campaign);
}

static int finish(struct invocation *in, struct campaign *campaign, struct error *err)
{
    struct table table = {0};

    if (report_table(campaign, true, &table, NULL, err) < 0)
        return -1;
    const struct row *row = &table.rows[0];
    bool is_completed = row->state == STATE_COMPLETED;
    int rc = in->json ? print_table(in, &table, NULL, "jsonl", err) : 0;
    say(in, "raylaunch: %s%s%s%s%s", state_name(row->state), *row->cause ? " (" : "",
        row->cause, *row->cause ? ")" : "", *row->message ? ": " : "");
    if (*row->message)
        say(in, "  %s", row->message);
    if (rc == 0)
        rc = report_write_all(campaign, true, &table, err);
    table_release(&table);
    return rc < 0 ? -1 : is_completed ? 0 : 1;
}

static int run_point(struct invocation *in, struct sweep_plan *plan,
                     struct campaign *campaign, struct error *err)
{
    struct following following = {.in = in, .last = STATE_PLANNED};
    struct work_queue queue = {0};
    enum campaign_end end = CAMPAIGN_ALL_FINAL;

    if ((invocation_has(in, OPT_HERE) &&
         campaign_bind_here(campaign, &plan->plan.literal, err) < 0) ||
        campaign_set_throttle(campaign, true, err) < 0 ||
        after_option(in, campaign, &in->values[OPT_AFTER], &in->values[OPT_AFTER_ANY],
                     err) < 0 ||
        active_check_plan(in, campaign, &plan->plan, err) < 0)
        return -1;
    say(in, "raylaunch: point %s in %s", plan->plan.points[0].id, plan->path);
    if (campaign_begin(campaign, &plan->plan, plan->folder, err) < 0)
        return -1;
    select_points(campaign->sweep, campaign->selected, 1, SELECT_RESUME, NULL, &queue);
    int rc = queue.count > 0 ? active_check(in, campaign, err) : 0;
    if (rc == 0)
        rc = report_write_resolved(campaign, &plan->command, &plan->grids, &plan->plan,
                                   err);
    if (rc == 0 && sweep_flush(campaign->sweep, true, err) < 0)
        rc = -1;
    campaign_unlock(campaign);
    campaign->hooks =
        (struct campaign_hooks){.context = &following, .on_look = run_on_look};
    if (rc == 0)
        rc = campaign_wait(campaign, &queue, &end, err);
    work_queue_release(&queue);
    if (rc < 0)
        return -1;
    copy_output(&following, campaign);
    if (end == CAMPAIGN_INTERRUPTED && !state_is_final(following.last)) {
        say(in,
            "raylaunch: stopped waiting; the job goes on: raylaunch wait %s, or "
            "raylaunch "
            "cancel %s",
            plan->name, plan->name);
        return 1;
    }
    return finish(in, campaign, err);
}

static int verb_run_run(struct invocation *in, struct error *err)
{
    struct words none = {0};

    return sweep_plan_run(in, &none, &none, true, invocation_has(in, OPT_DRY_RUN),
                          run_point, err);
}

const struct command verb_run = {
    .name = "run",
    .options = verb_run_options,
    .scope = SCOPE_ALL,
    .stops_at_word = true,
    .run = verb_run_run,
};

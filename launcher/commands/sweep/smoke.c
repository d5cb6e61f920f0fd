#include "launcher/commands/sweep/smoke.h"

#include <stdlib.h>
#include <string.h>

#include "launcher/campaign/report.h"
#include "launcher/campaign/status_summary.h"
#include "launcher/commands/command.h"
#include "launcher/commands/progress.h"
#include "launcher/common/memory.h"

/* Move the first point's item out of the queue, if it is there. */
static void take_first(const struct campaign *campaign, struct work_queue *queue,
                       struct work_queue *ret_first)
{
    const struct sweep_point *point = campaign->sweep->points[campaign->selected[0]];

    for (size_t i = 0; i < queue->count; i++) {
        if (queue->items[i].point != point)
            continue;
        work_queue_add(ret_first, &queue->items[i]);
        memmove(queue->items + i, queue->items + i + 1,
                (queue->count - i - 1) * sizeof *queue->items);
        queue->count--;
        return;
    }
}

/* 0: completed; 1: anything else. */
static int judge(const struct invocation *in, const struct campaign *campaign,
                 size_t n_left)
{
    const struct sweep_point *point = campaign->sweep->points[campaign->selected[0]];
    const struct attempt *attempt = sweep_attempt(point);
    const char *name = campaign->sweep->name;

    if (attempt && attempt->is_final && attempt->state == STATE_COMPLETED) {
        say(in, "the first point completed");
        return 0;
    }
    if (point->is_cancelled) {
        say(in,
            "the sweep was cancelled, so %zu more points are not submitted: raylaunch "
            "retry %s --cancelled runs them",
            n_left, name);
        return 1;
    }
    if (!attempt || !attempt->is_final) {
        say(in,
            "stopped waiting for the first point '%s'; %zu more are not submitted. "
            "Type the command again to go on",
            point->point.id, n_left);
        return 1;
    }
    const char *cause = attempt_cause(attempt);
    const char *message = attempt_message(attempt);
    cleanup_free char *err_path = attempt_path(campaign->sweep, attempt, ".err");
    say(in, "the first point '%s' ended as %s%s%s%s, so %zu more are not submitted",
        point->point.id, state_name(attempt->state), *cause ? " (" : "", cause,
        *cause ? ")" : "", n_left);
    if (*message)
        say(in, "  %s", message);
    say(in,
        "  its log: '%s'\n"
        "correct it, then: raylaunch retry %s --point '%s', and type the command again",
        err_path, name, point->point.id);
    return 1;
}

int smoke_wait(struct invocation *in, struct campaign *campaign,
               struct work_queue *queue, struct error *err)
{
    struct work_queue first = {0};
    struct progress progress = {.in = in};
    enum campaign_end end;
    size_t *selected = campaign->selected;
    size_t n_selected = campaign->n_selected;
    size_t *first_index = xcalloc(1, sizeof *first_index);

    take_first(campaign, queue, &first);
    if (first.count > 0)
        say(in, "--smoke: the first point alone, then %zu more", queue->count);
    *first_index = selected[0];
    campaign->selected = first_index;
    campaign->n_selected = 1;
    progress_hook(&progress, campaign);
    int rc = campaign_wait(campaign, &first, &end, err);
    progress_close(&progress);
    campaign->hooks = (struct campaign_hooks){0};
    campaign->selected = selected;
    free(first_index);
    campaign->n_selected = n_selected;
    work_queue_release(&first);
    return rc < 0 ? -1 : judge(in, campaign, queue->count);
}

static int depend_on(struct campaign *campaign, const char *job_id)
{
    char *old = campaign->dependency;

    campaign->dependency =
        xasprintf("%s%safterok:%s", old ? old : "", old ? "," : "", job_id);
    campaign->kill_on_invalid_dependency = true;
    free(old);
    return 0;
}

int smoke_detached(struct invocation *in, struct campaign *campaign,
                   struct work_queue *queue, struct error *err)
{
    const struct sweep_point *point = campaign->sweep->points[campaign->selected[0]];
    struct work_queue first = {0};

    if (!scheduler_can(&campaign->scheduler, SCHEDULER_HAS_DEPENDENCIES))
        return error_set(err, ERROR_USAGE,
                         "the %s scheduler cannot start jobs after others, so somebody "
                         "must stay for --smoke: add --wait",
                         scheduler_name(&campaign->scheduler));
    take_first(campaign, queue, &first);
    campaign->is_smoke = true;
    int rc = campaign_submit(campaign, &first, 0, err);
    campaign->is_smoke = false;
    size_t n_left = first.count;
    work_queue_release(&first);
    if (rc < 0)
        return -1;
    if (n_left > 0 && campaign->spent.is_asked)
        return error_set(
            err, ERROR_SCHEDULER,
            "another raylaunch changes the sweep now (cancel?), so nothing "
            "was submitted; look at it, and type the command again");
    if (n_left > 0)
        return error_set(err, ERROR_SCHEDULER,
                         "the queue takes no more of your jobs now (%s), not even the "
                         "first point; type the command again later",
                         campaign->spent.limit_words);
    const struct attempt *attempt = sweep_attempt(point);
    if (!attempt || attempt->is_final)
        return judge(in, campaign, queue->count);
    if (attempt->phase != ATTEMPT_ACCEPTED || state_is_final(attempt->seen.state) ||
        (!attempt->is_listed && attempt->was_listed))
        return error_set(err, ERROR_SCHEDULER,
                         "the first point '%s' has just ended, and it is not known yet "
                         "how; type the command again in a moment",
                         point->point.id);
    if (queue->count > 0)
        say(in,
            "--smoke: %zu points start when '%s' (job %s) has ended well; otherwise "
            "Slurm drops them",
            queue->count, point->point.id, attempt->job_id);
    return depend_on(campaign, attempt->job_id);
}

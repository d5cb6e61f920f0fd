#include <fcntl.h>
#include <string.h>
#include <unistd.h>

#include "launcher/campaign/fingerprint.h"
#include "launcher/commands/sweep_plan.h"
#include "launcher/commands/sweep_run.h"
#include "launcher/common/file.h"
#include "launcher/common/memory.h"

enum { OPT_WAIT = 1, OPT_DETACH, OPT_DRY_RUN, OPT_GRID, OPT_POINTS };

static const struct option_spec options[] = {
    {"wait", 0, NULL, "stay, collect the results, archive (Slurm; local always does)",
     OPT_WAIT},
    {"detach", 0, NULL, "local: go to the background", OPT_DETACH},
    {"dry-run", 'n', NULL, "print plan, calls and script; make nothing", OPT_DRY_RUN},
    {"grid", 0, "KEY=A,B", "one more swept parameter (repeatable)", OPT_GRID},
    {"points", 0, "FILE", "points from a JSONL or CSV file, one a row (repeatable)",
     OPT_POINTS},
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
    struct campaign_counts counts;

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

/* local --detach: the rest runs in a process of its own, which survives the terminal.
 * Returns in the child as 1, in the parent as 0. */
static int go_to_background(const struct campaign *campaign, struct error *err)
{
    cleanup_free char *log = path_join(campaign->sweep->path, "detached.log");
    cleanup_close int fd = open(log, O_WRONLY | O_CREAT | O_APPEND | O_CLOEXEC, 0666);
    cleanup_close int none = open("/dev/null", O_RDONLY | O_CLOEXEC);

    if (fd < 0 || none < 0)
        return error_set_errno(err, ERROR_FILE, "cannot open '%s'", log);
    fflush(NULL);
    pid_t pid = fork();
    if (pid < 0)
        return error_set_errno(err, ERROR_FILE, "cannot start a background process");
    if (pid > 0)
        return 0;
    setsid();
    dup2(none, 0);
    dup2(fd, 1);
    dup2(fd, 2);
    return 1;
}

/* Lock held at entry, free at the end. */
static int submit_now(struct invocation *in, struct campaign *campaign,
                      const struct sweep_plan *plan, struct choice *queue,
                      struct error *err)
{
    bool is_window = campaign->scheduler.ops->is_in_front ||
                     settings_integer(in->settings, SETTING_MAX_CONCURRENT) > 0;
    struct progress progress = {.in = in};
    int rc = 0;

    choose(campaign->sweep, campaign->selected, campaign->n_selected, CHOOSE_RETYPE,
           NULL, queue);
    if (queue->count > 0 || campaign->spent.n_adopted == 0)
        rc = report_write_resolved(campaign, &plan->command, &plan->grids, err);
    progress_hook(&progress, campaign);
    if (rc == 0 && !is_window)
        rc = campaign_submit(campaign, queue, 0, err);
    progress_close(&progress);
    if (rc == 0)
        rc = sweep_flush(campaign->sweep, true, err);
    campaign_unlock(campaign);
    cleanup_free char *difference =
        fingerprint_difference(campaign->sweep, campaign->selected,
                               campaign->n_selected, &campaign->fingerprint);
    if (rc == 0 && *difference)
        warn_user(
            "finished points of this sweep ran with something else (%s); `raylaunch "
            "retry %s --all` runs all again, --name keeps the two apart",
            difference, campaign->sweep->name);
    return rc;
}

static int run_sweep(struct invocation *in, struct sweep_plan *plan,
                     struct campaign *campaign, struct error *err)
{
    struct choice queue = {0};
    cleanup_text struct text cost = {0};
    bool is_local = campaign->scheduler.ops->is_in_front;
    bool is_detached = is_local && invocation_has(in, OPT_DETACH);
    bool will_wait = is_local || invocation_has(in, OPT_WAIT);

    if (!will_wait && settings_integer(in->settings, SETTING_MAX_CONCURRENT) > 0)
        return error_set(err, ERROR_USAGE,
                         "--max-concurrent starts jobs as others end, so somebody must "
                         "stay: add --wait");
    sweep_plan_add_cost(in->settings, plan->plan.count, &cost);
    say(in, "%s", text_string(&cost));
    say(in, "sweep %s in %s", plan->name, plan->path);
    if (campaign_begin(campaign, &plan->plan, plan->folder, err) < 0)
        return -1;
    int rc = submit_now(in, campaign, plan, &queue, err);
    if (rc == 0)
        say_counts(in, campaign, queue.count);
    if (rc == 0 && is_detached) {
        rc = go_to_background(campaign, err);
        will_wait = rc == 1;
    }
    if (rc >= 0 && will_wait) {
        rc = sweep_wait_and_report(in, campaign, &queue, err);
    } else if (rc == 0) {
        cleanup_text struct text name = {0};
        if (in->json)
            text_addf(&name, "{\"type\":\"sweep\",\"name\":\"%s\",\"submitted\":%zu}\n",
                      plan->name, campaign->spent.n_submitted);
        else
            text_addf(&name, "%s\n", plan->name);
        say_next(in, plan->name);
        rc = print_text(&name, err);
    }
    choice_release(&queue);
    return rc;
}

static int run(struct invocation *in, struct error *err)
{
    return sweep_plan_run(in, &in->values[OPT_GRID], &in->values[OPT_POINTS], false,
                          invocation_has(in, OPT_DRY_RUN), run_sweep, err);
}

const struct command verb_sweep = {
    .name = "sweep",
    .summary = "run a command over a grid of parameters, one job a point",
    .usage = "[options] [--] COMMAND… key=value,value…",
    .examples = "  raylaunch sweep --nodes 4 --wait -- python train.py lr=1e-3,1e-2 "
                "'seed=range(0,5)'\n"
                "  raylaunch sweep --dry-run -- python train.py lr=0.1,0.01     # plan "
                "and script\n"
                "  raylaunch sweep --scheduler local --no-ray -- ./fit alpha=1,2 # on "
                "this machine\n"
                "  raylaunch sweep --file sweep.yaml\n",
    .details = "Words of the form key=value,value after the script are swept (their "
               "product, first\n"
               "key outermost). Typing the same command again finishes the sweep: "
               "points that are\n"
               "done stay, no point runs twice. A failed point stays too: `raylaunch "
               "retry`.\n",
    .options = options,
    .scope = SCOPE_ALL,
    .stops_at_word = true,
    .run = run,
};

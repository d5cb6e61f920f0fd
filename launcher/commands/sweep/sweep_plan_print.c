/* sweep_plan_print.c - a plan for people and as JSON (sweep_plan.h) */
#include <stdlib.h>
#include <string.h>

#include "launcher/campaign/report.h"
#include "launcher/check/preflight.h"
#include "launcher/check/rpc_plan.h"
#include "launcher/check/site_check.h"
#include "launcher/commands/command.h"
#include "launcher/commands/sweep/active_check.h"
#include "launcher/commands/sweep/sweep_plan.h"
#include "launcher/common/clock.h"
#include "launcher/common/memory.h"
#include "launcher/common/trees/json_write.h"
#include "launcher/script/bootstrap.h"
#include "launcher/script/script.h"

#define SHOWN_POINTS 10
#define PRINT_BYTES (1UL << 20)

/* What a submission costs. */
struct cost {
    size_t n_submit; /* to be submitted */
    bool has_calls, is_array, has_limits;
    struct scheduler_limits limits;
    struct rpc_plan rpc;
};

/* Files and folders of a sweep whose points are all completed: five each, and its own.
 */
static size_t files_at_most(const struct sweep_plan *plan)
{
    return 5 * plan->plan.count + 20;
}

static void add_amount(struct text *text, long long count, const char *word)
{
    text_addf(text, "%lld %s%s", count, word, count == 1 ? "" : "s");
}

/* When a job ends its program by itself. */
static void add_timeout(const struct settings *settings, struct text *text)
{
    long long timeout_s = settings_timeout_s(settings);
    bool is_auto = settings_integer(settings, SETTING_TIMEOUT) == TIMEOUT_AUTO;

    if (timeout_s == 0)
        text_add(text, ", no timeout");
    else if (is_auto)
        text_add(text, ", timeout as the limit");
    else
        text_addf(text, ", timeout %lld s", timeout_s);
}

void sweep_plan_add_cost(const struct settings *settings, size_t n_points,
                         struct text *text)
{
    long long nodes = settings_integer(settings, SETTING_NODES);
    long long gpus = settings_integer(settings, SETTING_GPUS_PER_TASK);
    long long cpus = settings_integer(settings, SETTING_CPUS_PER_TASK);
    long long minutes = settings_minutes(settings, SETTING_TIME);
    long long unit = gpus > 0 ? gpus : cpus;

    add_amount(text, (long long)n_points, "point");
    text_add(text, " x ");
    add_amount(text, nodes, "node");
    text_add(text, " x ");
    add_amount(text, unit, gpus > 0 ? "GPU" : "CPU");
    if (minutes > 0)
        text_addf(text, ", at most %02lld:%02lld:00 each = %lld %s-hours", minutes / 60,
                  minutes % 60,
                  ((long long)n_points * nodes * unit * minutes + 59) / 60,
                  gpus > 0 ? "GPU" : "CPU");
    else
        text_add(text, ", no time limit");
    add_timeout(settings, text);
}

static void find_cost(const struct settings *settings, struct campaign *campaign,
                      size_t n_points, struct cost *ret_cost)
{
    const char *scheduler = settings_text(settings, SETTING_SCHEDULER);
    struct cost cost = {
        .n_submit = n_points,
        .has_calls = scheduler_named_can(scheduler, SCHEDULER_HAS_PROGRAMS),
        .is_array = settings_chose(settings, CHOICE_MODE_ARRAY) &&
                    scheduler_named_can(scheduler, SCHEDULER_HAS_ARRAYS)};

    cost.has_limits = site_limits(settings, &campaign->scheduler, &cost.limits);
    *ret_cost = cost;
    struct rpc_request request = {
        .n_points = n_points,
        .is_array = cost.is_array,
        .in_flight = (size_t)settings_integer(settings, SETTING_IN_FLIGHT),
        .max_rate = (double)settings_integer(settings, SETTING_MAX_RATE),
        .limits = cost.has_limits ? &ret_cost->limits : NULL};
    rpc_plan_make(&request, &ret_cost->rpc);
}

static void say_calls(const struct invocation *in, const struct cost *cost)
{
    const struct rpc_plan *rpc = &cost->rpc;
    cleanup_text struct text line = {0};
    char span[CLOCK_SPAN_SIZE];

    clock_span(rpc->seconds < 1 ? 1 : rpc->seconds, span);
    text_addf(&line, "calls to the controller: %zu sbatch (about %s", rpc->n_sbatch,
              span);
    if (rpc->is_rate_of_site)
        text_addf(&line, "; the site allows %ld at once, then %g a second",
                  cost->limits.rate_burst, cost->limits.rate_per_s);
    text_add(&line, "), 1 squeue a poll");
    say(in, "%s", text_string(&line));
}

static void say_limits(const struct invocation *in, const struct cost *cost)
{
    const struct rpc_plan *rpc = &cost->rpc;

    if (rpc->n_batches > 1)
        say(in,
            "the site's limit of %zu jobs (%s): %zu points go in %zu batches, as jobs "
            "end",
            rpc->queue_limit, rpc->queue_limit_from, cost->n_submit, rpc->n_batches);
    if (cost->limits.max_running > 0 &&
        (size_t)cost->limits.max_running < cost->n_submit)
        say(in, "at most %ld run at once (%s)", cost->limits.max_running,
            cost->limits.max_running_from);
    if (rpc->is_array_cheaper)
        say(in, "cheaper with --mode array: %zu sbatch call%s instead of %zu",
            rpc->n_sbatch_array, rpc->n_sbatch_array == 1 ? "" : "s", rpc->n_sbatch);
}

static void plan_add_limit(struct json_writer *json, const char *key, long jobs,
                           const char *from)
{
    if (jobs <= 0) {
        jsonwrite_null(json, key);
        return;
    }
    jsonwrite_object(json, key);
    jsonwrite_integer(json, "jobs", jobs);
    jsonwrite_string(json, "from", from);
    jsonwrite_close(json);
}

static void add_calls(struct json_writer *json, const struct cost *cost)
{
    const struct rpc_plan *rpc = &cost->rpc;
    long long n_sbatch = cost->has_calls ? (long long)rpc->n_sbatch : 0;

    jsonwrite_string(json, "mode", cost->is_array ? "array" : "jobs");
    jsonwrite_integer(json, "sbatch_calls", n_sbatch);
    jsonwrite_integer(json, "squeue_calls_per_poll", cost->has_calls ? 1 : 0);
    jsonwrite_integer(json, "batches", (long long)rpc->n_batches);
    jsonwrite_integer(json, "fills", (long long)rpc->n_batches); /* its old name */
    jsonwrite_real(json, "submit_seconds", cost->has_calls ? rpc->seconds : 0);
    jsonwrite_boolean(json, "limits_known", cost->has_limits);
    plan_add_limit(json, "queue_limit", (long)rpc->queue_limit, rpc->queue_limit_from);
    plan_add_limit(json, "binds", (long)rpc->queue_limit,
                   rpc->queue_limit_from); /* likewise */
    plan_add_limit(json, "max_running", cost->limits.max_running,
                   cost->limits.max_running_from);
    if (!rpc->is_array_cheaper || !cost->has_calls) {
        jsonwrite_null(json, "cheaper");
        return;
    }
    jsonwrite_object(json, "cheaper");
    jsonwrite_string(json, "mode", "array");
    jsonwrite_integer(json, "sbatch_calls", (long long)rpc->n_sbatch_array);
    jsonwrite_close(json);
}

/* At most; unknown without a time limit. */
static void add_hours(struct json_writer *json, const char *key, double minutes,
                      size_t n_jobs, long long units)
{
    if (minutes > 0)
        jsonwrite_real(json, key, (double)n_jobs * minutes / 60 * (double)units);
    else
        jsonwrite_null(json, key);
}

static void sweep_plan_add_json(const struct campaign *campaign,
                                const struct sweep_plan *plan, const struct cost *cost,
                                struct text *text)
{
    const struct settings *settings = campaign->settings;
    double minutes = (double)(settings_minutes(settings, SETTING_TIME) *
                              settings_integer(settings, SETTING_NODES));
    struct json_writer json;

    jsonwrite_line(&json, "plan", text);
    jsonwrite_string(&json, "sweep", plan->name);
    jsonwrite_integer(&json, "points", (long long)plan->plan.count);
    jsonwrite_integer(&json, "n_submit", (long long)cost->n_submit);
    jsonwrite_integer(&json, "submit", (long long)cost->n_submit); /* its old name */
    add_calls(&json, cost);
    add_hours(&json, "gpu_hours", minutes, cost->n_submit,
              settings_integer(settings, SETTING_GPUS_PER_TASK));
    add_hours(&json, "cpu_hours", minutes, cost->n_submit,
              settings_integer(settings, SETTING_CPUS_PER_TASK));
    if (settings_timeout_s(settings) > 0)
        jsonwrite_integer(&json, "timeout_seconds", settings_timeout_s(settings));
    else
        jsonwrite_null(&json, "timeout_seconds");
    jsonwrite_integer(&json, "files_at_most", (long long)files_at_most(plan));
    if (campaign->active.limit > 0) {
        jsonwrite_object(&json, "active_jobs");
        active_add_members(campaign, &json);
        jsonwrite_close(&json);
    } else {
        jsonwrite_null(&json, "active_jobs");
    }
    jsonwrite_line_end(&json);
}

/* Room and quota: said when they do not suffice; in a dry run always, where known. */
static void say_room(const struct invocation *in, const struct sweep_plan *plan,
                     bool is_dry_run)
{
    struct findings findings = {0};
    size_t n_files = files_at_most(plan);

    preflight_room(plan->path, n_files, is_dry_run, &findings);
    for (size_t i = 0; i < findings.count; i++) {
        const struct finding *finding = &findings.items[i];
        if (finding->status != FINDING_OK)
            warn_user("%s of '%s': %s; %s", finding->name, plan->path, finding->value,
                      finding->advice);
        else if (is_dry_run && strcmp(finding->name, "quota") == 0)
            say(in, "quota: %s", finding->value);
    }
    findings_release(&findings);
}

int sweep_plan_say(const struct invocation *in, const struct sweep_plan *plan,
                   struct campaign *campaign, size_t n_points, struct error *err)
{
    cleanup_text struct text text = {0};
    struct cost cost;

    if (n_points == 0)
        return 0;
    find_cost(in->settings, campaign, n_points, &cost);
    if (cost.has_calls) {
        say_calls(in, &cost);
        say_limits(in, &cost);
    }
    say_room(in, plan, false);
    if (!in->json)
        return 0;
    sweep_plan_add_json(campaign, plan, &cost, &text);
    return print_text(&text, err);
}

/* How many points of the plan a submission would take now, as far as the folder
 * knows. */
static size_t count_new(const struct sweep_plan *plan, struct campaign *campaign)
{
    struct sweep *sweep = campaign->sweep;
    size_t *known = xcalloc(plan->plan.count, sizeof *known);
    size_t n_known = 0;
    struct work_queue again = {0};

    for (size_t i = 0; i < plan->plan.count; i++) {
        if (sweep_find_point(sweep, plan->plan.points[i].id, &known[n_known]))
            n_known++;
    }
    select_points(sweep, known, n_known, SELECT_RESUME, NULL, &again);
    size_t count = plan->plan.count - n_known + again.count;
    work_queue_release(&again);
    free(known);
    return count;
}

static int print_points(const struct sweep_plan *plan, struct text *text,
                        struct error *err)
{
    for (size_t i = 0; i < plan->plan.count; i++) {
        struct json_writer json;
        jsonwrite_line(&json, "point", text);
        point_add_members(&plan->plan.points[i], &json);
        jsonwrite_line_end(&json);
        if (text->size > PRINT_BYTES) {
            if (print_text(text, err) < 0)
                return -1;
            text_clear(text);
        }
    }
    return print_text(text, err);
}

static void say_plan(const struct invocation *in, const struct sweep_plan *plan,
                     const struct cost *cost, struct campaign *campaign)
{
    size_t count = plan->plan.count;
    cleanup_text struct text line = {0};
    struct script_bootstrap bootstrap = script_bootstrap(in->settings);

    sweep_plan_add_cost(in->settings, count, &line);
    say(in, "%s", text_string(&line));
    say(in, "sweep %s in %s (dry run: nothing is made or submitted)", plan->name,
        plan->path);
    for (size_t i = 0; i < count && i < SHOWN_POINTS; i++)
        say(in, "  %s", plan->plan.points[i].id);
    if (count > SHOWN_POINTS)
        say(in, "  … and %zu more (--json lists all)", count - SHOWN_POINTS);
    if (cost->n_submit < count)
        say(in, "%zu of them to be submitted, the others are done or under way",
            cost->n_submit);
    if (cost->has_calls && cost->n_submit > 0) {
        say_calls(in, cost);
        if (!cost->has_limits)
            say(in, "the site's limits are not known here");
        say_limits(in, cost);
    }
    if (cost->n_submit > 0)
        active_show(in, campaign);
    say(in, "files and folders when all are completed: at most %zu",
        files_at_most(plan));
    say_room(in, plan, true);
    say(in, "bootstrap %s: %s", bootstrap.is_symmetric ? "symmetric" : "direct",
        bootstrap.reason);
    say(in,
        cost->is_array ? "the script of the array:" : "the script of the first point:");
}

int sweep_plan_print(const struct invocation *in, const struct sweep_plan *plan,
                     struct campaign *campaign, struct error *err)
{
    cleanup_text struct text text = {0};
    struct cost cost;

    find_cost(in->settings, campaign, count_new(plan, campaign), &cost);
    if (in->json) {
        if (cost.n_submit > 0)
            active_show(in, campaign);
        sweep_plan_add_json(campaign, plan, &cost, &text);
        return print_points(plan, &text, err);
    }
    if (sweep_plan_add_script(in, plan, &plan->plan.points[0], false, &text, err) < 0)
        return -1;
    say_plan(in, plan, &cost, campaign);
    return print_text(&text, err);
}

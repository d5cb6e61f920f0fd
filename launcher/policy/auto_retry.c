#include "launcher/policy/auto_retry.h"

#include <string.h>

#include "collector/outcome/causes.h"
#include "launcher/common/clock.h"
#include "launcher/common/memory.h"
#include "launcher/common/trees/json_io.h"
#include "launcher/policy/bad_nodes.h"

#define MEM_FACTOR 1.2
#define TIME_FACTOR 1.5

void auto_retry_init(struct auto_retry *again, const struct settings *settings,
                     struct scheduler *scheduler, struct settings_variants *variants)
{
    long long most = settings_integer(settings, SETTING_RETRIES);

    *again = (struct auto_retry){
        .settings = settings,
        .scheduler = scheduler,
        .variants = variants,
        .most = most > 0 ? (unsigned)most : 0,
        .delay_s = (double)settings_integer(settings, SETTING_RETRY_DELAY)};
}

/* The program's own word "timeout" (reported_timeout) is no limit of ours. */
static bool is_worth_it(const struct attempt *attempt)
{
    const char *cause = jsonio_string(attempt->final, "cause", "");

    switch (attempt->state) {
    case STATE_OOM:
    case STATE_PREEMPTED:
    case STATE_NODE_FAIL:
        return true;
    case STATE_TIMEOUT:
        return cause_is(cause, CAUSE_TIMEOUT) || cause_is(cause, CAUSE_TIME_LIMIT);
    case STATE_UNKNOWN:
    case STATE_PLANNED:
    case STATE_SUBMITTING:
    case STATE_SUBMITTED:
    case STATE_PENDING:
    case STATE_RUNNING:
    case STATE_COMPLETED:
    case STATE_FAILED:
    case STATE_CANCELLED:
    case STATE_MISSING:
    case STATE_COUNT:
        break;
    }
    return false;
}

static double due_at(const struct auto_retry *again, const struct attempt *attempt)
{
    static const double steps[] = {1, 5, 10};
    size_t step = attempt->number < 3 ? attempt->number - 1 : 2;

    return attempt->final_at + again->delay_s * steps[step];
}

static bool is_queued(const struct work_queue *queue, const struct sweep_point *point)
{
    for (size_t i = 0; i < queue->count; i++) {
        if (queue->items[i].point == point)
            return true;
    }
    return false;
}

static void take(struct auto_retry *again, struct work_queue *queue,
                 struct sweep_point *point, const struct resource_change *adjustment)
{
    const struct attempt *attempt = sweep_attempt(point);
    const char *exclude =
        attempt->state == STATE_NODE_FAIL ? bad_nodes_of(attempt) : "";
    const struct submit_item item = {
        .point = point,
        .number = select_next_number(point),
        .settings = settings_variants_get(again->variants, again->settings,
                                          &adjustment->next, exclude)};

    work_queue_add(queue, &item);
}

/* The rule for one attempt; the caps are asked once. */
static struct retry_rule rule_for(struct auto_retry *again,
                                  const struct attempt *attempt)
{
    if (!again->has_caps) {
        again->caps.is_like_last = true;
        retry_resources_find_caps(again->scheduler, again->settings, &again->caps);
        again->has_caps = true;
    }
    struct retry_rule rule = again->caps;
    rule.mem_factor = attempt->state == STATE_OOM ? MEM_FACTOR : 0;
    rule.time_factor = attempt->state == STATE_TIMEOUT ? TIME_FACTOR : 0;
    return rule;
}

size_t auto_retry_top_up(struct auto_retry *again, const struct sweep *sweep,
                         const size_t *points, size_t n_points,
                         struct work_queue *queue)
{
    size_t n_waiting = 0;

    for (size_t i = 0; again->most > 0 && i < n_points; i++) {
        struct sweep_point *point = sweep->points[points[i]];
        const struct attempt *attempt = sweep_attempt(point);
        struct resource_change adjustment;
        if (!attempt || !attempt->is_final || point->is_cancelled ||
            attempt->number > again->most || !is_worth_it(attempt) ||
            is_queued(queue, point))
            continue;
        struct retry_rule rule = rule_for(again, attempt);
        retry_resources_of_point(sweep, point, again->settings, &rule, &adjustment);
        if (adjustment.is_hopeless)
            continue;
        if (clock_wall() < due_at(again, attempt))
            n_waiting++;
        else
            take(again, queue, point, &adjustment);
    }
    return n_waiting;
}

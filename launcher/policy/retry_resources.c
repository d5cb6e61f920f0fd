#include "launcher/policy/retry_resources.h"

#include "launcher/common/memory.h"
#include "launcher/common/trees/json_io.h"

void retry_resources_find_caps(struct scheduler *scheduler,
                               const struct settings *settings, struct retry_rule *rule)
{
    const char *partition = settings_text(settings, SETTING_PARTITION);
    struct scheduler_limits limits = {0};
    struct site site = {0};
    struct error ignored = {0};

    if (scheduler_limits(scheduler, partition, settings_text(settings, SETTING_ACCOUNT),
                         settings_text(settings, SETTING_QOS), &limits, &ignored) == 0)
        rule->max_minutes = limits.max_minutes;
    if (scheduler_site(scheduler, SITE_KNOWN, &site, &ignored) == 0) {
        const struct site_partition *found = site_find(&site, partition);
        rule->max_mib = found ? found->memory_mib : 0;
    }
    site_release(&site);
}

static bool is_fixed(const struct settings *settings, const struct retry_rule *rule,
                     enum setting key)
{
    return rule->keeps_typed && settings_rank(settings, key) == RANK_FLAG;
}

static bool was_adjusted(const struct sweep *sweep, const struct attempt *attempt)
{
    return json_is_true(json_object_get(
        json_object_get(sweep->settings_events, attempt->settings_id), "adjusted"));
}

static long long scale(long long number, double factor)
{
    double scaled = (double)number * factor;
    long long whole = (long long)scaled;

    return (double)whole < scaled ? whole + 1 : whole;
}

/* MiB that one node, or one CPU of it, can have at most; 0 not known. */
static long long memory_cap(const struct settings *settings,
                            const struct retry_rule *rule, enum memory_rule memory)
{
    long long cpus = settings_integer(settings, SETTING_CPUS_PER_TASK);

    return memory == MEMORY_PER_CPU && cpus > 1 ? rule->max_mib / cpus : rule->max_mib;
}

static bool has_all_memory(const struct settings *settings,
                           const struct retry_rule *rule,
                           const struct resources *resources)
{
    long long cap = memory_cap(settings, rule, resources->memory);

    return resources->memory == MEMORY_WHOLE_NODE ||
           (resources->memory == MEMORY_PER_NODE && resources->mib == 0) ||
           (cap > 0 && resources->mib >= cap);
}

static bool has_all_time(const struct retry_rule *rule,
                         const struct resources *resources)
{
    return resources->minutes == 0 ||
           (rule->max_minutes > 0 && resources->minutes >= rule->max_minutes);
}

static void grow(const struct settings *settings, const struct retry_rule *rule,
                 struct resources *next)
{
    long long cap = memory_cap(settings, rule, next->memory);

    if (rule->mem_factor > 0 && !is_fixed(settings, rule, SETTING_MEM) &&
        !is_fixed(settings, rule, SETTING_MEM_PER_CPU)) {
        long long before = next->mib;
        next->mib = scale(next->mib, rule->mem_factor);
        /* What Slurm accepted before stands, whatever the site says of its nodes. */
        if (cap > 0 && next->mib > cap)
            next->mib = before > cap ? before : cap;
    }
    if (rule->time_factor > 0 && !is_fixed(settings, rule, SETTING_TIME)) {
        long long before = next->minutes;
        next->minutes = scale(next->minutes, rule->time_factor);
        if (rule->max_minutes > 0 && next->minutes > rule->max_minutes)
            next->minutes = before > rule->max_minutes ? before : rule->max_minutes;
        if (!is_fixed(settings, rule, SETTING_TIMEOUT) &&
            next->timeout_s != TIMEOUT_AUTO)
            next->timeout_s = scale(next->timeout_s, rule->time_factor);
    }
}

/* How many attempts ended for the lack of what they had all of. */
static size_t count_at_cap(const struct sweep *sweep, const struct sweep_point *point,
                           const struct settings *settings,
                           const struct retry_rule *rule)
{
    const struct attempt *last = sweep_attempt(point);
    size_t count = 0;

    for (size_t i = 0; i < point->n_attempts; i++) {
        const struct attempt *attempt = point->attempts[i];
        struct resources had;
        if (!attempt->is_final || attempt->state != last->state)
            continue;
        resources_of_attempt(sweep, attempt, settings, &had);
        count += (attempt->state == STATE_OOM && rule->mem_factor > 1 &&
                  has_all_memory(settings, rule, &had)) ||
                 (attempt->state == STATE_TIMEOUT && rule->time_factor > 1 &&
                  has_all_time(rule, &had));
    }
    return count;
}

void retry_resources_of_point(const struct sweep *sweep,
                              const struct sweep_point *point,
                              const struct settings *settings,
                              const struct retry_rule *rule,
                              struct resource_change *ret_adjustment)
{
    const struct attempt *attempt = sweep_attempt(point);
    struct resource_change *made = ret_adjustment;
    struct resources now;

    *made = (struct resource_change){0};
    resources_of_settings(settings, &now);
    made->last = made->next = now;
    if (!attempt)
        return;
    resources_of_attempt(sweep, attempt, settings, &made->last);
    bool is_like_last = rule->is_like_last || was_adjusted(sweep, attempt);
    bool has_mem = is_fixed(settings, rule, SETTING_MEM) ||
                   is_fixed(settings, rule, SETTING_MEM_PER_CPU);
    if (!has_mem && (is_like_last || rule->mem_factor > 0)) {
        made->next.memory = made->last.memory;
        made->next.mib = made->last.mib;
    }
    if (is_like_last || rule->time_factor > 0) {
        if (!is_fixed(settings, rule, SETTING_TIME))
            made->next.minutes = made->last.minutes;
        if (!is_fixed(settings, rule, SETTING_TIMEOUT))
            made->next.timeout_s = made->last.timeout_s;
    }
    grow(settings, rule, &made->next);
    made->is_mem_at_cap = has_all_memory(settings, rule, &made->next);
    made->is_time_at_cap = has_all_time(rule, &made->next);
    made->is_hopeless =
        attempt->is_final && count_at_cap(sweep, point, settings, rule) >= 2;
}

#include "launcher/check/site_warnings.h"

#include <stdio.h>
#include <string.h>

#include "launcher/common/clock.h"
#include "launcher/common/memory.h"

#define LIMIT_SIZE 32

/* "1-02:30:00", as sbatch takes it. */
static void show_minutes(long long minutes, char text[LIMIT_SIZE])
{
    if (minutes >= 24 * 60)
        snprintf(text, LIMIT_SIZE, "%lld-%02lld:%02lld:00", minutes / (24 * 60),
                 minutes / 60 % 24, minutes % 60);
    else
        snprintf(text, LIMIT_SIZE, "%02lld:%02lld:00", minutes / 60, minutes % 60);
}

const struct site_partition *site_meant_partition(const struct settings *settings,
                                                  const struct site *site)
{
    const char *name = settings_text(settings, SETTING_PARTITION);

    if (*name)
        return strchr(name, ',') ? NULL : site_find(site, name);
    for (size_t i = 0; i < site->n_partitions; i++) {
        if (site->partitions[i].is_default)
            return &site->partitions[i];
    }
    return NULL;
}

static void warn_of_time(const struct settings *settings,
                         const struct scheduler_limits *limits, struct words *warnings)
{
    long long minutes = settings_minutes(settings, SETTING_TIME);
    char asked[LIMIT_SIZE] = "unlimited", most[LIMIT_SIZE];

    if (limits->max_minutes == 0 || (minutes > 0 && minutes <= limits->max_minutes))
        return;
    if (minutes > 0)
        show_minutes(minutes, asked);
    show_minutes(limits->max_minutes, most);
    words_addf(
        warnings,
        "the time limit %s (%s) is above %s (%s): such jobs are refused, or wait "
        "for ever; say --time %s, or choose another partition or QoS",
        asked, settings_origin(settings, SETTING_TIME), most, limits->max_minutes_from,
        most);
}

static void warn_of_size(const struct settings *settings,
                         const struct site_partition *partition, struct words *warnings)
{
    long long nodes = settings_integer(settings, SETTING_NODES);
    long long cpus = settings_integer(settings, SETTING_CPUS_PER_TASK);
    long long memory = 0;

    switch (settings_memory_rule(settings)) {
    case MEMORY_PER_NODE:
        memory = settings_mib(settings, SETTING_MEM);
        break;
    case MEMORY_PER_CPU:
        memory = settings_mib(settings, SETTING_MEM_PER_CPU) * cpus;
        break;
    case MEMORY_WHOLE_NODE:
        break;
    }
    if (partition->nodes > 0 && nodes > partition->nodes)
        words_addf(warnings,
                   "%lld nodes are asked, and partition '%s' has %ld: such jobs never "
                   "start; say --nodes %ld or less",
                   nodes, partition->name, partition->nodes, partition->nodes);
    if (partition->cpus > 0 && cpus > partition->cpus)
        words_addf(warnings,
                   "%lld CPUs are asked, and the largest node of partition '%s' has "
                   "%ld: such jobs never start; lower --cpus-per-task",
                   cpus, partition->name, partition->cpus);
    if (partition->memory_mib > 0 && memory > partition->memory_mib)
        words_addf(warnings,
                   "%lld MiB of memory are asked on each node, and the largest node of "
                   "partition '%s' has %ld MiB: such jobs never start; lower --mem (or "
                   "--mem-per-cpu)",
                   memory, partition->name, partition->memory_mib);
}

static long long smaller(long long a, long long b)
{
    return a < b ? a : b;
}

/* The most GPUs that a node has: the numbers behind the last ':' of its words. */
static long long most_gpus(const char *gres, bool *ret_has_gpus)
{
    long long most = 0;

    *ret_has_gpus = false;
    for (const char *at = gres; *at; at += strspn(at, ", ")) {
        size_t size = strcspn(at, ",");
        if (strncmp(at, "gpu", 3) == 0 && strchr(":,", at[3])) {
            long long count = 0;
            size_t start = size;
            while (start > 0 && at[start - 1] >= '0' && at[start - 1] <= '9')
                start--;
            for (size_t i = start; i < size; i++)
                count = smaller(count * 10 + (at[i] - '0'), 1000000);
            *ret_has_gpus = true;
            most = count > most ? count : most;
        }
        at += size;
    }
    return most;
}

static void warn_of_gpus(const struct settings *settings, const struct site *site,
                         const struct site_partition *partition, struct words *warnings)
{
    long long gpus = settings_integer(settings, SETTING_GPUS_PER_TASK);
    cleanup_text struct text others = {0};
    bool has_gpus = false;
    long long most = most_gpus(partition->gres, &has_gpus);

    if (gpus <= 0 || (has_gpus && (most == 0 || gpus <= most)))
        return;
    if (has_gpus) {
        words_addf(
            warnings,
            "%lld GPUs are asked on each node, and no node of partition '%s' has "
            "more than %lld: such jobs never start; lower --gpus-per-task",
            gpus, partition->name, most);
        return;
    }
    for (size_t i = 0; i < site->n_partitions; i++) {
        bool has = false;
        most_gpus(site->partitions[i].gres, &has);
        if (has)
            text_addf(&others, "%s%s", others.size ? ", " : "",
                      site->partitions[i].name);
    }
    words_addf(warnings,
               "%lld GPU%s asked in partition '%s', which has none: such jobs never "
               "start; say --gpus-per-task 0%s%s",
               gpus, gpus == 1 ? " is" : "s are", partition->name,
               others.size ? ", or choose a partition with GPUs: " : "",
               text_string(&others));
}

static void warn_of_maintenance(const struct settings *settings,
                                const struct site_facts *facts, struct words *warnings)
{
    double limit = 60.0 * (double)settings_minutes(settings, SETTING_TIME);

    for (size_t i = 0; i < facts->reservations->count; i++) {
        const struct site_reservation *item = &facts->reservations->items[i];
        double ahead = item->starts_at - facts->now;
        char start[CLOCK_DATE_SIZE], end[CLOCK_DATE_SIZE], most[LIMIT_SIZE],
            nodes[40] = "nodes";
        if (!item->is_maintenance || item->ends_at <= facts->now ||
            (limit > 0 && ahead >= limit))
            continue;
        clock_date(item->starts_at, start);
        clock_date(item->ends_at, end);
        show_minutes((long long)(ahead / 60), most);
        if (item->n_nodes > 0)
            snprintf(nodes, sizeof nodes, "%ld node%s", item->n_nodes,
                     item->n_nodes == 1 ? "" : "s");
        if (ahead > 60)
            words_addf(warnings,
                       "maintenance '%s' takes %s from %s to %s: a job whose time "
                       "limit reaches into it does not start there before it ends; "
                       "--time %s still fits, if it starts at once",
                       item->name, nodes, start, end, most);
        else
            words_addf(warnings,
                       "maintenance '%s' has %s until %s: jobs that need "
                       "them wait until then",
                       item->name, nodes, end);
    }
}

void site_warnings(const struct settings *settings, const struct site_facts *facts,
                   struct words *warnings)
{
    const struct site_partition *partition =
        site_meant_partition(settings, facts->site);

    warn_of_time(settings, facts->limits, warnings);
    if (partition) {
        warn_of_size(settings, partition, warnings);
        warn_of_gpus(settings, facts->site, partition, warnings);
        if (!partition->is_up)
            words_addf(warnings, "partition '%s' is down: jobs wait until it is up",
                       partition->name);
    }
    if (!settings_is_set(settings, SETTING_RESERVATION))
        warn_of_maintenance(settings, facts, warnings);
}

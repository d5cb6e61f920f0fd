#include "launcher/check/impossible.h"

#include <string.h>

#include "launcher/check/node_fit.h"
#include "launcher/check/site_warnings.h"
#include "launcher/common/memory.h"

/* An `sbatch` option that begins so? */
static bool has_word(const struct settings *settings, const char *begin)
{
    const struct words *words = settings_list(settings, SETTING_SBATCH);

    for (size_t i = 0; i < words->count; i++) {
        if (strncmp(words->items[i], begin, strlen(begin)) == 0)
            return true;
    }
    return false;
}

static void judge_time(const struct settings *settings,
                       const struct scheduler_limits *limits, struct words *lines)
{
    long long minutes = settings_minutes(settings, SETTING_TIME);
    char asked[SITE_MINUTES_SIZE] = "unlimited", most[SITE_MINUTES_SIZE];

    /* with a shortest time the scheduler may shorten the limit */
    if (limits->max_minutes == 0 || (minutes > 0 && minutes <= limits->max_minutes) ||
        has_word(settings, "time-min"))
        return;
    if (minutes > 0)
        site_show_minutes(minutes, asked);
    site_show_minutes(limits->max_minutes, most);
    words_addf(
        lines,
        "the time limit %s (%s) is above %s (%s): such jobs are refused, or wait "
        "for ever; say --time %s, or choose another partition or QoS",
        asked, settings_origin(settings, SETTING_TIME), most, limits->max_minutes_from,
        most);
}

static void judge_bounds(const struct settings *settings,
                         const struct scheduler_limits *limits, struct words *lines)
{
    static const struct {
        const char *what, *option;
        bool is_of_node;
    } names[BOUNDED_COUNT] = {
        [BOUNDED_NODES] = {"nodes", "--nodes", false},
        [BOUNDED_CPUS] = {"CPUs in all", "--cpus-per-task", false},
        [BOUNDED_GPUS] = {"GPUs in all", "--gpus-per-task", false},
        [BOUNDED_MIB] = {"MiB of memory in all", "--mem or --mem-per-cpu", false},
        [BOUNDED_NODE_CPUS] = {"CPUs on each node", "--cpus-per-task", true},
        [BOUNDED_NODE_GPUS] = {"GPUs on each node", "--gpus-per-task", true},
        [BOUNDED_NODE_MIB] = {"MiB of memory on each node", "--mem or --mem-per-cpu",
                              true},
    };
    const struct node_need need = node_need_of(settings);

    for (enum bounded what = 0; what < BOUNDED_COUNT; what++) {
        const struct scheduler_bound *bound = &limits->bounds[what];
        long long asked = node_need_amount(&need, what);
        bool is_least_sure = what == BOUNDED_NODES || !need.is_exclusive;
        if (bound->most > 0 && asked > bound->most)
            words_addf(lines,
                       "%lld %s are asked, and %s gives a job %ld: such jobs never "
                       "start; lower %s%s",
                       asked, names[what].what, bound->most_from, bound->most,
                       names[what].option,
                       names[what].is_of_node || what == BOUNDED_NODES ? ""
                                                                       : " or --nodes");
        else if (bound->least > 0 && asked < bound->least && is_least_sure && asked > 0)
            words_addf(lines,
                       "%lld %s are asked, and %s wants %ld at least: such jobs never "
                       "start; raise %s, or choose another partition or QoS",
                       asked, names[what].what, bound->least_from, bound->least,
                       names[what].option);
    }
    if (*limits->shut)
        words_addf(lines,
                   "the partition takes only some jobs (%s): such jobs never start; "
                   "choose another --partition, --account or --qos",
                   limits->shut);
}

/* Does the list show every node that the partition has, or may get? */
static bool is_all_shown(const struct impossible_facts *facts)
{
    const struct site_partition *partition = facts->partition;
    long listed = 0; /* a node counts in each of its partitions */

    for (size_t i = 0; i < facts->site->n_partitions; i++)
        listed += facts->site->partitions[i].nodes;
    /* cloud nodes that are powered down are not listed, dynamic ones not yet there */
    return partition->nodes >= facts->limits->partition_nodes &&
           facts->limits->partition_nodes > 0 &&
           facts->site->config.max_nodes <= listed;
}

void impossible(const struct settings *settings, const struct impossible_facts *facts,
                struct words *sure, struct words *likely)
{
    struct words *of_limits = facts->limits->is_sure ? sure : likely;

    judge_time(settings, facts->limits, of_limits);
    judge_bounds(settings, facts->limits, of_limits);
    if (!facts->partition)
        return;
    bool is_sure = is_all_shown(facts) && !facts->site->config.has_rewriter;
    node_fit_judge(settings, facts->site, facts->partition, is_sure ? sure : likely,
                   likely);
}

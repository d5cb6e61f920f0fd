#include "launcher/scheduler/slurm/slurm_bounds.h"

#include <ctype.h>
#include <limits.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>

#include "launcher/common/memory.h"
#include "launcher/scheduler/slurm/slurm_lines.h"

/* "2", "100G", "187.50G": a number, or MiB of a size; 0: no such text. */
static long amount(const char *text)
{
    static const char units[] = "KMGTP";
    char *end = NULL;

    if (!isdigit((unsigned char)*text))
        return 0;
    double value = strtod(text, &end);
    const char *unit = end && *end ? strchr(units, toupper((unsigned char)*end)) : NULL;
    if (unit) {
        value /= 1024.0;
        for (const char *at = units; at < unit; at++)
            value *= 1024.0;
    }
    return value >= 1 && value < (double)INT_MAX ? (long)value : 0;
}

static void set_most(struct scheduler_bound *bound, long most, const char *from)
{
    if (most <= 0 || (bound->most > 0 && bound->most <= most))
        return;
    bound->most = most;
    snprintf(bound->most_from, sizeof bound->most_from, "%s", from);
}

static void set_least(struct scheduler_bound *bound, long least, const char *from)
{
    if (least <= bound->least)
        return;
    bound->least = least;
    snprintf(bound->least_from, sizeof bound->least_from, "%s", from);
}

/* What a word of a TRES text counts; BOUNDED_COUNT: something else. */
static enum bounded bounded_of(const char *name, size_t size, bool is_of_node)
{
    static const struct {
        const char *name;
        enum bounded of_job, of_node;
    } table[] = {
        {"cpu", BOUNDED_CPUS, BOUNDED_NODE_CPUS},
        {"mem", BOUNDED_MIB, BOUNDED_NODE_MIB},
        {"gres/gpu", BOUNDED_GPUS, BOUNDED_NODE_GPUS},
        {"node", BOUNDED_NODES, BOUNDED_COUNT},
    };

    for (size_t i = 0; i < sizeof table / sizeof *table; i++) {
        if (strlen(table[i].name) == size && strncmp(table[i].name, name, size) == 0)
            return is_of_node ? table[i].of_node : table[i].of_job;
    }
    return BOUNDED_COUNT;
}

void slurm_bounds_add_tres(const char *tres, enum bound_kind kind, const char *from,
                           struct scheduler_bound *bounds)
{
    for (const char *at = tres; *at; at += strspn(at, ",")) {
        size_t size = strcspn(at, ",=");
        enum bounded what = bounded_of(at, size, kind == BOUND_MOST_OF_NODE);
        long value = at[size] == '=' ? amount(at + size + 1) : 0;
        if (what != BOUNDED_COUNT && kind == BOUND_LEAST && bounds[what].least == 0)
            set_least(&bounds[what], value, from);
        else if (what != BOUNDED_COUNT && kind != BOUND_LEAST && bounds[what].most == 0)
            set_most(&bounds[what], value, from);
        at += strcspn(at, ",");
    }
}

static long line_amount(const char *line, const char *key)
{
    cleanup_free char *value = slurm_line_value(line, key);

    return value ? amount(value) : 0;
}

void slurm_bounds_add_partition(const char *line, const char *qos_flags,
                                struct scheduler_limits *limits)
{
    cleanup_free char *name = slurm_line_value(line, "PartitionName");
    struct scheduler_bound *bounds = limits->bounds;
    char from[64];

    limits->partition_nodes = line_amount(line, "TotalNodes");
    snprintf(from, sizeof from, "partition %.24s, MaxNodes", name ? name : "");
    if (!strstr(qos_flags, "PartitionMaxNodes"))
        set_most(&bounds[BOUNDED_NODES], line_amount(line, "MaxNodes"), from);
    snprintf(from, sizeof from, "partition %.24s, MinNodes", name ? name : "");
    if (!strstr(qos_flags, "PartitionMinNodes"))
        set_least(&bounds[BOUNDED_NODES], line_amount(line, "MinNodes"), from);
    snprintf(from, sizeof from, "partition %.24s, MaxCPUsPerNode", name ? name : "");
    set_most(&bounds[BOUNDED_NODE_CPUS], line_amount(line, "MaxCPUsPerNode"), from);
    snprintf(from, sizeof from, "partition %.24s, MaxMemPerNode", name ? name : "");
    set_most(&bounds[BOUNDED_NODE_MIB], line_amount(line, "MaxMemPerNode"), from);
}

static bool has_any(const char *list, const struct words *names)
{
    for (size_t i = 0; i < names->count; i++) {
        if (text_list_has(list, names->items[i]))
            return true;
    }
    return false;
}

static void shut(const char *line, const char *key, const struct words *names,
                 bool is_allowing, struct scheduler_limits *limits)
{
    cleanup_free char *list = slurm_line_value(line, key);

    if (!list || !*list || strcasecmp(list, "ALL") == 0 || names->count == 0 ||
        has_any(list, names) == is_allowing)
        return;
    snprintf(limits->shut, sizeof limits->shut, "%s=%.60s, and yours is %.24s", key,
             list, names->items[0]);
}

void slurm_bounds_shut(const char *line, const struct words *accounts, const char *qos,
                       struct scheduler_limits *limits)
{
    cleanup_words struct words names = {0};
    cleanup_words struct words own = {0};

    if (accounts->count > 0)
        words_add(&own, accounts->items[0]);
    if (*qos)
        words_add(&names, qos);
    shut(line, "AllowAccounts", accounts, true, limits);
    if (own.count > 0) /* older releases mean exactly the account that is named */
        shut(line, "DenyAccounts", &own, false, limits);
    shut(line, "AllowQos", &names, true, limits);
    shut(line, "DenyQos", &names, false, limits);
}

/* node_fit.h - what each node of a job must have, and how many nodes of a partition do
 *
 * A job asks the same of each of its nodes, so a node must have all of it at once: 64
 * CPUs on one kind of nodes and 1 TB on another do not add up.
 */
#ifndef LAUNCHER_CHECK_NODE_FIT_H
#define LAUNCHER_CHECK_NODE_FIT_H

#include "launcher/scheduler/scheduler.h"
#include "launcher/scheduler/site.h"
#include "launcher/settings/settings.h"

/* The least that is needed; memory_mib 0 where no number is asked. */
struct node_need {
    long long nodes;
    long long cpus, gpus, memory_mib; /* on each */
    long long mib_per_cpu;            /* 0: memory is asked of the node */
    bool is_exclusive; /* gets all CPUs of its nodes, and the memory for each */
};

struct node_need node_need_of(const struct settings *settings);

/* How much of it a job has in all, or on each node. */
long long node_need_amount(const struct node_need *need, enum bounded what);

/* Append a line to `sure` if there are not enough such nodes; to `likely` where it
 * hangs on CPUs that nodes may hold back for the system. */
void node_fit_judge(const struct settings *settings, const struct site *site,
                    const struct site_partition *partition, struct words *sure,
                    struct words *likely);

#endif

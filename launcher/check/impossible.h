/* impossible.h - what no job of these settings will ever get from a partition
 *
 * Slurm accepts much that can never run (a time limit over the partition's, more CPUs
 * than the QoS gives a job) and lets it wait for ever; the rest it refuses in words
 * that do not say which number is wrong. Pure: from what the site told. Two kinds of
 * nodes are never mixed into one that is as large as both, and what is down counts as
 * there.
 */
#ifndef LAUNCHER_CHECK_IMPOSSIBLE_H
#define LAUNCHER_CHECK_IMPOSSIBLE_H

#include "launcher/scheduler/scheduler.h"
#include "launcher/scheduler/site.h"
#include "launcher/settings/settings.h"

/* All borrowed; `partition` may be NULL: its nodes are not known. */
struct impossible_facts {
    const struct site *site;
    const struct site_partition *partition;
    const struct scheduler_limits *limits;
};

/* Append to `sure` what cannot be otherwise, to `likely` what may not be all that
 * counts: nodes that no list shows, a plugin that changes what is asked, a QoS that was
 * not read. A line each, with what to do. */
void impossible(const struct settings *settings, const struct impossible_facts *facts,
                struct words *sure, struct words *likely);

#endif

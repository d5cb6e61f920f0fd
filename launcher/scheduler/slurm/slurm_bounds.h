/* slurm_bounds.h - how large a job may be, as partition, QoS and association say
 *
 * Slurm accepts a job that is larger, and lets it wait for ever (EnforcePartLimits=NO):
 * PartitionNodeLimit, QOSMaxCpuPerJobLimit, QOSMinCpuNotSatisfied, MaxMemPerLimit,
 * "Job's account not permitted". Of bounds of one kind the first counts that is set, on
 * the way from QoS to association (slurm_config.h); a partition's own counts besides,
 * unless the job's QoS has a flag that lifts it.
 */
#ifndef LAUNCHER_SCHEDULER_SLURM_SLURM_BOUNDS_H
#define LAUNCHER_SCHEDULER_SLURM_SLURM_BOUNDS_H

#include "launcher/scheduler/scheduler.h"

/* Read a TRES text ("cpu=4,gres/gpu=2,mem=10G,node=2") into what is not bounded yet. */
enum bound_kind { BOUND_MOST, BOUND_LEAST, BOUND_MOST_OF_NODE };
void slurm_bounds_add_tres(const char *tres, enum bound_kind kind, const char *from,
                           struct scheduler_bound *bounds);

/* Of a line of `scontrol show partition -o`: MaxNodes, MinNodes (where `qos_flags` do
 * not lift them), MaxCPUsPerNode, MaxMemPerNode, TotalNodes. */
void slurm_bounds_add_partition(const char *line, const char *qos_flags,
                                struct scheduler_limits *limits);

/* Does the partition take the account (`accounts`: it and those above it) and the QoS?
 * Otherwise `limits->shut`. "" or none: not known, so it does. */
void slurm_bounds_shut(const char *line, const struct words *accounts, const char *qos,
                       struct scheduler_limits *limits);

#endif

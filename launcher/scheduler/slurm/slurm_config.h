/* slurm_config.h - what the site lets this user have: the limits that hold, and who
 * says so
 *
 * Of limits of one kind, Slurm takes the first that is set on the way from the
 * partition's QoS over the job's QoS (the other way round where that QoS has the flag
 * OverPartQOS) to the user's association, whose group limits go up the tree of accounts
 * (sacctmgr(1); src/slurmctld/acct_policy.c: association limits hold only where the
 * QoS's are not set). Limits of different kinds (per user, per account, of the group)
 * hold at the same time: the smallest one counts and is named. They hold only where
 * AccountingStorageEnforce has `limits`.
 */
#ifndef LAUNCHER_SCHEDULER_SLURM_SLURM_CONFIG_H
#define LAUNCHER_SCHEDULER_SLURM_SLURM_CONFIG_H

#include "launcher/scheduler/scheduler.h"
#include "launcher/scheduler/slurm/slurm_cache.h"

/* The columns that are read of sacctmgr. */
#define SLURM_CONFIG_OF_QOS                                                      \
    "format=Name,MaxSubmitPU,MaxJobsPU,MaxSubmitPA,MaxJobsPA,GrpSubmit,GrpJobs," \
    "MaxWall,Flags,MaxTRESPerJob,MaxTRESPerNode,MinTRESPerJob"
#define SLURM_CONFIG_OF_USER                                                       \
    "format=DefaultAccount,Account,Partition,MaxSubmit,MaxJobs,GrpSubmit,GrpJobs," \
    "MaxWall,DefaultQOS,QOS,MaxTRESPerJob,MaxTRESPerNode"
#define SLURM_CONFIG_OF_ACCOUNTS "format=Account,ParentName,GrpSubmit,GrpJobs,User"

/* What a submission asks; "" where it asks nothing. Of a list of partitions the first
 * counts. */
struct slurm_config_request {
    const char *partition, *account, *qos;
};

/* From the texts alone. */
void slurm_config_find(const struct slurm_cache *answers,
                       const struct slurm_config_request *request,
                       struct scheduler_limits *ret_limits);

/* Append the account that a job runs under (`account`, or the user's default one if
 * ""), and those above it up to the root. */
void slurm_config_accounts(const struct slurm_cache *answers, const char *account,
                           struct words *names);

#endif

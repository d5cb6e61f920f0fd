#include "launcher/scheduler/slurm/slurm_reasons.h"

#include <stddef.h>

#include "tests/tap/tap.h"

/* Every word of job_reason_string() in Slurm 22.05 and 25.11 that a waiting job can
 * have, and the free texts. */
static const struct {
    enum reason_kind kind;
    const char *words[48];
} known[] = {
    {REASON_TURN,
     {"None",
      "Resources",
      "Priority",
      "Dependency",
      "BeginTime",
      "Prolog",
      "Cleaning",
      "Licenses",
      "Reservation",
      "JobArrayTaskLimit",
      "BurstBufferResources",
      "BurstBufferStageIn",
      "BurstBufferOperation",
      "FedJobLock",
      "Constraints",
      "SchedDefer",
      "WaitingForScheduling",
      "MpiPortsBusy",
      "NvidiaImexChannels",
      "MaxPoweredUpNodes"}},
    {REASON_LIMIT,
     {"AssocGrpBillingMinutes",
      "AssocGrpCPUMinutesLimit",
      "AssocGrpCPURunMinutesLimit",
      "AssocGrpCpuLimit",
      "AssocGrpGRES",
      "AssocGrpGRESMinutes",
      "AssocGrpJobsLimit",
      "AssocGrpMemLimit",
      "AssocGrpNodeLimit",
      "AssocGrpSubmitJobsLimit",
      "AssocGrpWallLimit",
      "AssocMaxJobsLimit",
      "AssocMaxSubmitJobLimit",
      "MaxBBPerAccount",
      "MaxCpuPerAccount",
      "MaxGRESPerAccount",
      "MaxJobsPerAccount",
      "MaxMemoryPerAccount",
      "MaxNodePerAccount",
      "MaxSubmitJobsPerAccount",
      "MaxCPURunMinsPerUser",
      "MaxCPURunMinsPerAccount",
      "QOSGrpCpuLimit",
      "QOSGrpCPUMinutesLimit",
      "QOSGrpGRES",
      "QOSGrpJobsLimit",
      "QOSGrpMemLimit",
      "QOSGrpNodeLimit",
      "QOSGrpSubmitJobsLimit",
      "QOSGrpWallLimit",
      "QOSMaxCpuPerUserLimit",
      "QOSMaxGRESPerUser",
      "QOSMaxJobsPerUserLimit",
      "QOSMaxMemoryPerUser",
      "QOSMaxNodePerUserLimit",
      "QOSMaxSubmitJobPerUserLimit",
      "QOSJobLimit",
      "AssociationJobLimit",
      "AccountingPolicy"}},
    {REASON_SITE,
     {"PartitionDown", "PartitionInactive", "ReqNodeNotAvail",
      "ReqNodeNotAvail, UnavailableNodes:n1",
      "ReqNodeNotAvail, May be reserved for other job",
      "ReqNodeNotAvail, Reserved for maintenance",
      "(ReqNodeNotAvail,_UnavailableNodes:n1)", "NodeDown", "FrontEndDown",
      "Nodes required for job are DOWN, DRAINED or reserved for jobs in higher "
      "priority partitions",
      "(Nodes_required_for_job_are_DOWN,_DRAINED)", "QOSUsageThreshold",
      "PowerNotAvail", "PowerReserved"}},
    {REASON_HELD,
     {"JobHeldUser", "JobHeldAdmin", "JobHoldMaxRequeue", "launch failed requeued held",
      "launch_failed_requeued_held", "job requeued in held state",
      "job requeued in special exit state", "user env retrieval failed requeued held"}},
    {REASON_MAYBE, {"PartitionNodeLimit"}},
    {REASON_NEVER,
     {"DependencyNeverSatisfied",
      "BadConstraints",
      "PartitionTimeLimit",
      "Job's account not permitted to use this partition (acc allows other not lab)",
      "Job's QOS not permitted to use this partition (q allows wide not normal)",
      "PartitionConfig",
      "InvalidAccount",
      "InvalidQOS",
      "QOSNotAllowed",
      "AccountNotAllowed",
      "AssocMaxCpuPerJobLimit",
      "AssocMaxMemPerJob",
      "AssocMaxNodePerJobLimit",
      "AssocMaxCpuPerNode",
      "AssocMaxWallDurationPerJobLimit",
      "QOSMaxCpuPerJobLimit",
      "QOSMaxCpuPerNode",
      "QOSMaxGRESPerJob",
      "QOSMaxMemoryPerJob",
      "QOSMaxNodePerJobLimit",
      "QOSMaxWallDurationPerJobLimit",
      "QOSMinCpuNotSatisfied",
      "QOSMinGRES",
      "MaxMemPerLimit",
      "ReservationDeleted",
      "ReservationInvalid",
      "DeadLine"}},
    {REASON_UNKNOWN, {"", "Resource", "NoSuchReason", "held", "(", "_"}},
};

/* As a cluster with reservations printed them (squeue %r, scontrol), and others. */
static const struct {
    const char *word;
    bool is_reserved;
} reserved[] = {
    {"ReqNodeNotAvail, May be reserved for other job", true},
    {"ReqNodeNotAvail, Reserved for maintenance", true},
    {"ReqNodeNotAvail,_Reserved_for_maintenance", true},
    {"(Reservation)", true},
    {"ReservationDeleted", true},
    {"Nodes required for job are DOWN, DRAINED or reserved for jobs in higher priority "
     "partitions",
     true},
    {"ReqNodeNotAvail, UnavailableNodes:rl1", false},
    {"Resources", false},
    {"", false},
};

int main(void)
{
    for (size_t i = 0; i < sizeof known / sizeof *known; i++) {
        for (size_t j = 0; known[i].words[j]; j++) {
            const struct wait_reason *reason = slurm_reason(known[i].words[j]);
            ok(reason->kind == known[i].kind, "kind %d: '%s'", (int)known[i].kind,
               known[i].words[j]);
            if (known[i].kind == REASON_UNKNOWN)
                is_string(reason->words, "", "without words of ours");
            else
                ok(*reason->words, "in words: %s", reason->words);
            if (known[i].kind == REASON_NEVER || known[i].kind == REASON_HELD)
                ok(*reason->advice, "and what to do: %s", reason->advice);
        }
    }
    is_number(slurm_reason("QOSMaxJobsPerUserLimit")->number, NUMBER_RUNNING,
              "how many may run");
    is_number(slurm_reason("PartitionTimeLimit")->number, NUMBER_MINUTES,
              "how long they may");
    ok(slurm_reason("ReqNodeNotAvail, Reserved for maintenance")->words !=
           slurm_reason("ReqNodeNotAvail")->words,
       "a maintenance is told apart");
    for (size_t i = 0; i < sizeof reserved / sizeof *reserved; i++)
        ok(slurm_reason_is_reservation(reserved[i].word) == reserved[i].is_reserved,
           "may be a reservation: '%s'", reserved[i].word);
    return tap_done();
}

#include "launcher/scheduler/slurm/slurm_reasons.h"

#include <stddef.h>
#include <string.h>

#define CANCEL \
    "`raylaunch cancel SWEEP`, then `raylaunch retry SWEEP --cancelled` with "
#define ASK_LESS CANCEL "less"
#define SHORTER CANCEL "a shorter --time"
#define OTHER_ACCOUNT CANCEL "another --account, --qos or --partition"
#define OWN_END "it goes on when some of your jobs have ended"
#define ADMIN "ask the site's administrators, or name another --partition"
#define RELEASE "`scontrol release JOB`"

/* The first row counts whose texts are in the reason: `begin` at its start, `inside`
 * (may be NULL) behind that. */
static const struct {
    const char *begin, *inside;
    struct wait_reason reason;
} rows[] = {
    /* a turn */
    {"Resources", NULL, {REASON_TURN, NUMBER_NONE, "what it needs is busy now", ""}},
    {"Priority", NULL, {REASON_TURN, NUMBER_NONE, "others are before it", ""}},
    {"JobArrayTaskLimit",
     NULL,
     {REASON_TURN, NUMBER_NONE, "as many of its array run as --max-concurrent allows",
      ""}},
    {"BeginTime", NULL, {REASON_TURN, NUMBER_NONE, "its start time has not come", ""}},
    {"Licenses", NULL, {REASON_TURN, NUMBER_NONE, "its licenses are in use", ""}},
    {"ReservationInvalid",
     NULL,
     {REASON_NEVER, NUMBER_NONE, "its reservation does not hold for it",
      CANCEL "another --reservation"}},
    {"ReservationDeleted",
     NULL,
     {REASON_NEVER, NUMBER_NONE, "its reservation is gone", CANCEL "--reservation ''"}},
    {"Reservation",
     NULL,
     {REASON_TURN, NUMBER_NONE, "its reservation has not begun", ""}},
    {"DependencyNeverSatisfied",
     NULL,
     {REASON_NEVER, NUMBER_NONE, "a job that it depends on did not end as asked",
      "repair that job, then `raylaunch cancel SWEEP` and `raylaunch retry SWEEP "
      "--cancelled`"}},
    {"Dependency",
     NULL,
     {REASON_TURN, NUMBER_NONE, "a job that it depends on has not ended", ""}},
    {"None", NULL, {REASON_TURN, NUMBER_NONE, "the scheduler has not looked yet", ""}},
    {"WaitingForScheduling",
     NULL,
     {REASON_TURN, NUMBER_NONE, "the scheduler has not looked yet", ""}},
    {"SchedDefer",
     NULL,
     {REASON_TURN, NUMBER_NONE, "the scheduler looks at new jobs later", ""}},
    {"Prolog", NULL, {REASON_TURN, NUMBER_NONE, "its nodes are being prepared", ""}},
    {"Cleaning",
     NULL,
     {REASON_TURN, NUMBER_NONE, "an earlier run of it is being cleaned up", ""}},
    {"BurstBuffer", NULL, {REASON_TURN, NUMBER_NONE, "its data is being staged", ""}},
    {"FedJobLock",
     NULL,
     {REASON_TURN, NUMBER_NONE, "the clusters of the federation agree on it", ""}},
    {"Constraints",
     NULL,
     {REASON_TURN, NUMBER_NONE, "no node has its constraints now", ""}},
    {"MpiPortsBusy", NULL, {REASON_TURN, NUMBER_NONE, "MPI ports are in use", ""}},
    {"NvidiaImexChannels",
     NULL,
     {REASON_TURN, NUMBER_NONE, "GPU channels are in use", ""}},
    {"MaxPoweredUpNodes",
     NULL,
     {REASON_TURN, NUMBER_NONE, "the site keeps no more nodes powered up", ""}},

    /* held */
    {"JobHeldUser", NULL, {REASON_HELD, NUMBER_NONE, "you hold it", RELEASE}},
    {"JobHeldAdmin",
     NULL,
     {REASON_HELD, NUMBER_NONE, "an administrator holds it",
      "ask the site's administrators"}},
    {"JobHoldMaxRequeue",
     NULL,
     {REASON_HELD, NUMBER_NONE, "it was requeued too often", RELEASE}},
    {"launch failed requeued held",
     NULL,
     {REASON_HELD, NUMBER_NONE, "it could not be started on its node",
      "`scontrol release JOB` tries again; the node may be broken: --exclude it"}},
    {"user env retrieval failed",
     NULL,
     {REASON_HELD, NUMBER_NONE, "your login environment could not be read",
      "leave out --export=NONE, or " RELEASE}},
    {"job requeued in held state",
     NULL,
     {REASON_HELD, NUMBER_NONE, "it was requeued and is held", RELEASE}},
    {"job requeued in special exit state",
     NULL,
     {REASON_HELD, NUMBER_NONE, "its exit code made the site hold it", RELEASE}},

    /* the site's work */
    {"PartitionDown", NULL, {REASON_SITE, NUMBER_NONE, "its partition is down", ADMIN}},
    {"PartitionInactive",
     NULL,
     {REASON_SITE, NUMBER_NONE, "its partition starts no jobs", ADMIN}},
    {"ReqNodeNotAvail",
     "aintenance",
     {REASON_SITE, NUMBER_NONE, "a maintenance would begin before its time limit ends",
      "a shorter --time may start before it"}},
    {"ReqNodeNotAvail",
     "eserved",
     {REASON_SITE, NUMBER_NONE, "its nodes are reserved before its time limit ends",
      "a shorter --time may start before that"}},
    {"ReqNodeNotAvail",
     NULL,
     {REASON_SITE, NUMBER_NONE, "nodes that it needs are away", ADMIN}},
    {"Nodes required for job are DOWN",
     NULL,
     {REASON_SITE, NUMBER_NONE, "nodes that it needs are down, drained or reserved",
      ADMIN}},
    {"NodeDown",
     NULL,
     {REASON_SITE, NUMBER_NONE, "a node that it needs is down", ADMIN}},
    {"FrontEndDown",
     NULL,
     {REASON_SITE, NUMBER_NONE, "the cluster's front end is down", ADMIN}},
    {"PowerNotAvail",
     NULL,
     {REASON_SITE, NUMBER_NONE, "the site has no power left for it", ""}},
    {"PowerReserved",
     NULL,
     {REASON_SITE, NUMBER_NONE, "the site keeps the power for others", ""}},
    {"QOSUsageThreshold",
     NULL,
     {REASON_SITE, NUMBER_NONE, "the account used more than its QoS allows",
      OTHER_ACCOUNT}},

    /* never as it is */
    {"BadConstraints",
     NULL,
     {REASON_NEVER, NUMBER_NONE, "no node has what it asks for", ASK_LESS}},
    {"PartitionTimeLimit",
     NULL,
     {REASON_NEVER, NUMBER_MINUTES, "its time limit is above the partition's",
      SHORTER}},
    {"PartitionNodeLimit",
     NULL,
     {REASON_MAYBE, NUMBER_NONE,
      "it asks for more nodes than the partition gives, or they are down", ASK_LESS}},
    {"PartitionConfig",
     NULL,
     {REASON_NEVER, NUMBER_NONE, "its partition does not give what it asks for",
      ASK_LESS}},
    {"InvalidAccount",
     NULL,
     {REASON_NEVER, NUMBER_NONE, "its account is not valid", OTHER_ACCOUNT}},
    {"InvalidQOS",
     NULL,
     {REASON_NEVER, NUMBER_NONE, "its QoS is not valid", OTHER_ACCOUNT}},
    {"QOSNotAllowed",
     NULL,
     {REASON_NEVER, NUMBER_NONE, "its QoS may not use the partition", OTHER_ACCOUNT}},
    {"AccountNotAllowed",
     NULL,
     {REASON_NEVER, NUMBER_NONE, "its account may not use the partition",
      OTHER_ACCOUNT}},
    {"Job's account not permitted",
     NULL,
     {REASON_NEVER, NUMBER_NONE, "its account may not use the partition",
      OTHER_ACCOUNT}},
    {"Job's QOS not permitted",
     NULL,
     {REASON_NEVER, NUMBER_NONE, "its QoS may not use the partition", OTHER_ACCOUNT}},
    {"MaxMemPerLimit",
     NULL,
     {REASON_NEVER, NUMBER_NONE, "it asks for more memory than the site allows",
      ASK_LESS}},
    {"DeadLine",
     NULL,
     {REASON_NEVER, NUMBER_NONE, "it cannot end before its deadline", SHORTER}},
    {"QOSMin",
     NULL,
     {REASON_NEVER, NUMBER_NONE, "it asks for less than the QoS wants at least",
      CANCEL "more, or another --qos"}},
    {"QOSMaxWall",
     NULL,
     {REASON_NEVER, NUMBER_MINUTES, "its time limit is above the QoS's", SHORTER}},
    {"AssocMaxWall",
     NULL,
     {REASON_NEVER, NUMBER_MINUTES, "its time limit is above the account's", SHORTER}},
    {"QOSTimeLimit",
     NULL,
     {REASON_NEVER, NUMBER_MINUTES, "its time limit is above the QoS's", SHORTER}},
    {"AssociationTimeLimit",
     NULL,
     {REASON_NEVER, NUMBER_MINUTES, "its time limit is above the account's", SHORTER}},
    {"QOSMax",
     "PerJob",
     {REASON_NEVER, NUMBER_NONE, "it asks for more than the QoS gives one job",
      ASK_LESS}},
    {"QOSMax",
     "PerNode",
     {REASON_NEVER, NUMBER_NONE, "it asks for more on a node than the QoS gives",
      ASK_LESS}},
    {"AssocMax",
     "PerJob",
     {REASON_NEVER, NUMBER_NONE, "it asks for more than the account gives one job",
      ASK_LESS}},
    {"AssocMax",
     "PerNode",
     {REASON_NEVER, NUMBER_NONE, "it asks for more on a node than the account gives",
      ASK_LESS}},

    /* limits */
    {"QOSMaxJobsPerUser",
     NULL,
     {REASON_LIMIT, NUMBER_RUNNING, "the QoS lets no more of your jobs run at once",
      OWN_END}},
    {"QOSJobLimit",
     NULL,
     {REASON_LIMIT, NUMBER_RUNNING, "the QoS lets no more jobs run at once", OWN_END}},
    {"AssocMaxJobs",
     NULL,
     {REASON_LIMIT, NUMBER_RUNNING,
      "your account lets no more of your jobs run at once", OWN_END}},
    {"AssociationJobLimit",
     NULL,
     {REASON_LIMIT, NUMBER_RUNNING, "your account lets no more jobs run at once",
      OWN_END}},
    {"MaxJobsPerAccount",
     NULL,
     {REASON_LIMIT, NUMBER_NONE, "your account lets no more jobs run at once",
      OWN_END}},
    {"QOSGrp",
     "Minutes",
     {REASON_LIMIT, NUMBER_NONE, "the QoS has no time left to give",
      "it waits until the budget is raised or begins anew"}},
    {"AssocGrp",
     "Minutes",
     {REASON_LIMIT, NUMBER_NONE, "your account has no time left to give",
      "it waits until the budget is raised or begins anew"}},
    {"QOSGrpWall",
     NULL,
     {REASON_LIMIT, NUMBER_NONE, "the QoS has no time left to give",
      "it waits until the budget is raised or begins anew"}},
    {"AssocGrpWall",
     NULL,
     {REASON_LIMIT, NUMBER_NONE, "your account has no time left to give",
      "it waits until the budget is raised or begins anew"}},
    {"Max",
     "RunMinsPer",
     {REASON_LIMIT, NUMBER_NONE, "your running jobs hold all the time they may",
      OWN_END}},
    {"QOSMax",
     "PerUser",
     {REASON_LIMIT, NUMBER_NONE, "your jobs together use what the QoS gives a user",
      OWN_END}},
    {"Max",
     "PerAccount",
     {REASON_LIMIT, NUMBER_NONE, "your account's jobs together use what they may",
      OWN_END}},
    {"QOSGrp",
     NULL,
     {REASON_LIMIT, NUMBER_NONE, "all jobs of the QoS together use what they may", ""}},
    {"AssocGrp",
     NULL,
     {REASON_LIMIT, NUMBER_NONE, "all jobs of your account together use what they may",
      ""}},
    {"QOSMax", NULL, {REASON_LIMIT, NUMBER_NONE, "a limit of the QoS", OWN_END}},
    {"AssocMax", NULL, {REASON_LIMIT, NUMBER_NONE, "a limit of your account", OWN_END}},
    {"QOSResourceLimit",
     NULL,
     {REASON_LIMIT, NUMBER_NONE, "a limit of the QoS", OWN_END}},
    {"AssociationResourceLimit",
     NULL,
     {REASON_LIMIT, NUMBER_NONE, "a limit of your account", OWN_END}},
    {"AccountingPolicy",
     NULL,
     {REASON_LIMIT, NUMBER_NONE, "a limit of your account or QoS", OWN_END}},
};

/* Does `text` begin with `word`? scontrol writes '_' for a space. */
static bool begins(const char *text, const char *word)
{
    for (; *word; text++, word++) {
        if (*text != *word && !(*text == '_' && *word == ' '))
            return false;
    }
    return true;
}

const struct wait_reason *slurm_reason(const char *raw)
{
    static const struct wait_reason unknown = {REASON_UNKNOWN, NUMBER_NONE, "", ""};

    if (*raw == '(')
        raw++;
    for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
        size_t size = strlen(rows[i].begin);
        if (begins(raw, rows[i].begin) &&
            (!rows[i].inside || strstr(raw + size, rows[i].inside)))
            return &rows[i].reason;
    }
    return &unknown;
}

bool slurm_reason_is_reservation(const char *raw)
{
    static const char *const some[] = {"Reservation", "ReqNodeNotAvail",
                                       "Nodes required for job are DOWN"};

    if (*raw == '(')
        raw++;
    for (size_t i = 0; i < sizeof some / sizeof *some; i++) {
        if (begins(raw, some[i]))
            return !strstr(raw, "UnavailableNodes");
    }
    return false;
}

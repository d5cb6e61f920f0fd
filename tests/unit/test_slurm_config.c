#include "launcher/scheduler/slurm/slurm_config.h"

#include <stdlib.h>
#include <string.h>

#include "launcher/common/memory.h"
#include "launcher/scheduler/slurm/slurm_lines.h"
#include "tests/tap/tap.h"

/* What Slurm 22.05 printed on the test cluster; the newer releases have more words. */
static const char partitions[] =
    "PartitionName=gpu AllowGroups=ALL Default=YES QoS=N/A DefaultTime=NONE MaxNodes="
    "UNLIMITED MaxTime=UNLIMITED Nodes=rl[1-3] OverTimeLimit=NONE State=UP\n"
    "PartitionName=cpu AllowGroups=ALL Default=NO QoS=small DefaultTime=NONE MaxNodes="
    "UNLIMITED MaxTime=01:00:00 Nodes=rl[1-3] OverTimeLimit=NONE State=UP\n"
    "PartitionName=long AllowGroups=ALL Default=NO QoS=N/A MaxTime=7-00:00:00 State=UP "
    "Topology=default PowerDownOnIdle=NO\n";
static const char qos[] = "normal|||||||||||\n"
                          "big|20|5|30||100|11|3-00:00:00|DenyOnLimit,OverPartQOS|||\n"
                          "plain|40||||||||||\n"
                          "small|10|2|||||00:30:00||||\n"
                          "grp|||||25|3|||||\n";
static const char user[] = "lab|lab2|cpu|15||||||normal||\n"
                           "lab|lab2||50|9||||plain|plain,normal||\n"
                           "lab|lab||50|7|||1-00:00:00||big,normal||\n"
                           "lab|one||||||||grp||\n";
static const char accounts[] = "root||||\n"
                               "lab|root|60|90|\n"
                               "lab2|lab|45||\n"
                               "one|two|70||\n"
                               "two|one|80||\n"; /* a ring: never in a real Slurm */

static struct slurm_cache with(const char *user_text, bool has_limits)
{
    struct slurm_cache answers = {
        .has_limits = true,
        .limits = {.max_array_size = 1001, .max_job_count = 10000},
        .has_texts = true};

    answers.limits.has_limits = has_limits;
    answers.texts[ANSWER_NODES] = xstrdup("");
    answers.texts[ANSWER_PARTITIONS] = xstrdup(partitions);
    answers.texts[ANSWER_RESERVATIONS] = xstrdup("");
    answers.texts[ANSWER_USER] = xstrdup(user_text);
    answers.texts[ANSWER_ACCOUNTS] = xstrdup(accounts);
    answers.texts[ANSWER_QOS] = xstrdup(qos);
    return answers;
}

static struct scheduler_limits find(const struct slurm_cache *answers,
                                    const char *partition, const char *account,
                                    const char *qos_asked)
{
    struct slurm_config_request request = {partition, account, qos_asked};
    struct scheduler_limits limits;

    slurm_config_find(answers, &request, &limits);
    return limits;
}

/* Whose limit of a kind holds, and which it is. */
static void test_who_wins(void)
{
    static const struct {
        const char *partition, *account, *qos;
        long submit;
        const char *submit_from;
        long running;
        long minutes;
        const char *minutes_from;
    } rows[] = {
        {"gpu", "", "", 50, "your association with lab, MaxSubmitJobs", 7, 1440,
         "your association with lab, MaxWall"},
        {"", "", "", 50, "your association with lab, MaxSubmitJobs", 7, 1440,
         "your association with lab, MaxWall"},
        {"gpu", "", "big", 20, "QoS big, MaxSubmitJobsPerUser", 5, 4320,
         "QoS big, MaxWall"},
        {"gpu", "LAB2", "", 40, "QoS plain, MaxSubmitJobsPerUser", 9, 0, ""},
        {"cpu", "lab2", "", 10, "QoS small, MaxSubmitJobsPerUser", 2, 30,
         "QoS small, MaxWall"},
        {"cpu", "lab", "big", 20, "QoS big, MaxSubmitJobsPerUser", 5, 60,
         "partition cpu, MaxTime"},
        {"cpu,gpu", "lab", "plain", 10, "QoS small, MaxSubmitJobsPerUser", 2, 30,
         "QoS small, MaxWall"},
        {"gpu", "one", "normal", 70, "account one, GrpSubmitJobs", 0, 0, ""},
        {"long", "nobody", "", 0, "", 0, 10080, "partition long, MaxTime"},
        {"nosuch", "", "", 50, "your association with lab, MaxSubmitJobs", 7, 1440,
         "your association with lab, MaxWall"},
        {"gpu", "lab2", "grp", 25, "QoS grp, GrpSubmitJobs", 3, 0, ""},
    };
    struct slurm_cache answers = with(user, true);

    for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
        struct scheduler_limits limits =
            find(&answers, rows[i].partition, rows[i].account, rows[i].qos);
        cleanup_free char *what =
            xasprintf("%s/%s/%s", rows[i].partition, rows[i].account, rows[i].qos);
        is_number(limits.max_submit, rows[i].submit, what);
        is_string(limits.max_submit_from, rows[i].submit_from, what);
        is_number(limits.max_running, rows[i].running, what);
        is_number(limits.max_minutes, rows[i].minutes, what);
        is_string(limits.max_minutes_from, rows[i].minutes_from, what);
        is_number(limits.max_array_size, 1001, "what the configuration says stays");
    }
    slurm_cache_release(&answers);
}

static void test_nothing_held(void)
{
    struct slurm_cache answers = with(user, false);
    struct scheduler_limits limits = find(&answers, "cpu", "", "big");

    is_number(limits.max_submit, 0, "without `limits` in AccountingStorageEnforce");
    is_number(limits.max_minutes, 60, "only the partition's time holds");
    slurm_cache_release(&answers);
    limits = find(&answers, "cpu", "", "big");
    is_number(limits.max_minutes, 0, "no texts at all");
}

static void test_hostile(void)
{
    static const char *const texts[] = {
        "",
        "|||||||||",
        "lab|lab|\n||lab",
        "lab|lab||99999999999999999999999|-3|0|1e9|x|y|z",
        "lab|lab||5|5|5|5|5|5|5|5|5|5|5|5|5|5|5|5",
        "a|b|c|d|e|f|g|h|i|j\nlab|lab||\xff\xfe||||::::||,,,,",
        "lab|lab||1 2| 3||||99999999999:00:00|" /* too long a QoS follows */
        "qqqqqqqqqqqqqqqqqqqqqqqqqqqqqqqqqqqqqqqqqqqqqqqqqqqqqqqqqqqqqqqqqqqqqqqqqqqqqq"
        "|",
    };

    for (size_t i = 0; i < sizeof texts / sizeof *texts; i++) {
        struct slurm_cache answers = with(texts[i], true);
        struct scheduler_limits limits = find(&answers, "gpu", "", "");
        ok(limits.max_submit == 60 || limits.max_submit == 0, "text %zu: %ld", i,
           limits.max_submit);
        is_number(limits.max_minutes, 0, "and no time");
        slurm_cache_release(&answers);
    }
}

static void test_lines(void)
{
    static const struct {
        const char *line, *key, *value;
    } rows[] = {
        {"", "A", NULL},       {"A=1", "A", "1"},           {"A=1 B=2", "B", "2"},
        {"AA=1", "A", NULL},   {"A=(null) B=", "A", ""},    {"A= B=3", "B", "3"},
        {"A=x=y", "A", "x=y"}, {"B=A=1 A=2 A=3", "A", "2"}, {"QoS=N/A", "QoS", ""},
    };
    char none[] = "", three[] = "a||c";
    char *columns[SLURM_COLUMNS_MAX];

    for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
        cleanup_free char *value = slurm_line_value(rows[i].line, rows[i].key);
        if (rows[i].value)
            is_string(value, rows[i].value, rows[i].line);
        else
            ok(!value, "no %s in '%s'", rows[i].key, rows[i].line);
    }
    ok(slurm_line_split(none, 1, columns) && !*columns[0], "one empty column");
    ok(!slurm_line_split(none, 2, columns), "not two");
    ok(slurm_line_split(three, 3, columns) && !*columns[1] &&
           strcmp(columns[2], "c") == 0,
       "three");
    is_number(slurm_line_minutes("UNLIMITED"), 0, "unlimited");
    is_number(slurm_line_minutes("30:30"), 31, "minutes, rounded up");
    is_number(slurm_line_minutes("1-00:00:00"), 1440, "a day");
    is_number(slurm_line_minutes("INFINITE"), 0, "infinite");
    is_number(slurm_line_minutes("a:b"), 0, "no time");
}

int main(void)
{
    test_who_wins();
    test_nothing_held();
    test_hostile();
    test_lines();
    return tap_done();
}

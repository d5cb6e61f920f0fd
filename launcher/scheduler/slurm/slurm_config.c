#include "launcher/scheduler/slurm/slurm_config.h"

#include <limits.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>

#include "launcher/common/memory.h"
#include "launcher/scheduler/slurm/slurm_bounds.h"
#include "launcher/scheduler/slurm/slurm_fields.h"
#include "launcher/scheduler/slurm/slurm_lines.h"

#define TREE_DEPTH 64 /* of accounts; a ring of parents ends there */

enum kind {
    SUBMIT_USER,
    SUBMIT_ACCOUNT,
    SUBMIT_GROUP,
    RUN_USER,
    RUN_ACCOUNT,
    RUN_GROUP,
    WALL,
    N_KINDS
};

/* Where each kind stands in a row of QoS, and of the user's association; 0: nowhere. */
static const struct {
    const char *in_qos, *in_association;
    size_t qos_column, user_column;
} kinds[N_KINDS] = {
    [SUBMIT_USER] = {"MaxSubmitJobsPerUser", "MaxSubmitJobs", 1, 3},
    [SUBMIT_ACCOUNT] = {"MaxSubmitJobsPerAccount", "", 3, 0},
    [SUBMIT_GROUP] = {"GrpSubmitJobs", "GrpSubmitJobs", 5, 5},
    [RUN_USER] = {"MaxJobsPerUser", "MaxJobs", 2, 4},
    [RUN_ACCOUNT] = {"MaxJobsPerAccount", "", 4, 0},
    [RUN_GROUP] = {"GrpJobs", "GrpJobs", 6, 6},
    [WALL] = {"MaxWall", "MaxWall", 7, 7},
};

#define QOS_COLUMNS 12
#define QOS_FLAGS 8
#define QOS_MOST 9
#define QOS_MOST_OF_NODE 10
#define QOS_LEAST 11
#define USER_COLUMNS 12
#define USER_DEFAULT_QOS 8
#define USER_QOS 9
#define USER_MOST 10
#define USER_MOST_OF_NODE 11
#define ACCOUNT_COLUMNS 5

/* The first limit of each kind that was found on the way. */
struct found {
    long limit[N_KINDS]; /* 0: none */
    char from[N_KINDS][64];
};

static long number(const char *text)
{
    long value = slurm_fields_number(text, LONG_MAX);

    return value > 0 ? value : 0;
}

static void take(struct found *found, enum kind kind, const char *text,
                 const char *whose, const char *name, const char *limit)
{
    long value = kind == WALL ? slurm_line_minutes(text) : number(text);

    if (value == 0 || found->limit[kind] > 0)
        return;
    found->limit[kind] = value;
    snprintf(found->from[kind], sizeof found->from[kind], "%s %.24s, %s", whose, name,
             limit);
}

/* A row of a text whose column `at` is `name`, cut into `columns` that point into it:
 * owned; NULL: none. */
static char *find_row(const char *text, size_t count, size_t at, const char *name,
                      char **columns)
{
    char *line;

    while ((line = slurm_lines_next(&text)) != NULL) {
        if (slurm_line_split(line, count, columns) &&
            strcasecmp(columns[at], name) == 0)
            return line;
        free(line);
    }
    return NULL;
}

static void take_qos(const char *text, const char *name, struct found *found)
{
    char *columns[SLURM_COLUMNS_MAX];
    cleanup_free char *row =
        *name ? find_row(text, QOS_COLUMNS, 0, name, columns) : NULL;

    for (enum kind kind = 0; row && kind < N_KINDS; kind++)
        take(found, kind, columns[kinds[kind].qos_column], "QoS", columns[0],
             kinds[kind].in_qos);
}

/* The flags of a QoS: owned; NULL: it is not known. */
static char *qos_flags(const char *text, const char *name)
{
    char *columns[SLURM_COLUMNS_MAX];
    cleanup_free char *row =
        *name ? find_row(text, QOS_COLUMNS, 0, name, columns) : NULL;

    return row ? xstrdup(columns[QOS_FLAGS]) : NULL;
}

static bool is_over_partition(const char *text, const char *name)
{
    cleanup_free char *flags = qos_flags(text, name);

    return flags && strstr(flags, "OverPartQOS");
}

static void bound_by_qos(const char *text, const char *name,
                         struct scheduler_bound *bounds)
{
    char *columns[SLURM_COLUMNS_MAX], from[64];
    cleanup_free char *row =
        *name ? find_row(text, QOS_COLUMNS, 0, name, columns) : NULL;

    if (!row)
        return;
    snprintf(from, sizeof from, "QoS %.24s, MaxTRESPerJob", columns[0]);
    slurm_bounds_add_tres(columns[QOS_MOST], BOUND_MOST, from, bounds);
    snprintf(from, sizeof from, "QoS %.24s, MaxTRESPerNode", columns[0]);
    slurm_bounds_add_tres(columns[QOS_MOST_OF_NODE], BOUND_MOST_OF_NODE, from, bounds);
    snprintf(from, sizeof from, "QoS %.24s, MinTRESPerJob", columns[0]);
    slurm_bounds_add_tres(columns[QOS_LEAST], BOUND_LEAST, from, bounds);
}

static void bound_by_association(char **row, struct scheduler_bound *bounds)
{
    char from[64];

    snprintf(from, sizeof from, "your association with %.24s, MaxTRES", row[1]);
    slurm_bounds_add_tres(row[USER_MOST], BOUND_MOST, from, bounds);
    snprintf(from, sizeof from, "your association with %.24s, MaxTRESPerNode", row[1]);
    slurm_bounds_add_tres(row[USER_MOST_OF_NODE], BOUND_MOST_OF_NODE, from, bounds);
}

/* The association of account (default one if "") and partition, or of the account
 * alone: as find_row(). */
static char *find_association(const char *text, const char *account,
                              const char *partition, char **columns)
{
    char *best = NULL, *line, *at[USER_COLUMNS];
    bool is_best_exact = false;

    while ((line = slurm_lines_next(&text)) != NULL) {
        bool is_row = slurm_line_split(line, USER_COLUMNS, at);
        bool is_exact = is_row && *at[2] && strcmp(at[2], partition) == 0;
        if (is_row && strcasecmp(at[1], *account ? account : at[0]) == 0 &&
            (is_exact || !*at[2]) && (!best || (is_exact && !is_best_exact))) {
            free(best);
            best = line;
            memcpy(columns, at, sizeof at);
            is_best_exact = is_exact;
        } else {
            free(line);
        }
    }
    return best;
}

/* The smallest of the group limits on the way to the root. */
static void take_group(const char *text, const char *account, enum kind kind,
                       size_t column, struct found *found)
{
    cleanup_free char *name = xstrdup(account);

    for (int depth = 0; depth < TREE_DEPTH && *name; depth++) {
        char *columns[SLURM_COLUMNS_MAX];
        cleanup_free char *row = find_row(text, ACCOUNT_COLUMNS, 0, name, columns);
        if (!row)
            return;
        long value = number(columns[column]);
        if (value > 0 && (found->limit[kind] == 0 || value < found->limit[kind])) {
            found->limit[kind] = 0;
            take(found, kind, columns[column], "account", name,
                 kinds[kind].in_association);
        }
        char *parent = xstrdup(columns[1]);
        free(name);
        name = parent;
    }
}

static void take_association(const char *accounts, char **row, struct found *found)
{
    cleanup_free char *whose = xasprintf("%s", row[1]);
    bool has_submit = found->limit[SUBMIT_USER] || found->limit[SUBMIT_ACCOUNT];
    bool has_run = found->limit[RUN_USER] || found->limit[RUN_ACCOUNT];
    bool has_group[2] = {found->limit[SUBMIT_GROUP] > 0, found->limit[RUN_GROUP] > 0};

    for (enum kind kind = 0; kind < N_KINDS; kind++) {
        if (kinds[kind].user_column == 0 || (kind == SUBMIT_USER && has_submit) ||
            (kind == RUN_USER && has_run))
            continue;
        take(found, kind, row[kinds[kind].user_column], "your association with", whose,
             kinds[kind].in_association);
    }
    if (!has_group[0])
        take_group(accounts, row[1], SUBMIT_GROUP, 2, found);
    if (!has_group[1])
        take_group(accounts, row[1], RUN_GROUP, 3, found);
}

/* The QoS of a job that asks for none: the only one, the association's default, or
 * "normal". */
static const char *default_qos(char **association)
{
    if (!association)
        return "normal";
    if (*association[USER_DEFAULT_QOS])
        return association[USER_DEFAULT_QOS];
    return strchr(association[USER_QOS], ',') || !*association[USER_QOS]
               ? "normal"
               : association[USER_QOS];
}

/* The line of the partition's name, or of the default one: owned; NULL: none. */
static char *find_partition(const char *text, const char *name)
{
    char *line;

    while ((line = slurm_lines_next(&text)) != NULL) {
        cleanup_free char *key =
            slurm_line_value(line, *name ? "PartitionName" : "Default");
        if (key && strcmp(key, *name ? name : "YES") == 0)
            return line;
        free(line);
    }
    return NULL;
}

static void set_smallest(const struct found *found, const enum kind *of, size_t n_kinds,
                         long *limit, char from[64])
{
    for (size_t i = 0; i < n_kinds; i++) {
        long value = found->limit[of[i]];
        if (value > 0 && (*limit == 0 || value < *limit)) {
            *limit = value;
            snprintf(from, 64, "%s", found->from[of[i]]);
        }
    }
}

static void set_all(const struct found *found, struct scheduler_limits *limits)
{
    static const enum kind submit[] = {SUBMIT_USER, SUBMIT_ACCOUNT, SUBMIT_GROUP};
    static const enum kind running[] = {RUN_USER, RUN_ACCOUNT, RUN_GROUP};
    static const enum kind wall[] = {WALL};

    set_smallest(found, submit, 3, &limits->max_submit, limits->max_submit_from);
    set_smallest(found, running, 3, &limits->max_running, limits->max_running_from);
    set_smallest(found, wall, 1, &limits->max_minutes, limits->max_minutes_from);
}

static void set_config(const struct site_config *config,
                       struct scheduler_limits *limits)
{
    *limits = (struct scheduler_limits){
        .max_array_size = config->max_array_size,
        .max_array_tasks = config->max_array_tasks,
        .max_job_count = config->max_job_count,
        .rate_burst = config->has_rate_limit ? config->rate_burst : 0,
        .rate_per_s = config->has_rate_limit ? config->rate_per_s : 0,
        .message_timeout_s = config->message_timeout_s,
        .min_job_age_s = config->min_job_age_s};
}

/* The QoS of the job: owned. */
static char *job_qos(char *const *texts, const char *partition,
                     const struct slurm_config_request *request)
{
    char *row[SLURM_COLUMNS_MAX];
    cleanup_free char *association =
        find_association(texts[ANSWER_USER], request->account, partition, row);

    return xstrdup(*request->qos ? request->qos
                                 : default_qos(association ? row : NULL));
}

/* The association and, through it, QoS: those of the partition, the job, the user. */
static void find_enforced(char *const *texts, const char *partition,
                          const char *partition_qos,
                          const struct slurm_config_request *request,
                          struct found *found, struct scheduler_bound *bounds)
{
    char *row[SLURM_COLUMNS_MAX];
    cleanup_free char *association =
        find_association(texts[ANSWER_USER], request->account, partition, row);
    cleanup_free char *qos = job_qos(texts, partition, request);
    bool is_job_first = is_over_partition(texts[ANSWER_QOS], qos);
    const char *first = is_job_first ? qos : partition_qos;
    const char *second = is_job_first ? partition_qos : qos;

    take_qos(texts[ANSWER_QOS], first, found);
    take_qos(texts[ANSWER_QOS], second, found);
    bound_by_qos(texts[ANSWER_QOS], first, bounds);
    bound_by_qos(texts[ANSWER_QOS], second, bounds);
    if (association) {
        take_association(texts[ANSWER_ACCOUNTS], row, found);
        bound_by_association(row, bounds);
    }
}

/* The partition's own, which the job's QoS may lift. Behind those of find_enforced(),
 * as all of them hold at the same time. */
static void find_own(const struct slurm_cache *answers, const char *line,
                     const char *name, const struct slurm_config_request *request,
                     struct scheduler_limits *limits)
{
    cleanup_free char *qos = job_qos(answers->texts, name, request);
    cleanup_free char *known = qos_flags(answers->texts[ANSWER_QOS], qos);
    cleanup_free char *time = slurm_line_value(line, "MaxTime");
    cleanup_words struct words accounts = {0};
    const char *flags = known ? known : "";
    struct found found = {0};

    limits->is_sure =
        (known || !answers->limits.has_accounting) && !answers->limits.has_rewriter;
    if (time && !strstr(flags, "PartitionTimeLimit"))
        take(&found, WALL, time, "partition", name, "MaxTime");
    set_all(&found, limits);
    slurm_bounds_add_partition(line, flags, limits);
    if (!answers->limits.has_limits)
        return;
    slurm_config_accounts(answers, request->account, &accounts);
    slurm_bounds_shut(line, &accounts, known ? qos : "", limits);
}

void slurm_config_find(const struct slurm_cache *answers,
                       const struct slurm_config_request *request,
                       struct scheduler_limits *ret_limits)
{
    cleanup_free char *asked =
        xmemdup(request->partition, strcspn(request->partition, ","));
    struct found found = {0};

    set_config(&answers->limits, ret_limits);
    if (!answers->has_texts)
        return;
    cleanup_free char *line = find_partition(answers->texts[ANSWER_PARTITIONS], asked);
    cleanup_free char *name = line ? slurm_line_value(line, "PartitionName") : NULL;
    cleanup_free char *qos = line ? slurm_line_value(line, "QoS") : NULL;

    if (answers->limits.has_limits)
        find_enforced(answers->texts, name ? name : asked, qos ? qos : "", request,
                      &found, ret_limits->bounds);
    set_all(&found, ret_limits);
    if (name)
        find_own(answers, line, name, request, ret_limits);
}

void slurm_config_accounts(const struct slurm_cache *answers, const char *account,
                           struct words *names)
{
    char *columns[SLURM_COLUMNS_MAX];
    cleanup_free char *association =
        find_association(answers->texts[ANSWER_USER], account, "", columns);
    cleanup_free char *name = xstrdup(association ? columns[1] : account);

    for (int depth = 0; depth < TREE_DEPTH && *name; depth++) {
        cleanup_free char *row = find_row(answers->texts[ANSWER_ACCOUNTS],
                                          ACCOUNT_COLUMNS, 0, name, columns);
        words_take(names, steal(&name));
        name = xstrdup(row ? columns[1] : "");
    }
}

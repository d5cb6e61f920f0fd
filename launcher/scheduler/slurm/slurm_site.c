#include "launcher/scheduler/slurm/slurm_site.h"

#include <ctype.h>
#include <limits.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "launcher/common/memory.h"
#include "launcher/scheduler/slurm/slurm_fields.h"

/* Defaults of rl_enable (slurm.conf(5), 23.02 and later). */
#define RATE_BURST 30
#define RATE_REFILL 2

enum column { NAME, AVAILABLE, TIME, NODES, CPUS, MEMORY, GRES, N_COLUMNS };

static const char formats[N_COLUMNS][3] = {"%P", "%a", "%l", "%D", "%c", "%m", "%G"};

/* The value of a line "Key   = value" of `scontrol show config`: owned, or NULL. */
static char *config_value(const char *text, const char *key)
{
    size_t length = strlen(key);

    while (*text) {
        size_t size = strcspn(text, "\n");
        if (size > length && strncmp(text, key, length) == 0) {
            const char *value = text + length;
            value += strspn(value, " \t");
            if (*value == '=') {
                value++;
                value += strspn(value, " \t");
                const char *end = text + size;
                return value < end ? xmemdup(value, (size_t)(end - value))
                                   : xstrdup("");
            }
        }
        text += size + (text[size] == '\n');
    }
    return NULL;
}

/* The number a value begins with ("10 sec", "32+", "10001"); 0 if there is none. */
static long leading_number(const char *text)
{
    cleanup_free char *digits = xmemdup(text, strspn(text, "0123456789"));
    long number = slurm_fields_number(digits, LONG_MAX);

    return number > 0 ? number : 0;
}

static long config_number(const char *text, const char *key)
{
    cleanup_free char *value = config_value(text, key);

    return value ? leading_number(value) : 0;
}

static void config_text(const char *text, const char *key, char *to, size_t size)
{
    cleanup_free char *value = config_value(text, key);

    snprintf(to, size, "%s", value && strcmp(value, "(null)") != 0 ? value : "");
}

static long parameter(const char *parameters, const char *name, long fallback)
{
    const char *found = strstr(parameters, name);
    long number = found ? leading_number(found + strlen(name)) : 0;

    return number > 0 ? number : fallback;
}

static void parse_accounting(const char *text, struct site_config *limits)
{
    cleanup_free char *type = config_value(text, "AccountingStorageType");
    cleanup_free char *held = config_value(text, "AccountingStorageEnforce");

    limits->has_accounting = type && strstr(type, "slurmdbd");
    limits->has_limits = held && (strstr(held, "limits") || strstr(held, "safe") ||
                                  strcmp(held, "all") == 0);
}

static void parse_rate(const char *text, struct site_config *limits)
{
    cleanup_free char *parameters = config_value(text, "SlurmctldParameters");

    limits->has_rate_limit = parameters && strstr(parameters, "rl_enable") != NULL;
    if (!limits->has_rate_limit)
        return;
    limits->rate_burst = parameter(parameters, "rl_bucket_size=", RATE_BURST);
    limits->rate_per_s = (double)parameter(parameters, "rl_refill_rate=", RATE_REFILL) /
                         (double)parameter(parameters, "rl_refill_period=", 1);
}

static void parse_nodes(const char *text, struct site_config *limits)
{
    cleanup_free char *select = config_value(text, "SelectTypeParameters");
    cleanup_free char *task = config_value(text, "TaskPlugin");
    char plugins[256];

    limits->counts_memory = select && strstr(select, "MEMORY");
    limits->keeps_some_cpus = !task || strstr(task, "cgroup");
    config_text(text, "JobSubmitPlugins", plugins, sizeof plugins);
    limits->has_rewriter = *plugins != '\0';
    limits->max_nodes = config_number(text, "MaxNodeCount");
}

void slurm_site_parse_config(const char *text, struct site_config *limits)
{
    config_text(text, "SLURM_VERSION", limits->version, sizeof limits->version);
    config_text(text, "ClusterName", limits->cluster, sizeof limits->cluster);
    limits->message_timeout_s = config_number(text, "MessageTimeout");
    limits->min_job_age_s = config_number(text, "MinJobAge");
    limits->max_array_size = config_number(text, "MaxArraySize");
    limits->max_job_count = config_number(text, "MaxJobCount");
    cleanup_free char *scheduling = config_value(text, "SchedulerParameters");
    limits->max_array_tasks =
        scheduling ? parameter(scheduling, "max_array_tasks=", 0) : 0;
    parse_accounting(text, limits);
    parse_rate(text, limits);
    parse_nodes(text, limits);
}

static struct site_partition *partition_of(struct site *site, const char *name)
{
    for (size_t i = 0; i < site->n_partitions; i++) {
        if (strcmp(site->partitions[i].name, name) == 0)
            return &site->partitions[i];
    }
    site->partitions = xgrow(site->partitions, site->n_partitions, &site->cap,
                             sizeof *site->partitions);
    struct site_partition *partition = &site->partitions[site->n_partitions++];
    *partition = (struct site_partition){
        .name = xstrdup(name), .time_limit = xstrdup(""), .gres = xstrdup("")};
    return partition;
}

static bool has_word(const char *list, const char *word)
{
    size_t length = strlen(word);

    for (const char *at = strstr(list, word); at; at = strstr(at + 1, word)) {
        if ((at == list || at[-1] == ' ') && (at[length] == '\0' || at[length] == ','))
            return true;
    }
    return false;
}

/* "gpu:a100:4(S:0-1)" without the sockets, once. */
static void add_gres(struct site_partition *partition, const char *gres)
{
    cleanup_free char *word = xmemdup(gres, strcspn(gres, "("));

    if (!*word || has_word(partition->gres, word))
        return;
    char *longer =
        xasprintf("%s%s%s", partition->gres, *partition->gres ? ", " : "", word);
    free(partition->gres);
    partition->gres = longer;
}

/* "250+" is the least of several: nothing is known of the others. */
static long exact_number(const char *text)
{
    return strchr(text, '+') ? 0 : leading_number(text);
}

static void add_kind(struct site_partition *partition, char *const *values)
{
    const char *gres = strcmp(values[GRES], "(null)") == 0 ? "" : values[GRES];

    partition->kinds = xgrow(partition->kinds, partition->n_kinds,
                             &partition->cap_kinds, sizeof *partition->kinds);
    partition->kinds[partition->n_kinds++] =
        (struct site_node_kind){.count = leading_number(values[NODES]),
                                .cpus = exact_number(values[CPUS]),
                                .memory_mib = exact_number(values[MEMORY]),
                                .gres = xstrdup(gres)};
}

/* sinfo prints a partition once for each kind of node in it. */
static void add_line(struct site *site, char *const *values)
{
    size_t length = strlen(values[NAME]);
    bool is_default = length > 0 && values[NAME][length - 1] == '*';
    cleanup_free char *name = xmemdup(values[NAME], length - is_default);

    if (!*name || strcmp(values[AVAILABLE], "AVAIL") == 0) /* the header */
        return;
    struct site_partition *partition = partition_of(site, name);
    long cpus = leading_number(values[CPUS]);
    long memory = leading_number(values[MEMORY]);
    partition->is_default = is_default;
    partition->is_up = strcmp(values[AVAILABLE], "up") == 0;
    xreplace(&partition->time_limit, values[TIME]);
    long nodes = leading_number(values[NODES]);
    if (nodes <= LONG_MAX - partition->nodes)
        partition->nodes += nodes;
    partition->cpus = cpus > partition->cpus ? cpus : partition->cpus;
    partition->memory_mib =
        memory > partition->memory_mib ? memory : partition->memory_mib;
    add_gres(partition, values[GRES]);
    add_kind(partition, values);
}

void slurm_site_parse_partitions(const char *bytes, size_t size, const char *separator,
                                 struct site *site)
{
    struct slurm_fields fields = {
        .bytes = bytes, .size = size, .separator = separator, .n_fields = N_COLUMNS};

    while (slurm_fields_next(&fields))
        add_line(site, fields.values);
    slurm_fields_release(&fields);
}

int slurm_site_ask_limits(const struct slurm_site_access *access,
                          struct site_config *ret_limits, struct error *err)
{
    struct child_command command;
    struct child_result result = {0};

    slurm_call_init(access, "scontrol", &command);
    words_add(&command.argv, "show");
    words_add(&command.argv, "config");
    if (slurm_call(&command, &result, err) < 0)
        return -1;
    *ret_limits = (struct site_config){0};
    slurm_site_parse_config(text_string(&result.out), ret_limits);
    child_result_release(&result);
    return 0;
}

int slurm_site_ask_nodes(const struct slurm_site_access *access,
                         char separator[SLURM_SEPARATOR_SIZE], struct text *ret_text,
                         struct error *err)
{
    struct child_command command;
    struct child_result result = {0};
    cleanup_text struct text format = {0};

    slurm_fields_separator(separator);
    for (int i = 0; i < N_COLUMNS; i++)
        text_addf(&format, "%s%s", formats[i], separator);
    slurm_call_init(access, "sinfo", &command);
    words_add(&command.argv, "-e"); /* each kind of node apart */
    words_add(&command.argv, "-o");
    words_add(&command.argv, text_string(&format));
    if (slurm_call(&command, &result, err) < 0)
        return -1;
    text_add(ret_text, text_string(&result.out));
    child_result_release(&result);
    return 0;
}

static int ask_partitions(const struct slurm_site_access *access, struct site *site,
                          struct error *err)
{
    char separator[SLURM_SEPARATOR_SIZE];
    cleanup_text struct text out = {0};

    if (slurm_site_ask_nodes(access, separator, &out, err) < 0)
        return -1;
    slurm_site_parse_partitions(text_string(&out), out.size, separator, site);
    return 0;
}

int slurm_site_ask(const struct slurm_site_access *access, struct site *ret_site,
                   struct error *err)
{
    struct site site = {.product = "Slurm"};

    if (slurm_site_ask_limits(access, &site.config, err) < 0 ||
        ask_partitions(access, &site, err) < 0) {
        site_release(&site);
        return -1;
    }
    *ret_site = site;
    return 0;
}

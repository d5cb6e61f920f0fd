#include "launcher/check/node_fit.h"

#include <limits.h>
#include <string.h>

#include "launcher/common/memory.h"

#define HELD_BACK 8 /* at most one CPU of so many is kept for the system */

struct node_need node_need_of(const struct settings *settings)
{
    struct node_need need = {.nodes = settings_integer(settings, SETTING_NODES),
                             .cpus = settings_integer(settings, SETTING_CPUS_PER_TASK),
                             .gpus = settings_integer(settings, SETTING_GPUS_PER_TASK),
                             .is_exclusive =
                                 settings_switch(settings, SETTING_EXCLUSIVE)};

    switch (settings_memory_rule(settings)) {
    case MEMORY_PER_NODE:
        need.memory_mib = settings_mib(settings, SETTING_MEM);
        break;
    case MEMORY_PER_CPU:
        need.mib_per_cpu = settings_mib(settings, SETTING_MEM_PER_CPU);
        need.memory_mib = need.mib_per_cpu * need.cpus;
        break;
    case MEMORY_WHOLE_NODE:
        break;
    }
    return need;
}

long long node_need_amount(const struct node_need *need, enum bounded what)
{
    switch (what) {
    case BOUNDED_NODES:
        return need->nodes;
    case BOUNDED_CPUS:
        return need->nodes * need->cpus;
    case BOUNDED_GPUS:
        return need->nodes * need->gpus;
    case BOUNDED_MIB:
        return need->nodes * need->memory_mib;
    case BOUNDED_NODE_CPUS:
        return need->cpus;
    case BOUNDED_NODE_GPUS:
        return need->gpus;
    case BOUNDED_NODE_MIB:
        return need->memory_mib;
    case BOUNDED_COUNT:
        break;
    }
    return 0;
}

/* GPUs of a node, of one type or ("") of all; -1: it has some, and no number says how
 * many. */
static long gpus_of(const char *gres, const char *type)
{
    size_t length = strlen(type);
    long sum = 0;

    for (const char *at = gres; *at; at += strspn(at, ", ")) {
        size_t size = strcspn(at, ",");
        size_t end = strcspn(at, ",(");
        bool is_gpu = strncmp(at, "gpu", 3) == 0 && (strchr(":,(", at[3]) || !at[3]);
        bool is_type =
            !length || (at[3] == ':' && end > 4 + length &&
                        strncmp(at + 4, type, length) == 0 && at[4 + length] == ':');
        size_t start = end;
        while (start > 0 && at[start - 1] >= '0' && at[start - 1] <= '9')
            start--;
        if (is_gpu && is_type && (start == end || at[start - 1] != ':'))
            return -1;
        long count = 0;
        for (size_t i = start; is_gpu && is_type && i < end && count < 1000000; i++)
            count = count * 10 + (at[i] - '0');
        sum += count;
        at += size;
    }
    return sum;
}

/* What is wrong with a kind of nodes. */
enum lack {
    LACK_CPUS = 1,
    LACK_MEMORY = 2,
    LACK_GPUS = 4,
    LACK_EXCLUSIVE = 8, /* memory for each of its CPUs */
    LACK_PERHAPS = 16   /* the same, unless CPUs are held back */
};

/* Options that leave some of a node's CPUs unused. */
static bool counts_cpus_otherwise(const struct settings *settings)
{
    static const char *const names[] = {"hint", "threads-per-core", "core-spec",
                                        "thread-spec", "ntasks-per-core"};
    const struct words *words = settings_list(settings, SETTING_SBATCH);

    for (size_t i = 0; i < words->count; i++) {
        for (size_t j = 0; j < sizeof names / sizeof *names; j++) {
            if (strncmp(words->items[i], names[j], strlen(names[j])) == 0)
                return true;
        }
    }
    return false;
}

/* LACK_EXCLUSIVE, or unless CPUs are held back LACK_PERHAPS; 0: there is enough. */
static unsigned lack_of_memory(const struct settings *settings, const struct site *site,
                               const struct node_need *need,
                               const struct site_node_kind *kind)
{
    if (!need->is_exclusive || need->mib_per_cpu == 0 || kind->memory_mib == 0 ||
        !site->config.counts_memory ||
        kind->cpus * need->mib_per_cpu <= kind->memory_mib)
        return 0;
    bool is_certain =
        !site->config.keeps_some_cpus ||
        (kind->cpus - kind->cpus / HELD_BACK) * need->mib_per_cpu > kind->memory_mib;
    return is_certain && !counts_cpus_otherwise(settings) ? LACK_EXCLUSIVE
                                                          : LACK_PERHAPS;
}

static unsigned lack_of(const struct settings *settings, const struct site *site,
                        const struct node_need *need, const struct site_node_kind *kind)
{
    long gpus = gpus_of(kind->gres, settings_text(settings, SETTING_GPU_TYPE));
    long long memory = need->memory_mib;
    unsigned lack = 0;

    if (need->mib_per_cpu > 0 && !site->config.counts_memory)
        memory = need->mib_per_cpu; /* Slurm looks at no more than this */
    if (kind->cpus > 0 && need->cpus > kind->cpus)
        lack |= LACK_CPUS;
    if (kind->memory_mib > 0 && memory > kind->memory_mib)
        lack |= LACK_MEMORY;
    if (gpus >= 0 && need->gpus > gpus)
        lack |= LACK_GPUS;
    return lack ? lack : lack_of_memory(settings, site, need, kind);
}

static void add_gpu_partitions(const struct site *site, const char *type,
                               struct text *text)
{
    for (size_t i = 0; i < site->n_partitions; i++) {
        if (gpus_of(site->partitions[i].gres, type) != 0)
            text_addf(text, "%s%s", text->size ? ", " : "", site->partitions[i].name);
    }
}

static void say_gpus(const struct settings *settings, const struct site *site,
                     const struct site_partition *partition, long most,
                     struct words *lines)
{
    long long gpus = settings_integer(settings, SETTING_GPUS_PER_TASK);
    const char *type = settings_text(settings, SETTING_GPU_TYPE);
    cleanup_text struct text others = {0};

    if (most > 0) {
        words_addf(
            lines,
            "%lld GPUs are asked on each node, and no node of partition '%s' has "
            "more than %ld%s%s: such jobs never start; lower --gpus-per-task",
            gpus, partition->name, most, *type ? " of type " : "", type);
        return;
    }
    add_gpu_partitions(site, type, &others);
    words_addf(lines,
               "%lld GPU%s%s%s %s asked in partition '%s', which has none: such jobs "
               "never start; say --gpus-per-task 0%s%s",
               gpus, gpus == 1 ? "" : "s", *type ? " of type " : "", type,
               gpus == 1 ? "is" : "are", partition->name,
               others.size ? ", or choose a partition with GPUs: " : "",
               text_string(&others));
}

/* What can be said of all kinds of a partition's nodes. */
struct fit {
    long n_nodes, n_fit, n_perhaps;
    unsigned lacks;                       /* what every kind lacks */
    unsigned some;                        /* what some kind lacks */
    long cpus, memory, gpus;              /* the most there is */
    long mib_per_cpu;                     /* that a whole node has, at most */
    const struct site_node_kind *largest; /* of memory */
};

static struct fit fit_of(const struct settings *settings, const struct site *site,
                         const struct site_partition *partition,
                         const struct node_need *need)
{
    struct fit fit = {.lacks = ~0U};

    for (size_t i = 0; i < partition->n_kinds; i++) {
        const struct site_node_kind *kind = &partition->kinds[i];
        unsigned lack = lack_of(settings, site, need, kind);
        long gpus = gpus_of(kind->gres, settings_text(settings, SETTING_GPU_TYPE));
        fit.n_nodes += kind->count;
        fit.n_fit += lack == 0 ? kind->count : 0;
        fit.n_perhaps += lack == LACK_PERHAPS ? kind->count : 0;
        fit.lacks &= lack;
        fit.some |= lack;
        fit.cpus = kind->cpus > fit.cpus ? kind->cpus : fit.cpus;
        fit.gpus = gpus > fit.gpus ? gpus : fit.gpus;
        if (kind->cpus > 0 && kind->memory_mib / kind->cpus > fit.mib_per_cpu)
            fit.mib_per_cpu = kind->memory_mib / kind->cpus;
        if (!fit.largest || kind->memory_mib > fit.memory)
            fit.largest = kind;
        fit.memory = fit.largest->memory_mib;
    }
    return fit;
}

static void say_exclusive(const struct site_partition *partition,
                          const struct node_need *need, const struct fit *fit,
                          struct words *lines)
{
    words_addf(lines,
               "with --exclusive a job has all CPUs of its nodes, and memory for each: "
               "%ld x %lld MiB = %lld MiB, and the largest node of partition '%s' has "
               "%ld MiB: such jobs never start; say --mem 0 (all that the node has) "
               "instead of --mem-per-cpu, or --mem-per-cpu %ldM",
               fit->largest->cpus, need->mib_per_cpu,
               fit->largest->cpus * need->mib_per_cpu, partition->name, fit->memory,
               fit->mib_per_cpu);
}

/* The nodes are there, but too few of them have all of it. */
static void say_few(const struct site_partition *partition,
                    const struct node_need *need, const struct fit *fit,
                    struct words *lines)
{
    words_addf(
        lines,
        "%lld node%s with %lld CPUs, %lld MiB and %lld GPUs %s asked, and "
        "partition '%s' has %ld such nodes: such jobs never start; ask for less, "
        "or choose another partition",
        need->nodes, need->nodes == 1 ? "" : "s", need->cpus, need->memory_mib,
        need->gpus, need->nodes == 1 ? "is" : "are each", partition->name,
        fit->n_fit + fit->n_perhaps);
}

/* What every node lacks, each by its name. */
static void say_lacks(const struct settings *settings, const struct site *site,
                      const struct site_partition *partition,
                      const struct node_need *need, const struct fit *fit,
                      struct words *lines)
{
    if (fit->lacks & LACK_CPUS)
        words_addf(lines,
                   "%lld CPUs are asked, and the largest node of partition '%s' has "
                   "%ld: such jobs never start; lower --cpus-per-task",
                   need->cpus, partition->name, fit->cpus);
    if (fit->lacks & LACK_MEMORY)
        words_addf(lines,
                   "%lld MiB of memory are asked on each node, and the largest node of "
                   "partition '%s' has %ld MiB: such jobs never start; lower --mem (or "
                   "--mem-per-cpu)",
                   need->memory_mib, partition->name, fit->memory);
    if (fit->lacks & LACK_GPUS)
        say_gpus(settings, site, partition, fit->gpus, lines);
    if (!(fit->lacks & (LACK_CPUS | LACK_MEMORY | LACK_GPUS))) {
        if (fit->some == LACK_EXCLUSIVE)
            say_exclusive(partition, need, fit, lines);
        else
            say_few(partition, need, fit, lines);
    }
}

void node_fit_judge(const struct settings *settings, const struct site *site,
                    const struct site_partition *partition, struct words *sure,
                    struct words *likely)
{
    const struct node_need need = node_need_of(settings);
    const struct fit fit = fit_of(settings, site, partition, &need);

    if (partition->n_kinds == 0 || fit.n_nodes == 0)
        return;
    if (need.nodes > fit.n_nodes)
        words_addf(sure,
                   "%lld nodes are asked, and partition '%s' has %ld: such jobs never "
                   "start; say --nodes %ld or less",
                   need.nodes, partition->name, fit.n_nodes, fit.n_nodes);
    if (fit.n_fit + fit.n_perhaps == 0 ||
        (need.nodes <= fit.n_nodes && need.nodes > fit.n_fit + fit.n_perhaps))
        say_lacks(settings, site, partition, &need, &fit, sure);
    else if (need.nodes <= fit.n_nodes && need.nodes > fit.n_fit)
        say_exclusive(partition, &need, &fit, likely);
}

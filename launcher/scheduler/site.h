/* site.h - what a cluster says about itself: numbers, partitions, reservations
 *
 * Filled by a scheduler that has SCHEDULER_HAS_SITE or SCHEDULER_HAS_RESERVATIONS. What
 * a site does not tell is 0, false or "".
 */
#ifndef LAUNCHER_SCHEDULER_SITE_H
#define LAUNCHER_SCHEDULER_SITE_H

#include <stdbool.h>
#include <stddef.h>

struct site_config {
    char version[32]; /* "22.05.8" */
    char cluster[64];
    long message_timeout_s;
    long min_job_age_s; /* how long squeue remembers an ended job */
    long max_array_size, max_job_count;
    long max_array_tasks; /* SchedulerParameters */
    bool has_accounting;  /* slurmdbd */
    bool has_limits;      /* AccountingStorageEnforce: associations' and QoS's hold */
    bool has_rate_limit;  /* SlurmctldParameters=rl_enable */
    long rate_burst;      /* requests at once, per user */
    double rate_per_s;
    bool counts_memory;   /* SelectTypeParameters=…_MEMORY */
    bool keeps_some_cpus; /* TaskPlugin=task/cgroup: nodes may hold back CPUs */
    bool has_rewriter;    /* JobSubmitPlugins may change what is asked */
    long max_nodes;       /* MaxNodeCount: nodes that are, or may yet come */
};

/* Nodes that are alike. 0: not told, so anything fits. */
struct site_node_kind {
    long count;
    long cpus, memory_mib; /* of each */
    char *gres;            /* owned: "gpu:a100:4,tmp:5"; "" none */
};

struct site_partition {
    char *name; /* owned, as all texts here */
    bool is_default, is_up;
    char *time_limit; /* "1-00:00:00", "infinite" */
    long nodes;
    long cpus;       /* of its largest node */
    long memory_mib; /* of its largest node */
    char *gres; /* distinct words of its nodes, ", " between: "gpu:2, gpu:a100:4" */
    struct site_node_kind *kinds; /* owned; also of nodes that are down */
    size_t n_kinds, cap_kinds;
};

struct site {
    const char *product; /* static: what runs there, "Slurm" */
    struct site_config config;
    struct site_partition *partitions; /* owned; in the site's order */
    size_t n_partitions, cap;
};

void site_release(struct site *site);

const struct site_partition *site_find(const struct site *site,
                                       const char *name); /* borrowed or NULL */
char *site_names(const struct site *site); /* owned: "gpu (default), cpu" */

/* Nodes that are set apart for a time: for maintenance, for some users, for some
 * accounts. */
struct site_reservation {
    char *name;  /* owned, as all texts here; may hold any bytes but blanks */
    char *flags; /* "MAINT,SPEC_NODES"; "" none, as below */
    char *nodes; /* "rl[1-2]" */
    char *users, *accounts, *groups; /* "alice,bob", or all but these: "-alice,-bob" */
    double starts_at, ends_at;       /* epoch seconds; the end is behind the start */
    long n_nodes;                    /* -1 not told */
    bool is_maintenance;
    bool is_yours;  /* the jobs that were asked about may name it */
    bool is_in_way; /* it takes, or may take, nodes of their partition */
};

struct site_reservations {
    struct site_reservation *items; /* owned */
    size_t count, cap;
};

void site_reservation_release(struct site_reservation *reservation);
void site_reservations_release(struct site_reservations *list);

#endif

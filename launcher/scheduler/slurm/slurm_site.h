/* slurm_site.h - what a cluster says about itself: limits and partitions
 *
 * Limits come from `scontrol show config`, partitions from `sinfo`: two calls, made
 * when asked. What a site does not tell is 0 or "".
 */
#ifndef LAUNCHER_SCHEDULER_SLURM_SLURM_SITE_H
#define LAUNCHER_SCHEDULER_SLURM_SLURM_SITE_H

#include <stdbool.h>
#include <stddef.h>

#include "launcher/scheduler/scheduler.h"
#include "launcher/scheduler/slurm/slurm_call.h"
#include "launcher/scheduler/slurm/slurm_fields.h"

struct slurm_limits {
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
};

struct slurm_partition {
    char *name; /* owned, as all texts here */
    bool is_default, is_up;
    char *time_limit; /* "1-00:00:00", "infinite" */
    long nodes;
    long cpus;       /* of its largest node */
    long memory_mib; /* of its largest node */
    char *gres; /* distinct words of its nodes, ", " between: "gpu:2, gpu:a100:4" */
};

struct slurm_site {
    struct slurm_limits limits;
    struct slurm_partition *partitions; /* owned; in sinfo's order */
    size_t n_partitions, cap;
};

/* Ask limits and partitions, whatever is known. ERROR_SCHEDULER: no answer. */
int slurm_site_ask(const struct slurm_site_access *access, struct slurm_site *ret_site,
                   struct error *err);
void slurm_site_release(struct slurm_site *site);

const struct slurm_partition *slurm_site_find(const struct slurm_site *site,
                                              const char *name); /* borrowed or NULL */
char *slurm_site_names(const struct slurm_site *site); /* owned: "gpu (default), cpu" */

/* Readers of the two texts. Unknown lines are passed over. Public for its fuzzer. */
void slurm_site_parse_config(const char *text, struct slurm_limits *limits);
void slurm_site_parse_partitions(const char *bytes, size_t size, const char *separator,
                                 struct slurm_site *site);

/* One call each; used by slurm_site_ask() and slurm_cache.h. `ret_text` is what
 * slurm_site_parse_partitions() reads. */
int slurm_site_ask_limits(const struct slurm_site_access *access,
                          struct slurm_limits *ret_limits, struct error *err);
int slurm_site_ask_nodes(const struct slurm_site_access *access,
                         char separator[SLURM_SEPARATOR_SIZE], struct text *ret_text,
                         struct error *err);

#endif

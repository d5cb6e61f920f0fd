/* slurm_cache.h - what a site said about itself, kept so that it is not asked again
 *
 * `scontrol show config` is asked once a process: it is one small call, and its numbers
 * decide how jobs are submitted. All else only helps to plan and to warn: it is kept in
 * $XDG_CACHE_HOME/raylaunch/<cluster>.json (else ~/.cache) for a day, partitions' nodes
 * and reservations for an hour. A file that is not this user's, of another cluster, or
 * broken, counts as not there; so does one that cannot be written.
 */
#ifndef LAUNCHER_SCHEDULER_SLURM_SLURM_CACHE_H
#define LAUNCHER_SCHEDULER_SLURM_SLURM_CACHE_H

#include <stdbool.h>

#include "launcher/common/error.h"
#include "launcher/scheduler/slurm/slurm_call.h"
#include "launcher/scheduler/slurm/slurm_site.h"

enum slurm_answer {
    ANSWER_NODES,        /* sinfo: a separator in the first line, then its records */
    ANSWER_PARTITIONS,   /* scontrol show partition -o */
    ANSWER_RESERVATIONS, /* scontrol show reservation -o, times as epoch seconds */
    ANSWER_USER,         /* sacctmgr: this user's associations */
    ANSWER_ACCOUNTS,     /* sacctmgr: the cluster's accounts */
    ANSWER_QOS,          /* sacctmgr */
    ANSWER_COUNT
};

/* Zero it before use. */
struct slurm_cache {
    bool has_limits; /* `limits` was answered */
    struct site_config limits;
    bool has_texts;
    char *texts[ANSWER_COUNT]; /* owned; "" where the site does not tell */
};

/* `answers->limits`, asked unless it is known. ERROR_SCHEDULER: no answer. */
int slurm_cache_config(const struct slurm_site_access *access,
                       struct slurm_cache *answers, struct error *err);

/* The same, and every text. Without accounting, or while its database is down, those of
 * sacctmgr are "". */
int slurm_cache_get(const struct slurm_site_access *access, struct slurm_cache *answers,
                    struct error *err);

/* Ask everything again, whatever is known, and write the file anew. */
int slurm_cache_refresh(const struct slurm_site_access *access,
                        struct slurm_cache *answers, struct error *err);

void slurm_cache_release(struct slurm_cache *answers);

/* Partitions and their nodes, from ANSWER_NODES and `limits`. */
void slurm_cache_site(const struct slurm_cache *answers, struct site *ret_site);

#endif

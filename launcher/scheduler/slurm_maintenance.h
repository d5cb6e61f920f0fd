/* slurm_maintenance.h - when nodes will be taken away for maintenance */
#ifndef LAUNCHER_SCHEDULER_SLURM_MAINTENANCE_H
#define LAUNCHER_SCHEDULER_SLURM_MAINTENANCE_H

#include <stddef.h>

/* A time at which nodes are in maintenance. */
struct slurm_maintenance {
    char *name;                /* owned */
    double starts_at, ends_at; /* epoch seconds */
    long nodes;                /* how many; -1 not told */
};

struct slurm_maintenances {
    struct slurm_maintenance *items; /* owned */
    size_t count, cap;
};

/* The reservations with the flag MAINT of `scontrol show reservation -o`. */
void slurm_maintenances_parse(const char *text, struct slurm_maintenances *ret_list);
void slurm_maintenances_release(struct slurm_maintenances *list);

#endif

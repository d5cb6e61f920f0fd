/* slurm_reservations.h - nodes that are set apart for a time: for maintenance, for some
 * users, for some accounts
 *
 * Read from `scontrol show reservation -o` with SLURM_TIME_FORMAT=%s (scontrol(1)).
 * Where the site says PrivateData=reservations, users see their own only.
 */
#ifndef LAUNCHER_SCHEDULER_SLURM_SLURM_RESERVATIONS_H
#define LAUNCHER_SCHEDULER_SLURM_SLURM_RESERVATIONS_H

#include <stdbool.h>
#include <stddef.h>

#include "launcher/common/text/text.h"

#define SLURM_RESERVATIONS_MAX 256 /* further ones are passed over */

struct slurm_reservation {
    char *name;  /* owned, as all texts here; may hold any bytes but blanks */
    char *flags; /* "MAINT,SPEC_NODES"; "" none, as below */
    char *nodes; /* "rl[1-2]" */
    char *users, *accounts, *groups; /* "alice,bob", or all but these: "-alice,-bob" */
    double starts_at, ends_at;       /* epoch seconds; the end is behind the start */
    long n_nodes;                    /* -1 not told */
    bool is_maintenance;             /* flag MAINT */
};

struct slurm_reservations {
    struct slurm_reservation *items; /* owned */
    size_t count, cap;
};

/* Whose job it is. Owned. */
struct slurm_requester {
    struct words user;     /* one name */
    struct words accounts; /* the job's, and those above it */
    struct words groups;
};

/* Append each reservation that has a name and two times. */
void slurm_reservations_parse(const char *text, struct slurm_reservations *ret_list);
void slurm_reservations_release(struct slurm_reservations *list);

/* May the requester's jobs say --reservation NAME? As Slurm judges it (reservation.c):
 * each list that there is must admit them. One without any list admits nobody here. */
bool slurm_reservation_admits(const struct slurm_reservation *reservation,
                              const struct slurm_requester *requester);

/* Does it take any of these nodes? true where that is not known: no names given, or a
 * node list that cannot be read. One of licenses alone takes none. */
bool slurm_reservation_touches(const struct slurm_reservation *reservation,
                               const struct words *nodes);

void slurm_requester_release(struct slurm_requester *requester);

#endif

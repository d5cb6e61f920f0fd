/* slurm_reservations.h - the reservations of a cluster, and whom they admit
 *
 * Read from `scontrol show reservation -o` with SLURM_TIME_FORMAT=%s (scontrol(1)).
 * Where the site says PrivateData=reservations, users see their own only.
 */
#ifndef LAUNCHER_SCHEDULER_SLURM_SLURM_RESERVATIONS_H
#define LAUNCHER_SCHEDULER_SLURM_SLURM_RESERVATIONS_H

#include <stdbool.h>
#include <stddef.h>

#include "launcher/common/text/text.h"
#include "launcher/scheduler/site.h"

#define SLURM_RESERVATIONS_MAX 256 /* further ones are passed over */

/* Whose job it is. Owned. */
struct slurm_requester {
    struct words user;     /* one name */
    struct words accounts; /* the job's, and those above it */
    struct words groups;
};

/* Append each reservation that has a name and two times. */
void slurm_reservations_parse(const char *text, struct site_reservations *ret_list);

/* May the requester's jobs say --reservation NAME? As Slurm judges it (reservation.c):
 * each list that there is must admit them. One without any list admits nobody here. */
bool slurm_reservation_admits(const struct site_reservation *reservation,
                              const struct slurm_requester *requester);

/* Does it take any of these nodes? true where that is not known: no names given, or a
 * node list that cannot be read. One of licenses alone takes none. */
bool slurm_reservation_touches(const struct site_reservation *reservation,
                               const struct words *nodes);

void slurm_requester_release(struct slurm_requester *requester);

#endif

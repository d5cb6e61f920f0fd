/* status_reservations.h - the reservations that matter to a sweep that waits
 *
 * Those that have not ended and that the user's jobs may use, or that take nodes of
 * the sweep's partition (all of them, where its nodes are not known).
 */
#ifndef LAUNCHER_COMMANDS_STATUS_STATUS_RESERVATIONS_H
#define LAUNCHER_COMMANDS_STATUS_STATUS_RESERVATIONS_H

#include "launcher/campaign/campaign.h"
#include "launcher/scheduler/site.h"

struct status_reservation {
    const struct site_reservation *of; /* borrowed from `all` */
    bool is_asked;                     /* the jobs say --reservation NAME */
    bool is_reached; /* the time limit of a job that starts now reaches into it */
};

/* Zero it before use. */
struct status_reservations {
    bool is_there;                    /* the scheduler has such a thing (not local) */
    bool is_known;                    /* it told them; else nothing follows */
    double now;                       /* epoch seconds */
    struct site_reservations all;     /* owned */
    struct status_reservation *items; /* owned; the first to begin first */
    size_t count, cap;
};

/* From what the site said last; asks only if nothing was asked before. */
void status_reservations_take(struct campaign *campaign,
                              struct status_reservations *ret_reservations);
void status_reservations_release(struct status_reservations *reservations);

/* A line for each, at most 8, or that they are not known. */
void status_reservations_add(const struct status_reservations *reservations,
                             struct text *text);

/* The line of type "reservations" (docs/formats.md, "Reservations"). */
void status_reservations_add_json(const struct status_reservations *reservations,
                                  struct text *text);

#endif

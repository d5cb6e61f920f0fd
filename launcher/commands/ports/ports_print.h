/* ports_print.h - what `raylaunch ports` shows, as text or as JSON rows */
#ifndef LAUNCHER_COMMANDS_PORTS_PORTS_PRINT_H
#define LAUNCHER_COMMANDS_PORTS_PORTS_PRINT_H

#include "launcher/settings/ports_users.h"

struct ports_view {
    struct ports_span range, ephemeral;
    struct ports_grid grid;
    struct ports_users users;
    struct ports_overlap *overlaps; /* owned */
    size_t n_overlaps;
    long cpus; /* of a job on each node */
    bool is_strict;
    bool shows_jobs; /* what a job of each user takes first */
};

/* Append users, first jobs and overlaps. Fails only if the rule breaks Ray's. */
int ports_view_add(const struct ports_view *view, bool as_json, struct text *text,
                   struct error *err);

/* Append the numbers of Ray's documentation for users 0, 1, … (PORTS_LAYOUT_USERS at
 * most). 1: two of them overlap, or Ray would refuse one; 0: none does. */
int ports_layout_add(const struct words *users, struct ports_span ephemeral,
                     bool as_json, struct text *text);

#endif

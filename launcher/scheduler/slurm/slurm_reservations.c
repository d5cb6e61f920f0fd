#include "launcher/scheduler/slurm/slurm_reservations.h"

#include <limits.h>
#include <stdlib.h>
#include <string.h>

#include "launcher/common/memory.h"
#include "launcher/scheduler/node_list.h"
#include "launcher/scheduler/slurm/slurm_fields.h"
#include "launcher/scheduler/slurm/slurm_lines.h"

/* Owned; "" where the line does not say. */
static char *value(const char *line, const char *key)
{
    char *found = slurm_line_value(line, key);

    return found ? found : xstrdup("");
}

static struct site_reservation read_line(const char *line)
{
    cleanup_free char *start = value(line, "StartTime");
    cleanup_free char *end = value(line, "EndTime");
    cleanup_free char *count = value(line, "NodeCnt");
    struct site_reservation reservation = {.name = value(line, "ReservationName"),
                                           .flags = value(line, "Flags"),
                                           .nodes = value(line, "Nodes"),
                                           .users = value(line, "Users"),
                                           .accounts = value(line, "Accounts"),
                                           .groups = value(line, "Groups"),
                                           .starts_at = slurm_fields_time(start),
                                           .ends_at = slurm_fields_time(end),
                                           .n_nodes =
                                               slurm_fields_number(count, LONG_MAX)};

    reservation.is_maintenance = text_list_has(reservation.flags, "MAINT");
    return reservation;
}

void slurm_reservations_parse(const char *text, struct site_reservations *ret_list)
{
    char *next;

    while (ret_list->count < SLURM_RESERVATIONS_MAX &&
           (next = slurm_lines_next(&text)) != NULL) {
        cleanup_free char *line = next;
        struct site_reservation reservation = read_line(line);
        if (!*reservation.name || reservation.starts_at <= 0 ||
            reservation.ends_at <= reservation.starts_at) {
            site_reservation_release(&reservation);
            continue;
        }
        ret_list->items = xgrow(ret_list->items, ret_list->count, &ret_list->cap,
                                sizeof *ret_list->items);
        ret_list->items[ret_list->count++] = reservation;
    }
}

/* A list of those left out begins with '-', and admits everyone else. */
static bool list_admits(const char *list, const struct words *mine)
{
    bool is_left_out = *list == '-';

    for (size_t i = 0; i < mine->count; i++) {
        cleanup_free char *word =
            xasprintf("%s%s", is_left_out ? "-" : "", mine->items[i]);
        if (text_list_has(list, word))
            return !is_left_out;
    }
    return is_left_out || !*list;
}

bool slurm_reservation_admits(const struct site_reservation *reservation,
                              const struct slurm_requester *requester)
{
    if (!*reservation->users && !*reservation->accounts && !*reservation->groups)
        return false;
    return list_admits(reservation->users, &requester->user) &&
           list_admits(reservation->accounts, &requester->accounts) &&
           list_admits(reservation->groups, &requester->groups);
}

bool slurm_reservation_touches(const struct site_reservation *reservation,
                               const struct words *nodes)
{
    cleanup_words struct words taken = {0};

    if (!*reservation->nodes)
        return reservation->n_nodes != 0;
    node_list_expand(reservation->nodes, &taken);
    if (nodes->count == 0 || taken.count == 0 || taken.count >= NODE_LIST_MAX)
        return true;
    for (size_t i = 0; i < taken.count; i++) {
        if (words_has(nodes, taken.items[i]))
            return true;
    }
    return false;
}

void slurm_requester_release(struct slurm_requester *requester)
{
    words_release(&requester->user);
    words_release(&requester->accounts);
    words_release(&requester->groups);
}

#include "launcher/scheduler/site.h"

#include <stdlib.h>
#include <string.h>

#include "launcher/common/memory.h"
#include "launcher/common/text/text.h"

void site_release(struct site *site)
{
    for (size_t i = 0; i < site->n_partitions; i++) {
        free(site->partitions[i].name);
        free(site->partitions[i].time_limit);
        free(site->partitions[i].gres);
        for (size_t j = 0; j < site->partitions[i].n_kinds; j++)
            free(site->partitions[i].kinds[j].gres);
        free(site->partitions[i].kinds);
    }
    free(site->partitions);
    *site = (struct site){0};
}

const struct site_partition *site_find(const struct site *site, const char *name)
{
    for (size_t i = 0; i < site->n_partitions; i++) {
        if (strcmp(site->partitions[i].name, name) == 0)
            return &site->partitions[i];
    }
    return NULL;
}

char *site_names(const struct site *site)
{
    cleanup_text struct text text = {0};

    for (size_t i = 0; i < site->n_partitions; i++)
        text_addf(&text, "%s%s%s", i ? ", " : "", site->partitions[i].name,
                  site->partitions[i].is_default ? " (default)" : "");
    return text_take(&text);
}

void site_reservation_release(struct site_reservation *reservation)
{
    free(reservation->name);
    free(reservation->flags);
    free(reservation->nodes);
    free(reservation->users);
    free(reservation->accounts);
    free(reservation->groups);
    *reservation = (struct site_reservation){0};
}

void site_reservations_release(struct site_reservations *list)
{
    for (size_t i = 0; i < list->count; i++)
        site_reservation_release(&list->items[i]);
    free(list->items);
    *list = (struct site_reservations){0};
}

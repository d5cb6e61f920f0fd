#include "launcher/scheduler/slurm_maintenance.h"

#include <limits.h>
#include <stdbool.h>
#include <stdlib.h>
#include <string.h>

#include "launcher/common/memory.h"
#include "launcher/scheduler/slurm_fields.h"
#include "launcher/scheduler/slurm_lines.h"

static bool is_maintenance(const char *flags)
{
    for (const char *at = flags; *at; at += strspn(at, ",")) {
        size_t size = strcspn(at, ",");
        if (size == 5 && strncmp(at, "MAINT", 5) == 0)
            return true;
        at += size;
    }
    return false;
}

void slurm_maintenances_parse(const char *text, struct slurm_maintenances *ret_list)
{
    char *next;

    while ((next = slurm_lines_next(&text)) != NULL) {
        cleanup_free char *line = next;
        cleanup_free char *name = slurm_line_value(line, "ReservationName");
        cleanup_free char *flags = slurm_line_value(line, "Flags");
        cleanup_free char *start = slurm_line_value(line, "StartTime");
        cleanup_free char *end = slurm_line_value(line, "EndTime");
        cleanup_free char *nodes = slurm_line_value(line, "NodeCnt");
        double starts_at = start ? slurm_fields_time(start) : 0;
        double ends_at = end ? slurm_fields_time(end) : 0;
        if (!name || !flags || !is_maintenance(flags) || starts_at <= 0 ||
            ends_at <= starts_at)
            continue;
        ret_list->items = xgrow(ret_list->items, ret_list->count, &ret_list->cap,
                                sizeof *ret_list->items);
        ret_list->items[ret_list->count++] = (struct slurm_maintenance){
            steal(&name), starts_at, ends_at,
            nodes ? slurm_fields_number(nodes, LONG_MAX) : -1};
    }
}

void slurm_maintenances_release(struct slurm_maintenances *list)
{
    for (size_t i = 0; i < list->count; i++)
        free(list->items[i].name);
    free(list->items);
    *list = (struct slurm_maintenances){0};
}

#include "launcher/check/site_warnings.h"

#include <stdio.h>
#include <string.h>

#include "launcher/common/clock.h"
#include "launcher/common/memory.h"

void site_show_minutes(long long minutes, char text[SITE_MINUTES_SIZE])
{
    if (minutes >= 24 * 60)
        snprintf(text, SITE_MINUTES_SIZE, "%lld-%02lld:%02lld:00", minutes / (24 * 60),
                 minutes / 60 % 24, minutes % 60);
    else
        snprintf(text, SITE_MINUTES_SIZE, "%02lld:%02lld:00", minutes / 60,
                 minutes % 60);
}

const struct site_partition *site_meant_partition(const struct settings *settings,
                                                  const struct site *site)
{
    const char *name = settings_text(settings, SETTING_PARTITION);

    if (*name)
        return strchr(name, ',') ? NULL : site_find(site, name);
    for (size_t i = 0; i < site->n_partitions; i++) {
        if (site->partitions[i].is_default)
            return &site->partitions[i];
    }
    return NULL;
}

static void warn_of_maintenance(const struct settings *settings,
                                const struct site_facts *facts, struct words *warnings)
{
    double limit = 60.0 * (double)settings_minutes(settings, SETTING_TIME);

    for (size_t i = 0; i < facts->reservations->count; i++) {
        const struct site_reservation *item = &facts->reservations->items[i];
        double ahead = item->starts_at - facts->now;
        char start[CLOCK_DATE_SIZE], end[CLOCK_DATE_SIZE], most[SITE_MINUTES_SIZE],
            nodes[40] = "nodes";
        if (!item->is_maintenance || item->ends_at <= facts->now ||
            (limit > 0 && ahead >= limit))
            continue;
        clock_date(item->starts_at, start);
        clock_date(item->ends_at, end);
        site_show_minutes((long long)(ahead / 60), most);
        if (item->n_nodes > 0)
            snprintf(nodes, sizeof nodes, "%ld node%s", item->n_nodes,
                     item->n_nodes == 1 ? "" : "s");
        if (ahead > 60)
            words_addf(warnings,
                       "maintenance '%s' takes %s from %s to %s: a job whose time "
                       "limit reaches into it does not start there before it ends; "
                       "--time %s still fits, if it starts at once",
                       item->name, nodes, start, end, most);
        else
            words_addf(warnings,
                       "maintenance '%s' has %s until %s: jobs that need "
                       "them wait until then",
                       item->name, nodes, end);
    }
}

void site_warnings(const struct settings *settings, const struct site_facts *facts,
                   struct words *warnings)
{
    const struct site_partition *partition =
        site_meant_partition(settings, facts->site);

    if (partition && !partition->is_up)
        words_addf(warnings, "partition '%s' is down: jobs wait until it is up",
                   partition->name);
    if (!settings_is_set(settings, SETTING_RESERVATION))
        warn_of_maintenance(settings, facts, warnings);
}

#include "launcher/commands/status/status_reservations.h"

#include <stdlib.h>
#include <string.h>

#include "launcher/common/clock.h"
#include "launcher/common/memory.h"
#include "launcher/common/text/utf8.h"
#include "launcher/common/trees/json_write.h"

#define MOST_SHOWN 8
#define MOST_NODE_BYTES 60 /* of a node list, for people */
#define MOST_NAME_BYTES 200

static int by_start(const void *a, const void *b)
{
    const struct site_reservation *one = a, *two = b;

    if (one->starts_at != two->starts_at)
        return one->starts_at < two->starts_at ? -1 : 1;
    return strcmp(one->name, two->name);
}

static void status_reservations_judge(const struct settings *settings,
                                      struct status_reservations *ret)
{
    const char *asked = settings_text(settings, SETTING_RESERVATION);
    double limit = 60.0 * (double)settings_minutes(settings, SETTING_TIME);

    if (ret->all.count > 0)
        qsort(ret->all.items, ret->all.count, sizeof *ret->all.items, by_start);
    for (size_t i = 0; i < ret->all.count; i++) {
        const struct site_reservation *of = &ret->all.items[i];
        double ahead = of->starts_at - ret->now;
        struct status_reservation item = {.of = of,
                                          .is_asked = text_list_has(asked, of->name)};
        if (of->ends_at <= ret->now ||
            !(of->is_yours || item.is_asked || of->is_in_way))
            continue;
        item.is_reached = of->is_in_way && !item.is_asked && ahead > 0 &&
                          (limit <= 0 || ahead < limit);
        ret->items = xgrow(ret->items, ret->count, &ret->cap, sizeof *ret->items);
        ret->items[ret->count++] = item;
    }
}

void status_reservations_take(struct campaign *campaign,
                              struct status_reservations *ret_reservations)
{
    const struct settings *settings = campaign->settings;
    struct scheduler *scheduler = &campaign->scheduler;
    struct status_reservations found = {
        .is_there = scheduler_can(scheduler, SCHEDULER_HAS_RESERVATIONS),
        .now = clock_wall()};
    struct error ignored = {0};

    found.is_known =
        found.is_there &&
        scheduler_reservations(scheduler, settings_text(settings, SETTING_PARTITION),
                               settings_text(settings, SETTING_ACCOUNT), &found.all,
                               &ignored) == 0;
    if (found.is_known)
        status_reservations_judge(settings, &found);
    *ret_reservations = found;
}

void status_reservations_release(struct status_reservations *reservations)
{
    site_reservations_release(&reservations->all);
    free(reservations->items);
    *reservations = (struct status_reservations){0};
}

static void reservation_add_clean(struct text *text, const char *string, size_t most)
{
    size_t size = strlen(string);

    utf8_add_printable(text, string, size < most ? size : most);
    text_add(text, size > most ? "…" : "");
}

static void add_what(const struct site_reservation *of, struct text *text)
{
    text_add(text, of->is_maintenance ? "maintenance of " : "");
    if (of->n_nodes >= 0)
        text_addf(text, "%ld node%s", of->n_nodes, of->n_nodes == 1 ? "" : "s");
    else
        text_add(text, "nodes");
    if (!*of->nodes)
        return;
    text_add(text, " (");
    reservation_add_clean(text, of->nodes, MOST_NODE_BYTES);
    text_add(text, ")");
}

/* ", 2026-11-21 18:45 to 19:45, in 2h00m" */
static void add_times(const struct site_reservation *of, double now, struct text *text)
{
    char start[CLOCK_DATE_SIZE], end[CLOCK_DATE_SIZE], hour[CLOCK_TIME_SIZE];
    char span[CLOCK_SPAN_SIZE];
    bool is_active = of->starts_at <= now;

    clock_date(of->starts_at, start);
    clock_date(of->ends_at, end);
    clock_time(of->ends_at, hour);
    clock_span(is_active ? of->ends_at - now : of->starts_at - now, span);
    text_addf(text, ", %s to %s, %s%s", start,
              strncmp(start, end, strlen("2026-11-21")) == 0 ? hour : end,
              is_active ? "active, ends in " : "in ", span);
}

static void reservation_add_line(const struct status_reservation *item, double now,
                                 struct text *text)
{
    reservation_add_clean(text, item->of->name, MOST_NAME_BYTES);
    text_add(text, ": ");
    add_what(item->of, text);
    add_times(item->of, now, text);
    if (item->is_asked) {
        text_add(text, "; asked for");
    } else if (item->of->is_yours) {
        text_add(text, "; yours: --reservation ");
        reservation_add_clean(text, item->of->name, MOST_NAME_BYTES);
    } else if (!item->of->is_maintenance) {
        text_add(text, "; for others");
    }
    text_add(text, item->is_reached ? "; your time limit reaches into it\n" : "\n");
}

void status_reservations_add(const struct status_reservations *reservations,
                             struct text *text)
{
    if (reservations->is_there && !reservations->is_known)
        text_add(text, "  reserved   not known: `scontrol show reservation` gave no "
                       "answer\n");
    for (size_t i = 0; i < reservations->count && i < MOST_SHOWN; i++) {
        text_addf(text, "  %-10s ", i ? "" : "reserved");
        reservation_add_line(&reservations->items[i], reservations->now, text);
    }
    if (reservations->count > MOST_SHOWN)
        text_addf(text, "  %-10s … and %zu more (--json has them)\n", "",
                  reservations->count - MOST_SHOWN);
}

static void add_time(struct json_writer *json, const char *key, double when)
{
    char iso[CLOCK_ISO_SIZE];

    clock_iso(when, iso);
    jsonwrite_string(json, key, iso);
}

static void add_flags(struct json_writer *json, const char *flags)
{
    jsonwrite_list(json, "flags");
    for (const char *at = flags; *at; at += strspn(at, ",")) {
        size_t size = strcspn(at, ",");
        if (size > 0)
            jsonwrite_bytes(json, NULL, at, size);
        at += size;
    }
    jsonwrite_close(json);
}

static void add_reservation(struct json_writer *json,
                            const struct status_reservation *item, double now)
{
    const struct site_reservation *of = item->of;

    jsonwrite_object(json, NULL);
    jsonwrite_string(json, "name", of->name);
    add_time(json, "starts_at", of->starts_at);
    add_time(json, "ends_at", of->ends_at);
    jsonwrite_boolean(json, "active", of->starts_at <= now);
    if (of->n_nodes >= 0)
        jsonwrite_integer(json, "nodes", of->n_nodes);
    else
        jsonwrite_null(json, "nodes");
    jsonwrite_string(json, "node_list", of->nodes);
    jsonwrite_boolean(json, "maintenance", of->is_maintenance);
    add_flags(json, of->flags);
    jsonwrite_boolean(json, "yours", item->of->is_yours);
    jsonwrite_boolean(json, "asked", item->is_asked);
    jsonwrite_boolean(json, "reached", item->is_reached);
    jsonwrite_close(json);
}

void status_reservations_add_json(const struct status_reservations *reservations,
                                  struct text *text)
{
    struct json_writer json;

    jsonwrite_line(&json, "reservations", text);
    if (reservations->is_known) {
        jsonwrite_list(&json, "reservations");
        for (size_t i = 0; i < reservations->count; i++)
            add_reservation(&json, &reservations->items[i], reservations->now);
        jsonwrite_close(&json);
    } else {
        jsonwrite_null(&json, "reservations");
    }
    jsonwrite_line_end(&json);
}

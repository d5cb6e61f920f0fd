#include "launcher/commands/status/status_reservations.h"

#include <grp.h>
#include <pwd.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "launcher/common/clock.h"
#include "launcher/common/memory.h"
#include "launcher/common/text/utf8.h"
#include "launcher/common/trees/json_io.h"
#include "launcher/scheduler/node_list.h"
#include "launcher/scheduler/slurm/slurm_cli.h"
#include "launcher/scheduler/slurm/slurm_config.h"
#include "launcher/scheduler/slurm/slurm_lines.h"

#define MOST_SHOWN 8
#define MOST_NODE_BYTES 60 /* of a node list, for people */
#define MOST_NAME_BYTES 200
#define GROUPS_MAX 1024

static void add_groups(struct words *names)
{
    gid_t groups[GROUPS_MAX];
    int count = getgroups(GROUPS_MAX, groups);

    for (int i = 0; i < count; i++) {
        const struct group *group = getgrgid(groups[i]);
        if (group)
            words_add(names, group->gr_name);
    }
}

static struct slurm_requester requester_of(const struct campaign *campaign,
                                           const struct slurm_cache *answers)
{
    struct slurm_requester requester = {0};
    const struct passwd *user = getpwuid(geteuid());

    if (user)
        words_add(&requester.user, user->pw_name);
    slurm_config_accounts(answers, settings_text(campaign->settings, SETTING_ACCOUNT),
                          &requester.accounts);
    return requester;
}

/* The nodes of the partitions asked, or of the default one; none: not known. */
static void add_nodes(const char *partitions, const char *text, struct words *nodes)
{
    char *next;

    while ((next = slurm_lines_next(&text)) != NULL) {
        cleanup_free char *line = next;
        cleanup_free char *name = slurm_line_value(line, "PartitionName");
        cleanup_free char *is_default = slurm_line_value(line, "Default");
        cleanup_free char *list = slurm_line_value(line, "Nodes");
        bool is_meant = *partitions ? name && slurm_line_list_has(partitions, name)
                                    : is_default && strcmp(is_default, "YES") == 0;
        if (is_meant && list)
            node_list_expand(list, nodes);
    }
    if (nodes->count >= NODE_LIST_MAX)
        words_release(nodes);
}

static int by_start(const void *a, const void *b)
{
    const struct slurm_reservation *one = a, *two = b;

    if (one->starts_at != two->starts_at)
        return one->starts_at < two->starts_at ? -1 : 1;
    return strcmp(one->name, two->name);
}

static void take(const struct campaign *campaign, const struct slurm_cache *answers,
                 struct status_reservations *ret)
{
    const struct settings *settings = campaign->settings;
    const char *asked = settings_text(settings, SETTING_RESERVATION);
    double limit = 60.0 * (double)settings_minutes(settings, SETTING_TIME);
    struct slurm_requester requester = requester_of(campaign, answers);
    cleanup_words struct words nodes = {0};

    add_nodes(settings_text(settings, SETTING_PARTITION),
              answers->texts[ANSWER_PARTITIONS], &nodes);
    slurm_reservations_parse(answers->texts[ANSWER_RESERVATIONS], &ret->all);
    if (ret->all.count > 0)
        qsort(ret->all.items, ret->all.count, sizeof *ret->all.items, by_start);
    for (size_t i = 0; i < ret->all.count && requester.groups.count == 0; i++) {
        if (*ret->all.items[i].groups)
            add_groups(&requester.groups);
    }
    for (size_t i = 0; i < ret->all.count; i++) {
        const struct slurm_reservation *of = &ret->all.items[i];
        double ahead = of->starts_at - ret->now;
        struct status_reservation item = {
            .of = of,
            .is_yours = slurm_reservation_admits(of, &requester),
            .is_asked = slurm_line_list_has(asked, of->name)};
        bool is_in_way = slurm_reservation_touches(of, &nodes);
        if (of->ends_at <= ret->now || !(item.is_yours || item.is_asked || is_in_way))
            continue;
        item.is_reached =
            is_in_way && !item.is_asked && ahead > 0 && (limit <= 0 || ahead < limit);
        ret->items = xgrow(ret->items, ret->count, &ret->cap, sizeof *ret->items);
        ret->items[ret->count++] = item;
    }
    slurm_requester_release(&requester);
}

void status_reservations_take(struct campaign *campaign,
                              struct status_reservations *ret_reservations)
{
    struct scheduler *scheduler = &campaign->scheduler;
    const struct slurm_site_access *access =
        scheduler_is_open(scheduler) ? slurm_cli_access(scheduler) : NULL;
    struct slurm_cache *answers = access ? slurm_cli_answers(scheduler) : NULL;
    struct error ignored = {0};

    *ret_reservations =
        (struct status_reservations){.is_there = answers, .now = clock_wall()};
    /* scontrol always prints a line, so an empty text is no answer. */
    if (!answers || slurm_cache_get(access, answers, &ignored) < 0 ||
        !*answers->texts[ANSWER_RESERVATIONS])
        return;
    ret_reservations->is_known = true;
    take(campaign, answers, ret_reservations);
}

void status_reservations_release(struct status_reservations *reservations)
{
    slurm_reservations_release(&reservations->all);
    free(reservations->items);
    *reservations = (struct status_reservations){0};
}

static void reservation_add_clean(struct text *text, const char *string, size_t most)
{
    size_t size = strlen(string);

    utf8_add_printable(text, string, size < most ? size : most);
    text_add(text, size > most ? "…" : "");
}

static void add_what(const struct slurm_reservation *of, struct text *text)
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
static void add_times(const struct slurm_reservation *of, double now, struct text *text)
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
    } else if (item->is_yours) {
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

static json_t *time_of(double when)
{
    char iso[CLOCK_ISO_SIZE];

    clock_iso(when, iso);
    return json_string(iso);
}

static json_t *text_of(const char *string)
{
    return jsonio_bytes(string, strlen(string));
}

static json_t *flags_of(const char *flags)
{
    json_t *list = json_array();

    for (const char *at = flags; *at; at += strspn(at, ",")) {
        size_t size = strcspn(at, ",");
        if (size > 0)
            json_array_append_new(list, jsonio_bytes(at, size));
        at += size;
    }
    return list;
}

static json_t *object_of(const struct status_reservation *item, double now)
{
    const struct slurm_reservation *of = item->of;

    return json_pack("{s:o, s:o, s:o, s:b, s:o, s:o, s:b, s:o, s:b, s:b, s:b}", "name",
                     text_of(of->name), "starts_at", time_of(of->starts_at), "ends_at",
                     time_of(of->ends_at), "active", of->starts_at <= now, "nodes",
                     of->n_nodes >= 0 ? json_integer(of->n_nodes) : json_null(),
                     "node_list", text_of(of->nodes), "maintenance", of->is_maintenance,
                     "flags", flags_of(of->flags), "yours", item->is_yours, "asked",
                     item->is_asked, "reached", item->is_reached);
}

void status_reservations_add_json(const struct status_reservations *reservations,
                                  struct text *text)
{
    json_auto_t *root = json_pack("{s:s, s:n}", "type", "reservations", "reservations");

    if (reservations->is_known)
        json_object_set_new(root, "reservations", json_array());
    for (size_t i = 0; i < reservations->count; i++)
        json_array_append_new(json_object_get(root, "reservations"),
                              object_of(&reservations->items[i], reservations->now));
    jsonio_add(text, root);
    text_add_char(text, '\n');
}

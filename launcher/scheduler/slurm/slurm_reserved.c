#include "launcher/scheduler/slurm/slurm_reserved.h"

#include <grp.h>
#include <pwd.h>
#include <string.h>
#include <unistd.h>

#include "launcher/common/memory.h"
#include "launcher/scheduler/node_list.h"
#include "launcher/scheduler/slurm/slurm_config.h"
#include "launcher/scheduler/slurm/slurm_lines.h"
#include "launcher/scheduler/slurm/slurm_reservations.h"

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

/* The nodes of the partitions asked, or of the default one; none: not known. */
static void add_nodes(const char *partitions, const char *text, struct words *nodes)
{
    char *next;

    while ((next = slurm_lines_next(&text)) != NULL) {
        cleanup_free char *line = next;
        cleanup_free char *name = slurm_line_value(line, "PartitionName");
        cleanup_free char *is_default = slurm_line_value(line, "Default");
        cleanup_free char *list = slurm_line_value(line, "Nodes");
        bool is_meant = *partitions ? name && text_list_has(partitions, name)
                                    : is_default && strcmp(is_default, "YES") == 0;
        if (is_meant && list)
            node_list_expand(list, nodes);
    }
    if (nodes->count >= NODE_LIST_MAX)
        words_release(nodes);
}

static struct slurm_requester requester_of(const struct slurm_cache *answers,
                                           const char *account,
                                           const struct site_reservations *list)
{
    struct slurm_requester requester = {0};
    const struct passwd *user = getpwuid(geteuid());

    if (user)
        words_add(&requester.user, user->pw_name);
    slurm_config_accounts(answers, account, &requester.accounts);
    for (size_t i = 0; i < list->count && requester.groups.count == 0; i++) {
        if (*list->items[i].groups)
            add_groups(&requester.groups);
    }
    return requester;
}

int slurm_reserved(const struct slurm_cache *answers, const char *partitions,
                   const char *account, struct site_reservations *ret_list)
{
    struct site_reservations list = {0};
    cleanup_words struct words nodes = {0};

    if (!*answers->texts[ANSWER_RESERVATIONS])
        return -1;
    slurm_reservations_parse(answers->texts[ANSWER_RESERVATIONS], &list);
    *ret_list = list;
    if (list.count == 0)
        return 0;
    struct slurm_requester requester = requester_of(answers, account, &list);
    add_nodes(partitions, answers->texts[ANSWER_PARTITIONS], &nodes);
    for (size_t i = 0; i < list.count; i++) {
        struct site_reservation *item = &list.items[i];
        item->is_yours = slurm_reservation_admits(item, &requester);
        item->is_in_way = slurm_reservation_touches(item, &nodes);
    }
    slurm_requester_release(&requester);
    return 0;
}

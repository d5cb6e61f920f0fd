#include "launcher/policy/bad_nodes.h"

#include <stdlib.h>
#include <string.h>

#include "collector/outcome/causes.h"
#include "launcher/common/map.h"
#include "launcher/common/memory.h"
#include "launcher/common/trees/json_io.h"
#include "launcher/scheduler/node_list.h"

#define SURE 2 /* so much blame is enough */

struct blame {
    struct words names;              /* of nodes */
    size_t *amounts;                 /* owned: for each name */
    const struct sweep_point **last; /* owned: which point was counted last */
    size_t cap_amounts, cap_last;
    struct map by_name;
};

const char *bad_nodes_of(const struct attempt *attempt)
{
    return jsonio_string(attempt->final, "nodes", "");
}

static void add_blame(struct blame *blame, const char *name, size_t amount,
                      const struct sweep_point *point)
{
    size_t index;

    if (!map_get(&blame->by_name, name, &index)) {
        index = blame->names.count;
        blame->amounts =
            xgrow(blame->amounts, index, &blame->cap_amounts, sizeof *blame->amounts);
        blame->last = xgrow(blame->last, index, &blame->cap_last, sizeof *blame->last);
        blame->amounts[index] = 0;
        blame->last[index] = NULL;
        words_add(&blame->names, name);
        map_set(&blame->by_name, blame->names.items[index], index);
    }
    /* The same point again says nothing new about the node. */
    if (blame->last[index] == point)
        return;
    blame->last[index] = point;
    blame->amounts[index] += amount;
}

static void judge(struct blame *blame, const struct attempt *attempt)
{
    enum cause cause = cause_from_name(jsonio_string(attempt->final, "cause", ""));
    bool is_of_node = cause == CAUSE_NODE_FAIL || cause == CAUSE_BOOT_FAIL ||
                      cause == CAUSE_LAUNCH_FAILED;
    bool is_of_many = cause == CAUSE_RAY_START || cause == CAUSE_TEMP_FOLDER ||
                      cause == CAUSE_OUTPUT_PATH;
    cleanup_words struct words names = {0};
    bool is_sure = attempt->state == STATE_NODE_FAIL || is_of_node;

    if (!attempt->is_final || (!is_sure && !is_of_many))
        return;
    node_list_expand(bad_nodes_of(attempt), &names);
    for (size_t i = 0; i < names.count; i++)
        add_blame(blame, names.items[i], is_sure && names.count == 1 ? SURE : 1,
                  attempt->point);
}

char *bad_nodes(const struct sweep *sweep)
{
    struct blame blame = {0};
    struct text text = {0};

    for (size_t i = 0; i < sweep->n_points; i++) {
        for (size_t j = 0; j < sweep->points[i]->n_attempts; j++)
            judge(&blame, sweep->points[i]->attempts[j]);
    }
    for (size_t i = 0; i < blame.names.count; i++) {
        if (blame.amounts[i] >= SURE)
            text_addf(&text, "%s%s", text.size ? "," : "", blame.names.items[i]);
    }
    words_release(&blame.names);
    map_release(&blame.by_name);
    free(blame.amounts);
    free(blame.last);
    return text_take(&text);
}

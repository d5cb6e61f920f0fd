#include "collector/table/metric_walk.h"

#include <stdlib.h>
#include <string.h>

#include "collector/table/result_string.h"
#include "collector/table/result_text.h"
#include "launcher/common/map.h"
#include "launcher/common/memory.h"

struct walk {
    metric_walk_fn on_metric;
    void *context;
    struct text path;
};

/* The members of one object, of equal names the last one at the first one's place. */
struct members {
    struct words names;
    struct metric_text *values; /* owned */
    size_t cap;
    struct map at;
};

static void members_release(struct members *members)
{
    map_release(&members->at);
    words_release(&members->names);
    free(members->values);
}

static void add_member(void *context, const char *name, const char *value, size_t size)
{
    struct members *members = context;
    size_t index = members->names.count;

    if (!map_get(&members->at, name, &index)) {
        members->values =
            xgrow(members->values, index, &members->cap, sizeof *members->values);
        words_add(&members->names, name);
        map_set(&members->at, members->names.items[index], index);
    }
    members->values[index] = (struct metric_text){value, size};
}

static bool is_full_object(const struct metric_text *value)
{
    size_t at = 1;

    if (value->at[0] != '{')
        return false;
    while (at < value->size && strchr(" \t\r\n", value->at[at]))
        at++;
    return at < value->size && value->at[at] != '}';
}

static void walk_object(struct walk *walk, const struct metric_text *object, int level)
{
    cleanup_with(members_release) struct members members = {0};
    size_t size = walk->path.size;

    result_text_each_member(object->at, object->size, add_member, &members);
    for (size_t i = 0; i < members.names.count; i++) {
        if (size > 0)
            text_add_char(&walk->path, METRIC_WALK_SEPARATOR);
        text_add(&walk->path, members.names.items[i]);
        if (is_full_object(&members.values[i]) && level < METRIC_WALK_LEVELS)
            walk_object(walk, &members.values[i], level + 1);
        else
            walk->on_metric(walk->context, text_string(&walk->path),
                            &members.values[i]);
        walk->path.size = size;
        walk->path.bytes[size] = '\0';
    }
}

/* Where the metrics stand in the row's result. `at` NULL: it has none. */
static struct metric_text whole_of(const struct row *row)
{
    struct metric_text whole = {0};

    if (!row->metrics)
        return whole;
    whole = (struct metric_text){row->result_json, strlen(row->result_json)};
    if (row->metrics != row->result)
        result_text_member(whole.at, whole.size, "metrics", &whole.at, &whole.size);
    return whole;
}

void metric_walk(const struct row *row, metric_walk_fn on_metric, void *context)
{
    struct walk walk = {.on_metric = on_metric, .context = context};
    struct metric_text whole = whole_of(row);

    if (whole.at)
        walk_object(&walk, &whole, 1);
    text_release(&walk.path);
}

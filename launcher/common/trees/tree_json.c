/* tree_json.c - JSON into a tree, by jansson (tree_build.h) */
#include <string.h>

#include "launcher/common/memory.h"
#include "launcher/common/trees/json_io.h"
#include "launcher/common/trees/tree_build.h"

/* jansson keeps no text of a number: the shortest one that reads back the same. */
static char *real_text(double value)
{
    cleanup_text struct text text = {0};

    text_add_real(&text, value, 1);
    return text_take(&text);
}

static struct tree *from_json(struct tree_builder *builder, json_t *value,
                              size_t depth);

static int add_items(struct tree_builder *builder, struct tree *list,
                     const json_t *array, size_t depth)
{
    for (size_t i = 0; i < json_array_size(array); i++) {
        struct tree *child = from_json(builder, json_array_get(array, i), depth + 1);
        if (!child)
            return -1;
        tree_add_item(list, child);
    }
    return 0;
}

static int add_members(struct tree_builder *builder, struct tree *map, json_t *object,
                       size_t depth)
{
    const char *key;
    json_t *value;

    json_object_foreach (object, key, value) {
        struct tree *child = from_json(builder, value, depth + 1);
        if (!child)
            return -1;
        tree_add_member(map, key, 0, child);
    }
    return 0;
}

static struct tree *from_text(struct tree_builder *builder, enum tree_kind kind,
                              char *text, size_t depth)
{
    cleanup_free char *owned = text;
    struct tree *tree = tree_new(builder, kind, 0, depth);

    if (tree)
        tree->text = steal(&owned);
    return tree;
}

static struct tree *from_string(struct tree_builder *builder, const json_t *value,
                                size_t depth)
{
    const char *string = json_string_value(value);

    if (strlen(string) != json_string_length(value)) {
        tree_fail(builder, 0,
                  "a string holds a NUL byte, which no program can be given");
        return NULL;
    }
    struct tree *tree = from_text(builder, TREE_SCALAR, xstrdup(string), depth);
    if (tree)
        tree->is_quoted = true;
    return tree;
}

static struct tree *from_json(struct tree_builder *builder, json_t *value, size_t depth)
{
    cleanup_tree struct tree *tree = NULL;

    switch (json_typeof(value)) {
    case JSON_STRING:
        return from_string(builder, value, depth);
    case JSON_INTEGER:
        return from_text(builder, TREE_SCALAR,
                         xasprintf("%lld", (long long)json_integer_value(value)),
                         depth);
    case JSON_REAL:
        return from_text(builder, TREE_SCALAR, real_text(json_real_value(value)),
                         depth);
    case JSON_TRUE:
    case JSON_FALSE:
        return from_text(builder, TREE_SCALAR,
                         xstrdup(json_is_true(value) ? "true" : "false"), depth);
    case JSON_NULL:
        return from_text(builder, TREE_NULL, xstrdup("null"), depth);
    case JSON_ARRAY:
        tree = tree_new(builder, TREE_LIST, 0, depth);
        return tree && add_items(builder, tree, value, depth) == 0 ? steal(&tree)
                                                                   : NULL;
    case JSON_OBJECT:
        tree = tree_new(builder, TREE_MAP, 0, depth);
        return tree && add_members(builder, tree, value, depth) == 0 ? steal(&tree)
                                                                     : NULL;
    }
    return NULL;
}

struct tree *tree_read_json(struct tree_builder *builder, const char *bytes,
                            size_t size)
{
    json_auto_t *value = jsonio_parse(bytes, size, builder->source, builder->err);

    return value ? from_json(builder, value, 0) : NULL;
}

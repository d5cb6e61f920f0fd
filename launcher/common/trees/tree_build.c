#include "launcher/common/trees/tree_build.h"

#include <stdarg.h>
#include <string.h>

#include "launcher/common/limits.h"
#include "launcher/common/memory.h"

int tree_fail(struct tree_builder *builder, int line, const char *format, ...)
{
    va_list args;

    va_start(args, format);
    cleanup_free char *text = xvasprintf(format, args);
    va_end(args);
    cleanup_free char *place = tree_place(builder->source, line);
    return error_set(builder->err, ERROR_INPUT, "%s: %s", place, text);
}

struct tree *tree_new(struct tree_builder *builder, enum tree_kind kind, int line,
                      size_t depth)
{
    if (depth >= LIMIT_DEPTH) {
        tree_fail(builder, line, "nested deeper than %d levels", LIMIT_DEPTH);
        return NULL;
    }
    if (builder->nodes >= LIMIT_TREE_NODES) {
        tree_fail(builder, line, "more than %d values in one file", LIMIT_TREE_NODES);
        return NULL;
    }
    builder->nodes++;
    struct tree *tree = xcalloc(1, sizeof *tree);
    tree->kind = kind;
    tree->line = line;
    return tree;
}

/* The arrays double at powers of two, so that a struct tree needs no capacity. */
static size_t room_for(size_t count)
{
    return count == 0 ? 1 : (count & (count - 1)) == 0 ? count * 2 : 0;
}

void tree_add_item(struct tree *list, struct tree *child)
{
    size_t room = room_for(list->count);

    if (room)
        list->children = xreallocarray(list->children, room, sizeof *list->children);
    list->children[list->count++] = child;
}

void tree_add_member(struct tree *map, const char *key, int key_line,
                     struct tree *child)
{
    size_t room = room_for(map->count);

    if (room) {
        map->keys = xreallocarray(map->keys, room, sizeof *map->keys);
        map->key_lines = xreallocarray(map->key_lines, room, sizeof *map->key_lines);
    }
    map->keys[map->count] = xstrdup(key);
    map->key_lines[map->count] = key_line;
    tree_add_item(map, child);
}

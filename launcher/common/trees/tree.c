#include "launcher/common/trees/tree.h"

#include <stdarg.h>
#include <stdlib.h>
#include <string.h>

#include "launcher/common/files/file.h"
#include "launcher/common/limits.h"
#include "launcher/common/memory.h"
#include "launcher/common/text/text.h"
#include "launcher/common/trees/tree_build.h"

char *tree_place(const char *source, int line)
{
    return line > 0 ? xasprintf("%s:%d", source, line) : xstrdup(source);
}

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

void tree_free(struct tree *tree)
{
    if (!tree)
        return;
    for (size_t i = 0; i < tree->count; i++) {
        tree_free(tree->children[i]);
        if (tree->keys)
            free(tree->keys[i]);
    }
    free(tree->keys);
    free(tree->key_lines);
    free(tree->children);
    free(tree->text);
    free(tree);
}

void tree_free_at(struct tree **tree)
{
    tree_free(*tree);
}

const struct tree *tree_get(const struct tree *map, const char *key)
{
    if (!map || map->kind != TREE_MAP)
        return NULL;
    for (size_t i = 0; i < map->count; i++) {
        if (strcmp(map->keys[i], key) == 0)
            return map->children[i];
    }
    return NULL;
}

struct tree *tree_parse(const char *bytes, size_t size, const char *source,
                        bool is_json, struct error *err)
{
    struct tree_builder builder = {.source = source, .err = err};

    if (size > LIMIT_CONFIG_BYTES) {
        error_set(err, ERROR_INPUT, "'%s' is larger than %lu bytes", source,
                  LIMIT_CONFIG_BYTES);
        return NULL;
    }
    return is_json ? tree_read_json(&builder, bytes, size)
                   : tree_read_yaml(&builder, bytes, size);
}

struct tree *tree_load(const char *path, struct error *err)
{
    cleanup_free char *bytes = NULL;
    size_t size = 0;
    const char *dot = strrchr(path_base(path), '.');

    if (file_read_all(path, LIMIT_CONFIG_BYTES, &bytes, &size, err) < 0)
        return NULL;
    return tree_parse(bytes, size, path, dot && strcmp(dot, ".json") == 0, err);
}

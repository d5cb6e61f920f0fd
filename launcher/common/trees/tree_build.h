/* tree_build.h - a tree in the making, and its two readers (used by tree_*.c alone) */
#ifndef LAUNCHER_COMMON_TREES_TREE_BUILD_H
#define LAUNCHER_COMMON_TREES_TREE_BUILD_H

#include <stddef.h>

#include "launcher/common/error.h"
#include "launcher/common/trees/tree.h"

/* What one parse has used up so far, and where its errors go. */
struct tree_builder {
    const char *source; /* borrowed: the name in messages */
    size_t nodes;       /* at most LIMIT_TREE_NODES */
    struct error *err;
};

/* Always -1: ERROR_INPUT, "source:line: <text>". */
int tree_fail(struct tree_builder *builder, int line, const char *format, ...)
    __attribute__((format(printf, 3, 4)));

/* A new node at `depth` (0 for the root), owned; NULL past LIMIT_DEPTH or
 * LIMIT_TREE_NODES. */
struct tree *tree_new(struct tree_builder *builder, enum tree_kind kind, int line,
                      size_t depth);

/* Append `child` (taken) to a list, or to a map under `key` (copied). */
void tree_add_item(struct tree *list, struct tree *child);
void tree_add_member(struct tree *map, const char *key, int key_line,
                     struct tree *child);

struct tree *tree_read_yaml(struct tree_builder *builder, const char *bytes,
                            size_t size);
struct tree *tree_read_json(struct tree_builder *builder, const char *bytes,
                            size_t size);

#endif

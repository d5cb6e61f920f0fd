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

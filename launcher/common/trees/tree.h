/* tree.h - what a YAML or JSON file holds, as one kind of tree with line numbers
 *
 * A plain YAML scalar keeps its text and the key's own type parses it later
 * (`12:00:00`, `no`, `010`, `1e-3` stay as written). tree_load.h reads files.
 */
#ifndef LAUNCHER_COMMON_TREES_TREE_H
#define LAUNCHER_COMMON_TREES_TREE_H

#include <stdbool.h>
#include <stddef.h>

enum tree_kind { TREE_NULL, TREE_SCALAR, TREE_LIST, TREE_MAP };

struct tree {
    enum tree_kind kind;
    int line;   /* 1 …; 0: not known (JSON) */
    char *text; /* owned; TREE_SCALAR and TREE_NULL ("", "null", "~"): as written; else
                   NULL */
    bool is_quoted;         /* the scalar stood in quotes (or is a JSON string) */
    char **keys;            /* owned; TREE_MAP */
    int *key_lines;         /* owned; TREE_MAP */
    struct tree **children; /* owned; TREE_MAP and TREE_LIST */
    size_t count;
};

void tree_free(struct tree *tree); /* accepts NULL */
void tree_free_at(struct tree **tree);
#define cleanup_tree __attribute__((cleanup(tree_free_at)))

/* "file:12", or "file" when the line is not known: owned. */
char *tree_place(const char *source, int line);
const struct tree *tree_get(const struct tree *map,
                            const char *key); /* borrowed or NULL */

#endif

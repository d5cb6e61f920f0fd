/* tree_load.h - YAML and JSON files into a tree
 *
 * Errors: duplicate keys, tabs, tags, merge keys, a second document, nesting over
 * LIMIT_DEPTH; aliases are capped. Files named *.json go to jansson (libyaml cannot
 * read all of JSON); both give the same tree.
 */
#ifndef LAUNCHER_COMMON_TREES_TREE_LOAD_H
#define LAUNCHER_COMMON_TREES_TREE_LOAD_H

#include <stdbool.h>
#include <stddef.h>

#include "launcher/common/error.h"
#include "launcher/common/trees/tree.h"

/* Of the open file `path`. Owned, or NULL (ERROR_INPUT with "file:line: …"; ERROR_FILE
 * when unreadable). An empty document is TREE_NULL. */
struct tree *tree_load(int fd, const char *path, struct error *err);
struct tree *tree_parse(const char *bytes, size_t size, const char *source,
                        bool is_json, struct error *err);

#endif

/* tree_yaml.c - YAML into a tree, by libyaml (tree_build.h) */
#include <stdlib.h>
#include <string.h>
#include <yaml.h>

#include "launcher/common/limits.h"
#include "launcher/common/map.h"
#include "launcher/common/memory.h"
#include "launcher/common/trees/tree_build.h"

/* Values that `&name` marked. An alias is written out as a copy, so that a tree has one
 * owner for each node; LIMIT_TREE_NODES and LIMIT_DEPTH cap what that can grow to. */
struct anchor {
    char *name;              /* owned */
    const struct tree *tree; /* borrowed: a part of the tree being built */
};

struct reader {
    struct tree_builder *builder;
    yaml_parser_t parser;
    const char *bytes; /* borrowed: the document, for messages */
    size_t size;
    struct anchor *anchors; /* owned */
    size_t n_anchors, cap_anchors;
    size_t n_aliases;
};

static struct tree *read_value(struct reader *reader, const yaml_event_t *event,
                               size_t depth);

static int line_of(const yaml_event_t *event)
{
    return (int)event->start_mark.line + 1;
}

static bool is_indented_by_tab(const struct reader *reader, size_t line)
{
    const char *at = reader->bytes;
    const char *end = at + reader->size;

    for (; line > 0 && at < end; line--) {
        const char *newline = memchr(at, '\n', (size_t)(end - at));
        at = newline ? newline + 1 : end;
    }
    while (at < end && *at == ' ')
        at++;
    return at < end && *at == '\t';
}

static int fail_by_parser(struct reader *reader)
{
    const yaml_parser_t *parser = &reader->parser;
    const char *problem = parser->problem ? parser->problem : "not readable";
    size_t line = parser->problem_mark.line;

    if (parser->error == YAML_READER_ERROR) {
        line = 0;
        for (size_t i = 0; i < parser->problem_offset && i < reader->size; i++)
            line += reader->bytes[i] == '\n';
        return tree_fail(reader->builder, (int)line + 1,
                         "not YAML in UTF-8: %s (byte %zu)", problem,
                         parser->problem_offset);
    }
    if (is_indented_by_tab(reader, line))
        return tree_fail(reader->builder, (int)line + 1,
                         "a tab cannot indent YAML: use spaces");
    const char *hint = strstr(problem, "mapping values are not allowed")
                           ? "; a value that holds ': ' needs quotes"
                           : "";
    return tree_fail(reader->builder, (int)line + 1, "not valid YAML: %s%s%s%s",
                     problem, parser->context ? ", " : "",
                     parser->context ? parser->context : "", hint);
}

/* The event is the caller's to delete after success. */
static int next_event(struct reader *reader, yaml_event_t *event)
{
    return yaml_parser_parse(&reader->parser, event) ? 0 : fail_by_parser(reader);
}

static int refuse_tag(struct reader *reader, const yaml_event_t *event,
                      const yaml_char_t *tag)
{
    if (!tag)
        return 0;
    return tree_fail(
        reader->builder, line_of(event),
        "tags ('%.40s') are not understood: leave it out, or put the value "
        "in quotes",
        (const char *)tag);
}

static int mark_anchor(struct reader *reader, const yaml_event_t *event,
                       const yaml_char_t *name, const struct tree *tree)
{
    if (!name)
        return 0;
    if (reader->n_anchors >= LIMIT_YAML_ALIASES)
        return tree_fail(reader->builder, line_of(event),
                         "more than %d anchors ('&%s')", LIMIT_YAML_ALIASES,
                         (const char *)name);
    reader->anchors = xgrow(reader->anchors, reader->n_anchors, &reader->cap_anchors,
                            sizeof *reader->anchors);
    reader->anchors[reader->n_anchors++] =
        (struct anchor){.name = xstrdup((const char *)name), .tree = tree};
    return 0;
}

static struct tree *copy_tree(struct reader *reader, const struct tree *from,
                              size_t depth)
{
    cleanup_tree struct tree *tree =
        tree_new(reader->builder, from->kind, from->line, depth);

    if (!tree)
        return NULL;
    tree->text = from->text ? xstrdup(from->text) : NULL;
    tree->is_quoted = from->is_quoted;
    for (size_t i = 0; i < from->count; i++) {
        struct tree *child = copy_tree(reader, from->children[i], depth + 1);
        if (!child)
            return NULL;
        if (from->kind == TREE_MAP)
            tree_add_member(tree, from->keys[i], from->key_lines[i], child);
        else
            tree_add_item(tree, child);
    }
    return steal(&tree);
}

static struct tree *read_alias(struct reader *reader, const yaml_event_t *event,
                               size_t depth)
{
    const char *name = (const char *)event->data.alias.anchor;

    if (++reader->n_aliases > LIMIT_YAML_ALIASES) {
        tree_fail(reader->builder, line_of(event), "more than %d aliases ('*%s')",
                  LIMIT_YAML_ALIASES, name);
        return NULL;
    }
    for (size_t i = reader->n_anchors; i > 0; i--) { /* the newest of a name counts */
        if (strcmp(reader->anchors[i - 1].name, name) == 0)
            return copy_tree(reader, reader->anchors[i - 1].tree, depth);
    }
    tree_fail(reader->builder, line_of(event),
              "'*%.40s' names no value that is complete before it (quote a text that "
              "begins with '*')",
              name);
    return NULL;
}

static bool is_null_word(const yaml_event_t *event)
{
    static const char *const words[] = {"", "~", "null", "Null", "NULL"};
    const char *text = (const char *)event->data.scalar.value;

    if (event->data.scalar.style != YAML_PLAIN_SCALAR_STYLE)
        return false;
    for (size_t i = 0; i < sizeof words / sizeof *words; i++) {
        if (strcmp(text, words[i]) == 0)
            return true;
    }
    return false;
}

static int refuse_nul(struct reader *reader, const yaml_event_t *event)
{
    if (strlen((const char *)event->data.scalar.value) == event->data.scalar.length)
        return 0;
    return tree_fail(reader->builder, line_of(event),
                     "a text holds a NUL byte, which no program can be given");
}

static struct tree *read_scalar(struct reader *reader, const yaml_event_t *event,
                                size_t depth)
{
    bool is_null = is_null_word(event);

    if (refuse_tag(reader, event, event->data.scalar.tag) < 0 ||
        refuse_nul(reader, event) < 0)
        return NULL;
    cleanup_tree struct tree *tree = tree_new(
        reader->builder, is_null ? TREE_NULL : TREE_SCALAR, line_of(event), depth);
    if (!tree || mark_anchor(reader, event, event->data.scalar.anchor, tree) < 0)
        return NULL;
    tree->text = xstrdup((const char *)event->data.scalar.value);
    tree->is_quoted = event->data.scalar.style != YAML_PLAIN_SCALAR_STYLE;
    return steal(&tree);
}

static struct tree *read_list(struct reader *reader, const yaml_event_t *start,
                              size_t depth)
{
    if (refuse_tag(reader, start, start->data.sequence_start.tag) < 0)
        return NULL;
    cleanup_tree struct tree *list =
        tree_new(reader->builder, TREE_LIST, line_of(start), depth);
    while (list) {
        yaml_event_t event __attribute__((cleanup(yaml_event_delete))) = {0};
        if (next_event(reader, &event) < 0)
            return NULL;
        if (event.type == YAML_SEQUENCE_END_EVENT)
            break;
        struct tree *child = read_value(reader, &event, depth + 1);
        if (!child)
            return NULL;
        tree_add_item(list, child);
    }
    if (!list ||
        mark_anchor(reader, start, start->data.sequence_start.anchor, list) < 0)
        return NULL;
    return steal(&list);
}

static int check_key(struct reader *reader, const yaml_event_t *event,
                     const struct map *seen)
{
    size_t first_line;

    if (event->type != YAML_SCALAR_EVENT)
        return tree_fail(reader->builder, line_of(event), "a key must be a plain word");
    const char *key = (const char *)event->data.scalar.value;
    if (refuse_tag(reader, event, event->data.scalar.tag) < 0 ||
        refuse_nul(reader, event) < 0)
        return -1;
    if (strcmp(key, "<<") == 0 && event->data.scalar.style == YAML_PLAIN_SCALAR_STYLE)
        return tree_fail(reader->builder, line_of(event),
                         "merge keys ('<<') are not understood: write the keys out");
    if (map_get(seen, key, &first_line))
        return tree_fail(reader->builder, line_of(event),
                         "key '%s' stands twice (first in line %zu)", key, first_line);
    return 0;
}

/* Key and value; `*ret_is_end` at the end of the map. */
static int read_member(struct reader *reader, struct tree *map, struct map *seen,
                       size_t depth, bool *ret_is_end)
{
    yaml_event_t key __attribute__((cleanup(yaml_event_delete))) = {0};
    yaml_event_t value __attribute__((cleanup(yaml_event_delete))) = {0};

    if (next_event(reader, &key) < 0)
        return -1;
    *ret_is_end = key.type == YAML_MAPPING_END_EVENT;
    if (*ret_is_end)
        return 0;
    if (check_key(reader, &key, seen) < 0 || next_event(reader, &value) < 0)
        return -1;
    struct tree *child = read_value(reader, &value, depth + 1);
    if (!child)
        return -1;
    tree_add_member(map, (const char *)key.data.scalar.value, line_of(&key), child);
    map_set(seen, map->keys[map->count - 1], (size_t)line_of(&key));
    return 0;
}

static struct tree *read_map(struct reader *reader, const yaml_event_t *start,
                             size_t depth)
{
    struct map seen __attribute__((cleanup(map_release))) = {0};
    bool is_end = false;

    if (refuse_tag(reader, start, start->data.mapping_start.tag) < 0)
        return NULL;
    cleanup_tree struct tree *map =
        tree_new(reader->builder, TREE_MAP, line_of(start), depth);
    while (map && !is_end) {
        if (read_member(reader, map, &seen, depth, &is_end) < 0)
            return NULL;
    }
    if (!map || mark_anchor(reader, start, start->data.mapping_start.anchor, map) < 0)
        return NULL;
    return steal(&map);
}

static struct tree *read_value(struct reader *reader, const yaml_event_t *event,
                               size_t depth)
{
    if (event->type == YAML_SCALAR_EVENT)
        return read_scalar(reader, event, depth);
    if (event->type == YAML_SEQUENCE_START_EVENT)
        return read_list(reader, event, depth);
    if (event->type == YAML_MAPPING_START_EVENT)
        return read_map(reader, event, depth);
    if (event->type == YAML_ALIAS_EVENT)
        return read_alias(reader, event, depth);
    tree_fail(reader->builder, line_of(event), "not valid YAML: a value is missing");
    return NULL;
}

/* STREAM-START [DOCUMENT-START value DOCUMENT-END] STREAM-END, and nothing more. */
static struct tree *read_stream(struct reader *reader)
{
    cleanup_tree struct tree *root = NULL;

    for (;;) {
        yaml_event_t event __attribute__((cleanup(yaml_event_delete))) = {0};
        if (next_event(reader, &event) < 0)
            return NULL;
        if (event.type == YAML_STREAM_END_EVENT)
            break;
        if (event.type == YAML_STREAM_START_EVENT ||
            event.type == YAML_DOCUMENT_END_EVENT)
            continue;
        if (event.type == YAML_DOCUMENT_START_EVENT && root) {
            tree_fail(reader->builder, line_of(&event),
                      "a second document begins here");
            return NULL;
        }
        if (event.type == YAML_DOCUMENT_START_EVENT)
            continue;
        root = read_value(reader, &event, 0);
        if (!root)
            return NULL;
    }
    if (root)
        return steal(&root);
    root = tree_new(reader->builder, TREE_NULL, 1, 0);
    if (root)
        root->text = xstrdup("");
    return steal(&root);
}

struct tree *tree_read_yaml(struct tree_builder *builder, const char *bytes,
                            size_t size)
{
    struct reader reader = {.builder = builder, .bytes = bytes, .size = size};

    if (!yaml_parser_initialize(&reader.parser)) {
        tree_fail(builder, 0, "cannot start the YAML parser: out of memory");
        return NULL;
    }
    yaml_parser_set_encoding(&reader.parser, YAML_UTF8_ENCODING);
    yaml_parser_set_input_string(&reader.parser, (const unsigned char *)bytes, size);
    struct tree *root = read_stream(&reader);
    yaml_parser_delete(&reader.parser);
    for (size_t i = 0; i < reader.n_anchors; i++)
        free(reader.anchors[i].name);
    free(reader.anchors);
    return root;
}

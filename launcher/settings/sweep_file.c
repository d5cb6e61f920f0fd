#include "launcher/settings/sweep_file.h"

#include <ctype.h>
#include <string.h>

#include "launcher/common/files/file.h"
#include "launcher/common/memory.h"
#include "launcher/common/text/unquote.h"
#include "launcher/settings/apply.h"
#include "launcher/settings/value_shown.h"
#include "launcher/settings/values.h"

const char *const sweep_file_keys[] = {"command", "params",  "grid", "points",
                                       "split",   "profile", NULL};

struct reader {
    const char *source;
    struct sweep_file *file;
    struct error *err;
};

void sweep_file_release(struct sweep_file *file)
{
    words_release(&file->command);
    words_release(&file->grid);
    words_release(&file->points);
}

static int read_command(struct reader *reader, const struct tree *command)
{
    if (command->kind == TREE_SCALAR) {
        if (unquote_words(command->text, &reader->file->command, reader->err) < 0) {
            cleanup_free char *place = tree_place(reader->source, command->line);
            return error_prefix(reader->err, "%s: command", place);
        }
        return 0;
    }
    if (command->kind != TREE_LIST)
        return apply_fail(reader->source, command->line, reader->err,
                          "'command' takes one text or a list of words");
    for (size_t i = 0; i < command->count; i++) {
        if (command->children[i]->kind != TREE_SCALAR)
            return apply_fail(reader->source, command->children[i]->line, reader->err,
                              "each word of 'command' must be a text");
        words_add(&reader->file->command, command->children[i]->text);
    }
    return 0;
}

static int read_points(struct reader *reader, const struct tree *points)
{
    cleanup_free char *folder = path_dir(reader->source);
    const struct tree *only[1] = {points};
    const struct tree *const *items = only;
    size_t count = 1;

    if (points->kind == TREE_LIST) {
        items = (const struct tree *const *)points->children;
        count = points->count;
    }
    for (size_t i = 0; i < count; i++) {
        if (items[i]->kind != TREE_SCALAR || !*items[i]->text)
            return apply_fail(reader->source, items[i]->line, reader->err,
                              "'points' takes a file name or a list of them");
        words_take(&reader->file->points, strcmp(folder, ".") == 0
                                              ? xstrdup(items[i]->text)
                                              : path_join(folder, items[i]->text));
    }
    return 0;
}

/* The words that are parameters (docs/architecture.md): [+~]*NAME. */
static bool is_key(const char *key)
{
    key += strspn(key, "+~");
    if (!isalpha((unsigned char)*key) && *key != '_')
        return false;
    for (; *key; key++) {
        if (!isalnum((unsigned char)*key) && !strchr("_.@/-", *key))
            return false;
    }
    return true;
}

/* No grammar of plan_split_values() sees more than one plain value in it. */
static bool is_plain(const char *value)
{
    if (!*value)
        return false;
    for (; *value; value++) {
        if (!isalnum((unsigned char)*value) && !strchr("_-/+.%*@?|:", *value))
            return false;
    }
    return true;
}

/* One value, in quotes where plan_split_values() would else take it apart. */
static void add_quoted(struct text *element, const char *value)
{
    if (is_plain(value)) {
        text_add(element, value);
        return;
    }
    text_add_char(element, '\'');
    for (const char *c = value; *c; c++) {
        size_t n_slashes = strspn(c, "\\");
        /* Hydra's rule: backslashes count only where they stand before a quote. */
        if (n_slashes && (c[n_slashes] == '\'' || !c[n_slashes])) {
            for (size_t i = 0; i < 2 * n_slashes; i++)
                text_add_char(element, '\\');
            c += n_slashes - 1;
            continue;
        }
        if (n_slashes) {
            text_add_bytes(element, c, n_slashes);
            c += n_slashes - 1;
            continue;
        }
        if (*c == '\'')
            text_add_char(element, '\\');
        text_add_char(element, *c);
    }
    text_add_char(element, '\'');
}

static int add_item(struct reader *reader, const char *key, const struct tree *item,
                    struct text *element)
{
    switch (item->kind) {
    case TREE_NULL:
        text_add(element, "null");
        return 0;
    case TREE_SCALAR:
        add_quoted(element, item->text);
        return 0;
    case TREE_LIST: /* a value that is a list, as Hydra writes it */
        text_add_char(element, '[');
        for (size_t i = 0; i < item->count; i++) {
            if (i)
                text_add_char(element, ',');
            if (add_item(reader, key, item->children[i], element) < 0)
                return -1;
        }
        text_add_char(element, ']');
        return 0;
    case TREE_MAP:
        break;
    }
    return apply_fail(reader->source, item->line, reader->err,
                      "a value of '%s' is a map: write it as a text in quotes", key);
}

static int read_values(struct reader *reader, const char *key, int line,
                       const struct tree *value)
{
    cleanup_text struct text element = {0};

    if (value->kind == TREE_LIST && value->count == 0)
        return apply_fail(reader->source, line, reader->err,
                          "parameter '%s' has an empty list of values", key);
    if (value->kind == TREE_NULL && !*value->text)
        return apply_fail(reader->source, line, reader->err,
                          "parameter '%s' has no value: write null or \"\"", key);
    text_addf(&element, "%s=", key);
    if (value->kind == TREE_LIST) {
        for (size_t i = 0; i < value->count; i++) {
            if (i)
                text_add_char(&element, ',');
            if (add_item(reader, key, value->children[i], &element) < 0)
                return -1;
        }
    } else {
        text_add(&element, value->text);
    }
    words_take(&reader->file->grid, text_take(&element));
    return 0;
}

/* Depth is bounded by LIMIT_DEPTH of the tree. */
static int read_params(struct reader *reader, const struct tree *map,
                       const char *prefix)
{
    for (size_t i = 0; i < map->count; i++) {
        cleanup_free char *key = xasprintf("%s%s", prefix, map->keys[i]);
        const struct tree *value = map->children[i];
        int rc;
        if (!is_key(map->keys[i]) || strlen(key) > 1000) {
            cleanup_free char *shown = value_shown(key);
            return apply_fail(reader->source, map->key_lines[i], reader->err,
                              "'%s' cannot be a parameter's name", shown);
        }
        if (value->kind == TREE_MAP) {
            cleanup_free char *below = xasprintf("%s.", key);
            rc = read_params(reader, value, below);
        } else {
            rc = read_values(reader, key, map->key_lines[i], value);
        }
        if (rc < 0)
            return -1;
    }
    return 0;
}

/* As --grid takes them, and resolved.yaml keeps them. */
static int read_elements(struct reader *reader, const struct tree *list)
{
    for (size_t i = 0; i < list->count; i++) {
        if (list->children[i]->kind != TREE_SCALAR)
            return apply_fail(reader->source, list->children[i]->line, reader->err,
                              "each element of 'grid' is a text, \"name=a,b\"");
        words_add(&reader->file->grid, list->children[i]->text);
    }
    return 0;
}

static int read_grid(struct reader *reader, const struct tree *tree)
{
    const struct tree *params = tree_get(tree, "params");
    const struct tree *grid = tree_get(tree, "grid");

    if (params && grid)
        return apply_fail(reader->source, grid->line, reader->err,
                          "'params' and 'grid' are the same: keep one");
    if (!params)
        params = grid;
    if (!params || params->kind == TREE_NULL)
        return 0;
    if (params == grid && grid->kind == TREE_LIST)
        return read_elements(reader, grid);
    if (params->kind != TREE_MAP)
        return apply_fail(reader->source, params->line, reader->err,
                          "'params' takes names, each with its values");
    return read_params(reader, params, "");
}

/* resolved.yaml of `run` says it. */
static int read_split(struct reader *reader, const struct tree *split)
{
    bool is_no = split->kind == TREE_SCALAR &&
                 (strcmp(split->text, "no") == 0 || strcmp(split->text, "false") == 0);
    bool is_yes = split->kind == TREE_SCALAR &&
                  (strcmp(split->text, "yes") == 0 || strcmp(split->text, "true") == 0);

    reader->file->no_split = is_no;
    return is_no || is_yes ? 0
                           : apply_fail(reader->source, split->line, reader->err,
                                        "'split' is yes or no");
}

int sweep_file_read(const struct tree *tree, const char *source,
                    struct sweep_file *ret_file, struct error *err)
{
    struct sweep_file file = {0};
    struct reader reader = {.source = source, .file = &file, .err = err};
    const struct tree *command = tree_get(tree, "command");
    const struct tree *points = tree_get(tree, "points");
    const struct tree *split = tree_get(tree, "split");

    if ((split && split->kind != TREE_NULL && read_split(&reader, split) < 0) ||
        (command && command->kind != TREE_NULL && read_command(&reader, command) < 0) ||
        (points && points->kind != TREE_NULL && read_points(&reader, points) < 0) ||
        read_grid(&reader, tree) < 0) {
        sweep_file_release(&file);
        return -1;
    }
    *ret_file = file;
    return 0;
}

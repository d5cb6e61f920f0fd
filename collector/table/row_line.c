#include "collector/table/row_line.h"

#include <jansson.h>
#include <stdlib.h>
#include <string.h>

#include "collector/table/result_string.h"
#include "collector/table/result_text.h"
#include "collector/table/result_tree.h"
#include "launcher/common/memory.h"
#include "launcher/common/trees/json_io.h"

/* A result is copied, and at each null its place is looked up among the numbers that
 * JSON could not say. The text was read as a tree before: it is whole. */
struct restore {
    const char *at, *end, *copied;
    const json_t *tokens; /* borrowed: "val_loss" → "NaN" */
    const char *prefix;   /* borrowed: in front of their names */
    struct text path, *to;
};

static void leave(struct restore *restore, size_t size)
{
    restore->path.size = size;
    if (restore->path.bytes)
        restore->path.bytes[size] = '\0';
}

static void skip_space(struct restore *restore)
{
    while (restore->at < restore->end && strchr(" \t\r\n", *restore->at))
        restore->at++;
}

static void restore_value(struct restore *restore);

/* "NaN", "-Infinity", or a number beyond a double. */
static bool is_token(const char *token)
{
    size_t size = strlen(token);

    return result_text_nonfinite(token, size) ||
           (size > 0 && strspn(token, "+-.0123456789Ee") == size);
}

static void put_token(struct restore *restore)
{
    size_t skip = strlen(restore->prefix);
    const char *path = text_string(&restore->path);
    const char *token =
        strncmp(path, restore->prefix, skip) == 0
            ? json_string_value(json_object_get(restore->tokens, path + skip))
            : NULL;

    if (!token || !is_token(token))
        return;
    text_add_bytes(restore->to, restore->copied,
                   (size_t)(restore->at - restore->copied));
    text_add(restore->to, token);
    restore->copied = restore->at + 4;
}

static void restore_members(struct restore *restore, bool is_list)
{
    size_t path_size = restore->path.size;

    restore->at++;
    for (size_t i = 0; restore->at < restore->end; i++) {
        skip_space(restore);
        if (restore->at < restore->end && strchr("]}", *restore->at))
            break;
        if (is_list) {
            text_addf(&restore->path, "[%zu]", i);
        } else {
            if (path_size > 0)
                text_add_char(&restore->path, '.');
            if (!result_string_read(&restore->at, restore->end, &restore->path)) {
                restore->at = restore->end;
                return;
            }
            skip_space(restore);
            restore->at++; /* the colon */
        }
        restore_value(restore);
        leave(restore, path_size);
        skip_space(restore);
        if (restore->at < restore->end && *restore->at == ',')
            restore->at++;
    }
    restore->at += restore->at < restore->end;
}

static void restore_value(struct restore *restore)
{
    skip_space(restore);
    if (restore->at >= restore->end)
        return;
    if (*restore->at == '{' || *restore->at == '[') {
        restore_members(restore, *restore->at == '[');
        return;
    }
    if (*restore->at == '"') {
        cleanup_text struct text ignored = {0};
        if (!result_string_read(&restore->at, restore->end, &ignored))
            restore->at = restore->end;
        return;
    }
    if (restore->end - restore->at >= 4 && memcmp(restore->at, "null", 4) == 0)
        put_token(restore);
    while (restore->at < restore->end && !strchr(",]} \t\r\n", *restore->at))
        restore->at++;
}

/* Whose metrics are the "metrics" of the result, or the whole: row.h. */
static char *restored(const char *result, size_t size, const json_t *row)
{
    struct text text = {0};
    const json_t *tree = json_object_get(row, "result");
    struct restore restore = {
        .at = result,
        .end = result + size,
        .copied = result,
        .tokens = json_object_get(row, "nonfinite"),
        .prefix = json_is_object(json_object_get(tree, "metrics")) ? "metrics." : "",
        .to = &text};

    if (json_is_object(restore.tokens) && json_object_size(restore.tokens) > 0)
        restore_value(&restore);
    text_add_bytes(&text, restore.copied, (size_t)(restore.end - restore.copied));
    text_release(&restore.path);
    return text_take(&text);
}

static char *bytes_of(const json_t *row, const char *key)
{
    char *bytes = jsonio_get_bytes(json_object_get(row, key));

    return bytes ? bytes : xstrdup("");
}

bool row_line_read(const char *line, size_t size, struct row_line *ret_line)
{
    cleanup_words struct words ignored = {0};
    json_auto_t *row = result_tree(line, size, &ignored);
    const char *result = NULL;
    size_t result_size = 0;

    if (!row || strcmp(jsonio_string(row, "type", ""), "row") != 0)
        return false;
    long long attempt = jsonio_integer(row, "attempt", 0);
    long long number = jsonio_integer(row, "result_number", 0);
    long long n_results = jsonio_integer(row, "n_results", 0);
    *ret_line = (struct row_line){
        .point = bytes_of(row, "point"),
        .attempt = attempt > 0 && attempt <= 1000000000 ? (long)attempt : 0,
        .job_id = bytes_of(row, "job_id"),
        .output = bytes_of(row, "output"),
        .number = number > 0 ? (size_t)number : 0,
        .n_results = n_results > 0 ? (size_t)n_results : 0};
    if (json_is_object(json_object_get(row, "result")) &&
        result_text_member(line, size, "result", &result, &result_size))
        ret_line->result = restored(result, result_size, row);
    return true;
}

void row_line_release(struct row_line *line)
{
    free(line->point);
    free(line->job_id);
    free(line->output);
    free(line->result);
    *line = (struct row_line){0};
}

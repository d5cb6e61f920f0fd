#include "collector/table/result_tree.h"

#include <ctype.h>
#include <errno.h>
#include <math.h>
#include <stdbool.h>
#include <stdlib.h>
#include <string.h>

#include "collector/table/result_string.h"
#include "collector/table/result_text.h"
#include "launcher/common/memory.h"

struct reader {
    const char *at, *end;
    unsigned depth;
    struct text path; /* where we are: "metrics.history[3]" */
    struct words *nonfinite;
};

static json_t *read_value(struct reader *reader);

static void skip_space(struct reader *reader)
{
    while (reader->at < reader->end && (*reader->at == ' ' || *reader->at == '\t' ||
                                        *reader->at == '\n' || *reader->at == '\r'))
        reader->at++;
}

static bool take(struct reader *reader, const char *word)
{
    size_t size = strlen(word);

    if ((size_t)(reader->end - reader->at) < size ||
        memcmp(reader->at, word, size) != 0)
        return false;
    reader->at += size;
    return true;
}

/* Each step of the path is taken back by cutting the path to its former size. */
static void leave(struct reader *reader, size_t size)
{
    reader->path.size = size;
    if (reader->path.bytes)
        reader->path.bytes[size] = '\0';
}

/* ---- strings ---- */

static bool read_string(struct reader *reader, struct text *text)
{
    return result_string_read(&reader->at, reader->end, text);
}

static json_t *read_text_value(struct reader *reader)
{
    cleanup_text struct text text = {0};

    if (!read_string(reader, &text))
        return NULL;
    return json_stringn_nocheck(text_string(&text), text.size);
}

/* ---- numbers ---- */

static json_t *nonfinite_value(struct reader *reader, const char *token)
{
    if (reader->nonfinite->count < RESULT_TREE_MAX_NONFINITE)
        words_addf(reader->nonfinite, "%s=%s", text_string(&reader->path), token);
    return json_null();
}

static size_t skip_digits(struct reader *reader)
{
    const char *start = reader->at;

    while (reader->at < reader->end && *reader->at >= '0' && *reader->at <= '9')
        reader->at++;
    return (size_t)(reader->at - start);
}

/* Step over one JSON number; `*ret_is_integer` tells its kind. */
static bool skip_number(struct reader *reader, bool *ret_is_integer)
{
    *ret_is_integer = true;
    take(reader, "-");
    if (!take(reader, "0") && skip_digits(reader) == 0)
        return false;
    if (take(reader, ".")) {
        *ret_is_integer = false;
        if (skip_digits(reader) == 0)
            return false;
    }
    if (take(reader, "e") || take(reader, "E")) {
        *ret_is_integer = false;
        if (!take(reader, "+"))
            take(reader, "-");
        if (skip_digits(reader) == 0)
            return false;
    }
    return true;
}

static json_t *read_number(struct reader *reader)
{
    const char *start = reader->at;
    bool is_integer;

    if (!skip_number(reader, &is_integer))
        return NULL;
    cleanup_free char *token = xmemdup(start, (size_t)(reader->at - start));
    errno = 0;
    if (is_integer) {
        long long integer = strtoll(token, NULL, 10);
        if (errno == 0)
            return json_integer(integer);
    }
    double real = strtod(token, NULL);
    return isfinite(real) ? json_real(real) : nonfinite_value(reader, token);
}

static bool is_digit(char c)
{
    return c >= '0' && c <= '9';
}

static json_t *read_word(struct reader *reader)
{
    const char *start = reader->at;

    while (reader->at < reader->end && (*reader->at == '-' || *reader->at == '+' ||
                                        isalpha((unsigned char)*reader->at)))
        reader->at++;
    const char *word = result_text_nonfinite(start, (size_t)(reader->at - start));
    return word ? nonfinite_value(reader, word) : NULL;
}

/* ---- lists and objects ---- */

static bool read_items(struct reader *reader, json_t *list)
{
    size_t path_size = reader->path.size;

    for (size_t i = 0;; i++) {
        text_addf(&reader->path, "[%zu]", i);
        json_t *item = read_value(reader);
        leave(reader, path_size);
        if (!item || json_array_append_new(list, item) < 0)
            return false;
        skip_space(reader);
        if (take(reader, "]"))
            return true;
        if (!take(reader, ","))
            return false;
    }
}

static bool read_member(struct reader *reader, json_t *object)
{
    cleanup_text struct text key = {0};
    size_t path_size = reader->path.size;

    skip_space(reader);
    if (!read_string(reader, &key))
        return false;
    skip_space(reader);
    if (!take(reader, ":"))
        return false;
    if (path_size > 0)
        text_add_char(&reader->path, '.');
    text_add(&reader->path, text_string(&key));
    json_t *value = read_value(reader);
    leave(reader, path_size);
    return value && json_object_set_new_nocheck(object, text_string(&key), value) == 0;
}

static bool read_members(struct reader *reader, json_t *object)
{
    for (;;) {
        if (!read_member(reader, object))
            return false;
        skip_space(reader);
        if (take(reader, "}"))
            return true;
        if (!take(reader, ","))
            return false;
    }
}

static json_t *read_container(struct reader *reader, bool is_list)
{
    json_auto_t *value = is_list ? json_array() : json_object();
    bool is_good;

    if (reader->depth == RESULT_TREE_MAX_DEPTH)
        return NULL;
    reader->depth++;
    skip_space(reader);
    if (take(reader, is_list ? "]" : "}"))
        is_good = true;
    else
        is_good = is_list ? read_items(reader, value) : read_members(reader, value);
    reader->depth--;
    return is_good ? json_incref(value) : NULL;
}

static json_t *read_value(struct reader *reader)
{
    skip_space(reader);
    if (reader->at == reader->end)
        return NULL;
    switch (*reader->at) {
    case '{':
    case '[':
        return read_container(reader, *reader->at++ == '[');
    case '"':
        return read_text_value(reader);
    case 't':
        return take(reader, "true") ? json_true() : NULL;
    case 'f':
        return take(reader, "false") ? json_false() : NULL;
    case 'n':
        return take(reader, "null") ? json_null() : read_word(reader);
    case 'N':
    case 'I':
    case 'i':
    case '+':
        return read_word(reader);
    case '-':
        if (reader->end - reader->at > 1 && !is_digit(reader->at[1]))
            return read_word(reader);
        return read_number(reader);
    default:
        return read_number(reader);
    }
}

json_t *result_tree(const char *json, size_t size, struct words *nonfinite)
{
    struct reader reader = {.at = json, .end = json + size, .nonfinite = nonfinite};
    json_auto_t *root = NULL;

    skip_space(&reader);
    if (reader.at < reader.end && *reader.at == '{')
        root = read_value(&reader);
    skip_space(&reader);
    text_release(&reader.path);
    return root && reader.at == reader.end ? json_incref(root) : NULL;
}

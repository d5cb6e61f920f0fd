#include "launcher/plan/jsonl.h"

#include <jansson.h>
#include <stdlib.h>
#include <string.h>

#include "launcher/common/memory.h"
#include "launcher/common/text/utf8.h"
#include "launcher/common/trees/json_io.h"

/* One object a line. The text of numbers must stay as written (1e-3, 1.0, 20 digits),
 * so jansson reads only strings with escapes and nested values; the object is cut up
 * here. */
struct jsonl {
    const char *at;
    const char *end; /* of the line */
    const char *source;
    size_t line;
};

static int fail(const struct jsonl *json, const char *why, struct error *err)
{
    return file_rows_fail(json->source, json->line, err, "%s", why);
}

static void skip_blanks(struct jsonl *json)
{
    while (json->at < json->end && memchr(" \t\r", *json->at, 3))
        json->at++;
}

static bool is_next(struct jsonl *json, char c)
{
    skip_blanks(json);
    if (json->at == json->end || *json->at != c)
        return false;
    json->at++;
    return true;
}

/* Steps over a string that starts at `at`; false when it does not end. */
static bool skip_string(struct jsonl *json)
{
    for (json->at++; json->at < json->end; json->at++) {
        if (*json->at == '\\')
            json->at++;
        else if (*json->at == '"') {
            json->at++;
            return true;
        }
    }
    json->at = json->end;
    return false;
}

/* Steps over a list or an object. Whether it is well-formed is for jansson to say. */
static bool skip_nested(struct jsonl *json)
{
    size_t depth = 0;

    while (json->at < json->end) {
        char c = *json->at;
        if (c == '"') {
            if (!skip_string(json))
                return false;
            continue;
        }
        json->at++;
        depth += c == '{' || c == '[' ? 1 : 0;
        if ((c == '}' || c == ']') && --depth == 0)
            return true;
    }
    return false;
}

static bool is_plain_string(const char *bytes, size_t size)
{
    for (size_t i = 0; i < size; i++) {
        if (bytes[i] == '\\' || (unsigned char)bytes[i] < 0x20)
            return false;
    }
    return utf8_is_valid(bytes, size);
}

static json_t *parse_nested(const struct jsonl *json, const char *start,
                            struct error *err)
{
    json_error_t why;
    json_t *value = json_loadb(start, (size_t)(json->at - start),
                               JSON_DECODE_ANY | JSON_REJECT_DUPLICATES |
                                   JSON_ALLOW_NUL | JSON_DECODE_INT_AS_REAL,
                               &why);

    if (!value)
        fail(json, why.text, err);
    return value;
}

/* A string's own bytes. Owned, or NULL with `err` set. */
static char *read_string(struct jsonl *json, struct error *err)
{
    const char *start = json->at;

    if (json->at == json->end || *json->at != '"') {
        fail(json, "a name in double quotes is missing", err);
        return NULL;
    }
    if (!skip_string(json)) {
        fail(json, "a string is never closed", err);
        return NULL;
    }
    size_t size = (size_t)(json->at - start) - 2;
    if (is_plain_string(start + 1, size))
        return xmemdup(start + 1, size);
    json_auto_t *value = parse_nested(json, start, err);
    if (!value)
        return NULL;
    if (strlen(json_string_value(value)) != json_string_length(value)) {
        fail(json, "a NUL character, which no argument can hold", err);
        return NULL;
    }
    return xstrdup(json_string_value(value));
}

static char *read_nested(struct jsonl *json, struct error *err)
{
    const char *start = json->at;

    if (!skip_nested(json)) {
        fail(json, "a list or an object is never closed", err);
        return NULL;
    }
    json_auto_t *value = parse_nested(json, start, err);
    if (!value)
        return NULL;
    if (json_object_size(value) == 1 && json_object_get(value, "base64")) {
        char *bytes = jsonio_get_bytes(value);
        if (!bytes)
            fail(json, "\"base64\" is not base64, or holds a NUL byte", err);
        return bytes;
    }
    return xmemdup(start, (size_t)(json->at - start));
}

static size_t count_digits(const char *text)
{
    return strspn(text, "0123456789");
}

/* RFC 8259, and the three that Python's json writes besides. */
static bool is_number(const char *text)
{
    static const char *const others[] = {"NaN", "Infinity", "-Infinity"};

    for (size_t i = 0; i < sizeof others / sizeof *others; i++) {
        if (strcmp(text, others[i]) == 0)
            return true;
    }
    text += *text == '-';
    size_t digits = count_digits(text);
    if (digits == 0 || (digits > 1 && *text == '0'))
        return false;
    text += digits;
    if (*text == '.') {
        if (count_digits(++text) == 0)
            return false;
        text += count_digits(text);
    }
    if (*text == 'e' || *text == 'E') {
        text += 1 + (text[1] == '+' || text[1] == '-');
        if (count_digits(text) == 0)
            return false;
        text += count_digits(text);
    }
    return *text == '\0';
}

static char *read_bare(struct jsonl *json, struct error *err)
{
    const char *start = json->at;

    while (json->at < json->end && !memchr(",}] \t\r", *json->at, 6))
        json->at++;
    cleanup_free char *word = xmemdup(start, (size_t)(json->at - start));
    if (strlen(word) == (size_t)(json->at - start) &&
        (strcmp(word, "true") == 0 || strcmp(word, "false") == 0 ||
         strcmp(word, "null") == 0 || is_number(word)))
        return steal(&word);
    file_rows_fail(json->source, json->line, err,
                   "'%.40s' is no JSON value; write text in double quotes", word);
    return NULL;
}

static char *read_value(struct jsonl *json, struct error *err)
{
    skip_blanks(json);
    char first = json->at < json->end ? *json->at : '\0';
    if (first == '"')
        return read_string(json, err);
    if (first == '{' || first == '[')
        return read_nested(json, err);
    return read_bare(json, err);
}

static int read_object(struct jsonl *json, struct file_rows *rows, struct error *err)
{
    if (!is_next(json, '{'))
        return fail(json, "no object; write one {\"name\": value, …} a line", err);
    file_rows_begin(rows, json->source, json->line);
    bool is_end = is_next(json, '}');
    while (!is_end) {
        skip_blanks(json);
        cleanup_free char *key = read_string(json, err);
        if (!key)
            return -1;
        if (!is_next(json, ':'))
            return fail(json, "':' is missing behind a name", err);
        char *value = read_value(json, err);
        if (!value || file_rows_add(rows, steal(&key), value, err) < 0)
            return -1;
        is_end = is_next(json, '}');
        if (!is_end && !is_next(json, ','))
            return fail(json, "',' or '}' is missing behind a value", err);
    }
    skip_blanks(json);
    if (json->at < json->end)
        return fail(json, "text behind the object; write one object a line", err);
    return file_rows_end(rows, err);
}

int jsonl_read(const char *bytes, size_t size, const char *source,
               struct file_rows *rows, struct error *err)
{
    const char *end = bytes + size;
    struct jsonl json = {.at = bytes, .source = source};

    while (json.at < end) {
        const char *newline = memchr(json.at, '\n', (size_t)(end - json.at));
        json.end = newline ? newline : end;
        json.line++;
        skip_blanks(&json);
        if (json.at < json.end && read_object(&json, rows, err) < 0)
            return -1;
        json.at = newline ? newline + 1 : end;
    }
    return 0;
}

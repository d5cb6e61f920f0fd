#include "collector/table/result_text.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>

#include "collector/table/result_string.h"
#include "launcher/common/memory.h"
#include "launcher/common/text/utf8.h"

#define LONG_NUMBER 300 /* digits from which on an integer may be beyond a double */

/* Behind the string's last quote; `at` is its first. The end where it is torn. */
static size_t string_end(const char *json, size_t size, size_t at)
{
    for (at++; at < size && json[at] != '"'; at++) {
        if (json[at] == '\\')
            at++;
    }
    return at < size ? at + 1 : size;
}

/* The value of \uXXXX at `at`, or 0 if that is not what stands there. */
static unsigned unicode_at(const char *json, size_t size, size_t at)
{
    char digits[5] = "";

    if (size < 6 || at > size - 6 || json[at] != '\\' || json[at + 1] != 'u')
        return 0;
    memcpy(digits, json + at + 2, 4);
    return (unsigned)strtoul(digits, NULL, 16);
}

/* A string with its quotes. Escapes stay as written, but for lone surrogates. */
static void add_string(struct text *text, const char *json, size_t size)
{
    size_t at = 0, start = 0;

    while (at < size) {
        if (json[at] != '\\') {
            at++;
            continue;
        }
        unsigned value = unicode_at(json, size, at);
        if (value < 0xD800 || value > 0xDFFF) {
            at += 2;
            continue;
        }
        unsigned low = value < 0xDC00 ? unicode_at(json, size, at + 6) : 0;
        if (low >= 0xDC00 && low <= 0xDFFF) {
            at += 12;
            continue;
        }
        utf8_add_clean(text, json + start, at - start);
        text_add(text, "\\ufffd");
        at += 6;
        start = at;
    }
    utf8_add_clean(text, json + start, size - start);
}

static bool is_token_char(char c)
{
    return (c >= '0' && c <= '9') || (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') ||
           c == '-' || c == '+' || c == '.';
}

static bool is_beyond_double(const char *token, size_t size)
{
    bool has_exponent = memchr(token, 'e', size) || memchr(token, 'E', size);

    if (token[0] == 't' || token[0] == 'f' || token[0] == 'n' ||
        (!has_exponent && size < LONG_NUMBER))
        return false;
    cleanup_free char *copy = xmemdup(token, size);
    return !isfinite(strtod(copy, NULL));
}

const char *result_text_nonfinite(const char *token, size_t size)
{
    bool is_negative = size > 0 && token[0] == '-';
    bool has_sign = is_negative || (size > 0 && token[0] == '+');
    const char *word = token + has_sign;

    size -= has_sign;
    if (size == 3 && strncasecmp(word, "nan", 3) == 0)
        return "NaN";
    if ((size == 3 || size == 8) && strncasecmp(word, "infinity", size) == 0)
        return is_negative ? "-Infinity" : "Infinity";
    return NULL;
}

static void add_token(struct text *text, const char *token, size_t size)
{
    if (result_text_nonfinite(token, size) || is_beyond_double(token, size))
        text_add(text, "null");
    else
        text_add_bytes(text, token, size);
}

void result_text_add(struct text *text, const char *json, size_t size)
{
    size_t at = 0;

    while (at < size) {
        size_t start = at;
        if (json[at] == '"') {
            at = string_end(json, size, at);
            add_string(text, json + start, at - start);
        } else if (is_token_char(json[at])) {
            while (at < size && is_token_char(json[at]))
                at++;
            add_token(text, json + start, at - start);
        } else {
            bool is_break = json[at] == '\n' || json[at] == '\r';
            text_add_char(text, is_break ? ' ' : json[at]);
            at++;
        }
    }
}

static bool is_space(char c)
{
    return c == ' ' || c == '\t' || c == '\n' || c == '\r';
}

/* Behind the value at `at`: the ',' or '}' that ends it in its object. */
static size_t value_end(const char *json, size_t size, size_t at)
{
    size_t depth = 0;

    while (at < size) {
        char c = json[at];
        if (c == '"') {
            at = string_end(json, size, at);
            continue;
        }
        if (depth == 0 && (c == ',' || c == '}'))
            return at;
        if (c == '{' || c == '[')
            depth++;
        else if ((c == '}' || c == ']') && depth > 0)
            depth--;
        at++;
    }
    return size;
}

void result_text_each_member(const char *json, size_t size,
                             result_text_member_fn on_member, void *context)
{
    cleanup_text struct text name = {0};
    size_t at = 0;

    while (at < size && json[at] != '"')
        at++;
    while (at < size && json[at] == '"') {
        const char *behind = json + at;
        text_clear(&name);
        if (!result_string_read(&behind, json + size, &name))
            return;
        at = (size_t)(behind - json);
        while (at < size && (is_space(json[at]) || json[at] == ':'))
            at++;
        size_t end = value_end(json, size, at), last = end;
        while (last > at && is_space(json[last - 1]))
            last--;
        on_member(context, text_string(&name), json + at, last - at);
        for (at = end; at < size && json[at] != '"'; at++)
            ;
    }
}

struct wanted {
    const char *key;
    const char *value;
    size_t size;
};

static void take_wanted(void *context, const char *name, const char *value, size_t size)
{
    struct wanted *wanted = context;

    if (strcmp(name, wanted->key) != 0)
        return;
    wanted->value = value;
    wanted->size = size;
}

bool result_text_member(const char *json, size_t size, const char *key,
                        const char **ret_value, size_t *ret_size)
{
    struct wanted wanted = {.key = key};

    result_text_each_member(json, size, take_wanted, &wanted);
    if (!wanted.value)
        return false;
    *ret_value = wanted.value;
    *ret_size = wanted.size;
    return true;
}

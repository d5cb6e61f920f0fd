#include "collector/outcome/result_status.h"

#include <ctype.h>
#include <stdbool.h>
#include <stdio.h>
#include <string.h>

#include "launcher/common/memory.h"
#include "launcher/common/text/text.h"
#include "launcher/common/text/utf8.h"

static const char member[] = "status";

static const struct {
    const char *word;
    enum result_status says;
} words[] = {
    {"completed", RESULT_SAYS_COMPLETED}, {"complete", RESULT_SAYS_COMPLETED},
    {"success", RESULT_SAYS_COMPLETED},   {"succeeded", RESULT_SAYS_COMPLETED},
    {"ok", RESULT_SAYS_COMPLETED},        {"done", RESULT_SAYS_COMPLETED},
    {"finished", RESULT_SAYS_COMPLETED},  {"failed", RESULT_SAYS_FAILED},
    {"failure", RESULT_SAYS_FAILED},      {"error", RESULT_SAYS_FAILED},
    {"crashed", RESULT_SAYS_FAILED},      {"timeout", RESULT_SAYS_TIMEOUT},
};

/* Behind the closing quote of the string that begins at `at`. */
static size_t skip_string(const char *json, size_t size, size_t at)
{
    for (at++; at < size && json[at] != '"'; at++)
        at += json[at] == '\\';
    return at < size ? at + 1 : size;
}

static size_t skip_space(const char *json, size_t size, size_t at)
{
    while (at < size && strchr(" \t\r\n", json[at]) && json[at])
        at++;
    return at;
}

static int hex_digit(char c)
{
    return c >= '0' && c <= '9'   ? c - '0'
           : c >= 'a' && c <= 'f' ? c - 'a' + 10
           : c >= 'A' && c <= 'F' ? c - 'A' + 10
                                  : -1;
}

/* The character at `*at` of a whole string, which moves behind it; of \uXXXX only what
 * is ASCII, else -1. */
static int next_char(const char *json, size_t end, size_t *at)
{
    int value = 0;

    if (json[*at] != '\\' || *at + 1 >= end)
        return (unsigned char)json[(*at)++];
    char c = json[*at + 1];
    *at += 2;
    if (c != 'u' || end - *at < 4)
        return c == '"' || c == '\\' || c == '/' ? c : -1;
    for (int i = 0; i < 4; i++)
        value = value * 16 + hex_digit(json[*at + (size_t)i]);
    *at += 4;
    return value > 0 && value < 0x80 ? value : -1;
}

/* Is the string between the quotes at `at` and before `end` this word? */
static bool is_word(const char *json, size_t at, size_t end, const char *word,
                    bool is_any_case)
{
    at++;
    end--;
    for (; at < end && *word; word++) {
        int c = next_char(json, end, &at);
        if (c != *word && !(is_any_case && c > 0 && tolower(c) == *word))
            return false;
    }
    return at >= end && !*word;
}

/* The value of the object's own member, not of one inside another: its place, or
 * `size`. */
static size_t find_value(const char *json, size_t size)
{
    size_t found = size, at = 0;
    unsigned depth = 0;

    while (at < size) {
        char c = json[at];
        size_t start = at;
        at = c == '"' ? skip_string(json, size, at) : at + 1;
        if (c == '{' || c == '[')
            depth++;
        else if (c == '}' || c == ']')
            depth--;
        if (c != '"' || depth != 1 || !is_word(json, start, at, member, false))
            continue;
        size_t colon = skip_space(json, size, at);
        if (colon < size && json[colon] == ':')
            found = at = skip_space(json, size, colon + 1);
    }
    return found;
}

/* A value that is no text, as far as its first blank, comma or bracket. */
static size_t token_end(const char *json, size_t size, size_t at)
{
    size_t start = at;

    while (at < size && (at == start || !strchr(" \t\r\n,]}", json[at]) || !json[at]))
        at++;
    return at;
}

enum result_status result_status(const char *json, size_t size,
                                 char ret_unknown[RESULT_STATUS_WORD])
{
    ret_unknown[0] = '\0';
    if (!memmem(json, size, member, sizeof member - 1) && !memmem(json, size, "\\u", 2))
        return RESULT_SAYS_NOTHING;
    size_t at = find_value(json, size);
    if (at >= size)
        return RESULT_SAYS_NOTHING;
    bool is_text = json[at] == '"';
    size_t end = is_text ? skip_string(json, size, at) : token_end(json, size, at);
    for (size_t i = 0; is_text && i < sizeof words / sizeof *words; i++) {
        if (is_word(json, at, end, words[i].word, true))
            return words[i].says;
    }
    if (!is_text && end - at == 4 && memcmp(json + at, "null", 4) == 0)
        return RESULT_SAYS_NOTHING;
    cleanup_text struct text shown = {.max = RESULT_STATUS_WORD - 1};
    utf8_add_printable(&shown, json + at + is_text, end - at - 2 * (size_t)is_text);
    snprintf(ret_unknown, RESULT_STATUS_WORD, "%s", text_string(&shown));
    return RESULT_SAYS_NOTHING;
}

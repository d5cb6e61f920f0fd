#include "collector/outcome/result_status.h"

#include <stdbool.h>
#include <stdio.h>
#include <string.h>
#include <strings.h>

#include "launcher/common/memory.h"
#include "launcher/common/text/text.h"
#include "launcher/common/text/utf8.h"

static const char member[] = "\"status\"";

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
        if (c != '"' || depth != 1 || at - start != sizeof member - 1 ||
            memcmp(json + start, member, at - start) != 0)
            continue;
        size_t colon = skip_space(json, size, at);
        if (colon < size && json[colon] == ':')
            found = at = skip_space(json, size, colon + 1);
    }
    return found;
}

enum result_status result_status(const char *json, size_t size,
                                 char ret_unknown[RESULT_STATUS_WORD])
{
    ret_unknown[0] = '\0';
    if (!memmem(json, size, member, sizeof member - 1))
        return RESULT_SAYS_NOTHING;
    size_t at = find_value(json, size);
    if (at >= size || json[at] != '"')
        return RESULT_SAYS_NOTHING;
    size_t length = skip_string(json, size, at) - at - 2;
    const char *word = json + at + 1;
    for (size_t i = 0; i < sizeof words / sizeof *words; i++) {
        if (strlen(words[i].word) == length &&
            strncasecmp(words[i].word, word, length) == 0)
            return words[i].says;
    }
    cleanup_text struct text shown = {.max = RESULT_STATUS_WORD - 1};
    utf8_add_printable(&shown, word, length);
    snprintf(ret_unknown, RESULT_STATUS_WORD, "%s", text_string(&shown));
    return RESULT_SAYS_NOTHING;
}

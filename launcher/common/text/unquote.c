#include "launcher/common/text/unquote.h"

#include <string.h>

static bool is_blank(char c)
{
    return c == ' ' || c == '\t' || c == '\n' || c == '\r';
}

static int refuse(char c, const char *line, struct error *err)
{
    return error_set(
        err, ERROR_INPUT,
        "'%c' in '%.200s' needs a shell: put it in single quotes, or write "
        "bash -c '…'",
        c, line);
}

static int take_single(const char **at, const char *line, struct text *word,
                       struct error *err)
{
    const char *end = strchr(*at + 1, '\'');

    if (!end)
        return error_set(err, ERROR_INPUT, "a quote does not close in '%.200s'", line);
    text_add_bytes(word, *at + 1, (size_t)(end - *at - 1));
    *at = end + 1;
    return 0;
}

static int take_double(const char **at, const char *line, struct text *word,
                       struct error *err)
{
    const char *c = *at + 1;

    for (; *c && *c != '"'; c++) {
        if (*c == '$' || *c == '`')
            return refuse(*c, line, err);
        if (*c == '\\' && c[1] && strchr("$`\"\\", c[1]))
            c++;
        text_add_char(word, *c);
    }
    if (!*c)
        return error_set(err, ERROR_INPUT, "a quote does not close in '%.200s'", line);
    *at = c + 1;
    return 0;
}

static int take_word(const char **at, const char *line, struct text *word,
                     struct error *err)
{
    while (**at && !is_blank(**at)) {
        if (**at == '\'') {
            if (take_single(at, line, word, err) < 0)
                return -1;
        } else if (**at == '"') {
            if (take_double(at, line, word, err) < 0)
                return -1;
        } else if (strchr("$`|;&<>", **at)) {
            return refuse(**at, line, err);
        } else {
            if (**at == '\\' && (*at)[1])
                ++*at;
            text_add_char(word, *(*at)++);
        }
    }
    return 0;
}

int unquote_words(const char *line, struct words *ret_words, struct error *err)
{
    cleanup_words struct words words = {0};

    for (const char *at = line;;) {
        while (is_blank(*at))
            at++;
        if (!*at)
            break;
        cleanup_text struct text word = {0};
        if (take_word(&at, line, &word, err) < 0)
            return -1;
        words_take(&words, text_take(&word));
    }
    words_copy(ret_words, &words);
    return 0;
}

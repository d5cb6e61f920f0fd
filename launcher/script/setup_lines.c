#include "launcher/script/setup_lines.h"

#include <string.h>

#include "launcher/common/text/quote.h"
#include "launcher/common/text/utf8.h"

/* Words that are the shell's grammar where a command begins. */
static bool is_reserved(const char *word, size_t size)
{
    static const char *const words[] = {
        "!",     "case",  "coproc", "do", "done", "elif",   "else",
        "esac",  "fi",    "for",    "if", "in",   "select", "then",
        "until", "while", "time",   "[[", "]]",   "return", "function"};

    for (size_t i = 0; i < sizeof words / sizeof *words; i++) {
        if (strlen(words[i]) == size && memcmp(words[i], word, size) == 0)
            return true;
    }
    return false;
}

/* Behind ${NAME}; `at` is the brace. */
static const char *skip_braces(const char *at)
{
    size_t size = strspn(at + 1, "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ"
                                 "0123456789_");

    return size > 0 && at[size + 1] == '}' ? at + size + 2 : NULL;
}

/* Behind a quoted piece that begins at `at`; NULL if it does not end, or holds what is
 * read in it. */
static const char *skip_quoted(const char *at)
{
    char quote = *at++;

    while (at && *at && *at != quote) {
        if (quote == '\'')
            at++;
        else if (*at == '\\')
            at = at[1] ? at + 2 : NULL;
        else if (*at == '$' && at[1] == '{')
            at = skip_braces(at + 1);
        else
            at = *at == '`' || (*at == '$' && strchr("([", at[1])) ? NULL : at + 1;
    }
    return at && *at ? at + 1 : NULL;
}

/* Behind the word that begins at `at`; NULL if it is none, or not a plain one. */
static const char *skip_word(const char *at)
{
    while (at && *at && !strchr(" ;&|<>", *at)) {
        switch (*at) {
        case '\'':
        case '"':
            at = skip_quoted(at);
            break;
        case '\\':
            at = at[1] ? at + 2 : NULL;
            break;
        case '$':
            at = at[1] == '{'             ? skip_braces(at + 1)
                 : strchr("('\"[", at[1]) ? NULL
                                          : at + 1;
            break;
        case '(':
        case ')':
        case '{':
        case '}':
        case '`':
        case '#':
            return NULL;
        default:
            at++;
        }
    }
    return at;
}

/* Behind a redirection to or from a file or a descriptor ("<<" is none). */
static const char *skip_redirection(const char *at)
{
    if (at[0] == '>' && at[1] == '>')
        at += 2;
    else if ((at[0] == '>' || at[0] == '<') && at[1] != '<' && at[1] != '(')
        at += at[1] == '&' ? 2 : 1;
    else
        return NULL;
    at += strspn(at, " ");
    return *at && !strchr(";&|<>", *at) ? skip_word(at) : NULL;
}

/* Behind "&&", "||", "|" or ";"; NULL for anything else. */
static const char *skip_operator(const char *at)
{
    if (strncmp(at, "&&", 2) == 0 || strncmp(at, "||", 2) == 0)
        return at + 2;
    if (*at == '|' && at[1] != '&')
        return at + 1;
    return *at == ';' ? at + 1 : NULL;
}

/* Behind one simple command; NULL if it is none. */
static const char *skip_command(const char *at)
{
    const char *start = at;

    at = skip_word(at);
    if (!at || at == start || is_reserved(start, (size_t)(at - start)))
        return NULL;
    while (at && *at && !strchr(";&|", *at)) {
        if (*at == ' ')
            at++;
        else
            at = *at == '<' || *at == '>' ? skip_redirection(at) : skip_word(at);
    }
    return at;
}

bool setup_lines_is_plain(const char *line)
{
    const char *at = line;

    if (!utf8_is_valid(line, strlen(line)))
        return false;
    for (const char *c = line; *c; c++) {
        if ((unsigned char)*c < 0x20 || *c == 0x7F)
            return false;
    }
    while (true) {
        at = skip_command(at + strspn(at, " "));
        if (!at)
            return false;
        if (!*at)
            return true;
        at = skip_operator(at);
        if (!at)
            return false;
    }
}

void setup_lines_add(const struct words *lines, struct text *text)
{
    if (lines->count == 0)
        return;
    text_add(text, "rl_user_setup() { # as you wrote it\n");
    for (size_t i = 0; i < lines->count; i++) {
        text_addf(text, "    rl_line %zu\n    ", i + 1);
        if (setup_lines_is_plain(lines->items[i])) {
            text_add(text, lines->items[i]);
        } else {
            text_add(text, "eval ");
            quote_shell(text, lines->items[i]);
        }
        text_add_char(text, '\n');
    }
    text_add(text, "    rl_line end\n}\n\n");
}

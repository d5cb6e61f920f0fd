#include "launcher/common/text/quote.h"

#include <ctype.h>
#include <string.h>

#include "launcher/common/text/utf8.h"

static bool is_bare(const char *word)
{
    if (!*word)
        return false;
    for (const char *c = word; *c; c++) {
        if (!isalnum((unsigned char)*c) && !strchr("_@%+:,./-", *c) &&
            !(*c == '=' && c != word))
            return false;
        if ((unsigned char)*c >= 0x80)
            return false;
    }
    return true;
}

static bool is_printable(const char *word)
{
    for (const char *c = word; *c; c++) {
        if ((unsigned char)*c < 0x20 || *c == 0x7F)
            return false;
    }
    return utf8_is_valid(word, strlen(word));
}

static void add_single_quoted(struct text *text, const char *word)
{
    text_add_char(text, '\'');
    for (const char *c = word; *c; c++) {
        if (*c == '\'')
            text_add(text, "'\\''");
        else
            text_add_char(text, *c);
    }
    text_add_char(text, '\'');
}

static void add_ansi_quoted(struct text *text, const char *word)
{
    text_add(text, "$'");
    for (const char *c = word; *c; c++) {
        unsigned char byte = (unsigned char)*c;
        if (byte == '\n')
            text_add(text, "\\n");
        else if (byte == '\t')
            text_add(text, "\\t");
        else if (byte < 0x20 || byte >= 0x7F)
            text_addf(text, "\\%03o", byte);
        else if (byte == '\'' || byte == '\\')
            text_addf(text, "\\%c", byte);
        else
            text_add_char(text, *c);
    }
    text_add_char(text, '\'');
}

void quote_shell(struct text *text, const char *word)
{
    if (is_bare(word))
        text_add(text, word);
    else if (is_printable(word))
        add_single_quoted(text, word);
    else
        add_ansi_quoted(text, word);
}

void quote_shell_words(struct text *text, const struct words *words)
{
    for (size_t i = 0; i < words->count; i++) {
        if (i)
            text_add_char(text, ' ');
        quote_shell(text, words->items[i]);
    }
}

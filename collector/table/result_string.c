#include "collector/table/result_string.h"

#include <string.h>

#include "launcher/common/text/utf8.h"

#define REPLACEMENT 0xFFFDU

struct cursor {
    const char *at, *end;
};

static bool take(struct cursor *cursor, const char *word)
{
    size_t size = strlen(word);

    if ((size_t)(cursor->end - cursor->at) < size ||
        memcmp(cursor->at, word, size) != 0)
        return false;
    cursor->at += size;
    return true;
}

static void add_character(struct text *text, unsigned value)
{
    char bytes[4];

    if (value < 0x80) {
        text_add_char(text, (char)value);
    } else if (value < 0x800) {
        bytes[0] = (char)(0xC0 | (value >> 6));
        bytes[1] = (char)(0x80 | (value & 0x3F));
        text_add_bytes(text, bytes, 2);
    } else if (value < 0x10000) {
        bytes[0] = (char)(0xE0 | (value >> 12));
        bytes[1] = (char)(0x80 | ((value >> 6) & 0x3F));
        bytes[2] = (char)(0x80 | (value & 0x3F));
        text_add_bytes(text, bytes, 3);
    } else {
        bytes[0] = (char)(0xF0 | (value >> 18));
        bytes[1] = (char)(0x80 | ((value >> 12) & 0x3F));
        bytes[2] = (char)(0x80 | ((value >> 6) & 0x3F));
        bytes[3] = (char)(0x80 | (value & 0x3F));
        text_add_bytes(text, bytes, 4);
    }
}

static bool read_hex(struct cursor *cursor, unsigned *ret_value)
{
    unsigned value = 0;

    if (cursor->end - cursor->at < 4)
        return false;
    for (int i = 0; i < 4; i++) {
        char c = *cursor->at++;
        unsigned digit = c >= '0' && c <= '9'   ? (unsigned)(c - '0')
                         : c >= 'a' && c <= 'f' ? (unsigned)(c - 'a') + 10
                         : c >= 'A' && c <= 'F' ? (unsigned)(c - 'A') + 10
                                                : 16;
        if (digit > 15)
            return false;
        value = value << 4 | digit;
    }
    *ret_value = value;
    return true;
}

/* Behind "\u". Python writes a lone surrogate where its string had one. */
static bool read_unicode(struct cursor *cursor, struct text *text)
{
    unsigned value = 0, low = 0;

    if (!read_hex(cursor, &value))
        return false;
    if (value >= 0xD800 && value <= 0xDBFF) {
        const char *behind = cursor->at;
        if (take(cursor, "\\u") && read_hex(cursor, &low) && low >= 0xDC00 &&
            low <= 0xDFFF) {
            value = 0x10000 + ((value - 0xD800) << 10) + (low - 0xDC00);
        } else {
            cursor->at = behind;
            value = REPLACEMENT;
        }
    } else if ((value >= 0xDC00 && value <= 0xDFFF) || value == 0) {
        value = REPLACEMENT;
    }
    add_character(text, value);
    return true;
}

static bool read_escape(struct cursor *cursor, struct text *text)
{
    static const char letters[] = "\"\\/bfnrt", meanings[] = "\"\\/\b\f\n\r\t";

    if (cursor->at == cursor->end)
        return false;
    char c = *cursor->at++;
    if (c == 'u')
        return read_unicode(cursor, text);
    const char *letter = c ? strchr(letters, c) : NULL;
    if (letter)
        text_add_char(text, meanings[letter - letters]);
    return letter != NULL;
}

static bool read_string(struct cursor *cursor, struct text *text)
{
    if (!take(cursor, "\""))
        return false;
    while (cursor->at < cursor->end) {
        const char *run = cursor->at;
        while (cursor->at < cursor->end && (unsigned char)*cursor->at >= 0x20 &&
               *cursor->at != '"' && *cursor->at != '\\')
            cursor->at++;
        utf8_add_clean(text, run, (size_t)(cursor->at - run));
        if (take(cursor, "\""))
            return true;
        if (!take(cursor, "\\") || !read_escape(cursor, text))
            return false;
    }
    return false;
}

bool result_string_read(const char **at, const char *end, struct text *text)
{
    struct cursor cursor = {*at, end};
    bool is_whole = read_string(&cursor, text);

    *at = cursor.at;
    return is_whole;
}

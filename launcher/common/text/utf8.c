#include "launcher/common/text/utf8.h"

#include <string.h>
#include <wchar.h>

static bool is_tail(const char *bytes, size_t count)
{
    for (size_t i = 0; i < count; i++) {
        if (((unsigned char)bytes[i] & 0xC0) != 0x80)
            return false;
    }
    return true;
}

size_t utf8_char_size(const char *bytes, size_t size)
{
    if (size == 0)
        return 0;
    unsigned char first = (unsigned char)bytes[0];
    unsigned char second = size > 1 ? (unsigned char)bytes[1] : 0;

    if (first < 0x80)
        return 1;
    if (first >= 0xC2 && first <= 0xDF)
        return size >= 2 && is_tail(bytes + 1, 1) ? 2 : 0;
    if (first >= 0xE0 && first <= 0xEF) {
        if (size < 3 || !is_tail(bytes + 1, 2) || (first == 0xE0 && second < 0xA0) ||
            (first == 0xED && second > 0x9F))
            return 0;
        return 3;
    }
    if (first >= 0xF0 && first <= 0xF4) {
        if (size < 4 || !is_tail(bytes + 1, 3) || (first == 0xF0 && second < 0x90) ||
            (first == 0xF4 && second > 0x8F))
            return 0;
        return 4;
    }
    return 0;
}

bool utf8_is_valid(const char *bytes, size_t size)
{
    while (size > 0) {
        if ((unsigned char)*bytes < 0x80) { /* nearly all */
            bytes++;
            size--;
            continue;
        }
        size_t step = utf8_char_size(bytes, size);
        if (step == 0)
            return false;
        bytes += step;
        size -= step;
    }
    return true;
}

/* Marks that turn the direction of what follows: U+061C, U+200E, U+200F, U+202A to
 * U+202E, U+2066 to U+2069. With them a name reads as another one. */
static bool is_direction_mark(const char *bytes, size_t step)
{
    unsigned char second = step > 1 ? (unsigned char)bytes[1] : 0;
    unsigned char third = step > 2 ? (unsigned char)bytes[2] : 0;

    if (step == 2)
        return (unsigned char)bytes[0] == 0xD8 && second == 0x9C;
    if (step != 3 || (unsigned char)bytes[0] != 0xE2)
        return false;
    return (second == 0x80 &&
            (third == 0x8E || third == 0x8F || (third >= 0xAA && third <= 0xAE))) ||
           (second == 0x81 && third >= 0xA6 && third <= 0xA9);
}

enum clean {
    CLEAN_BAD,      /* bytes that are no UTF-8 */
    CLEAN_CONTROLS, /* and what moves the cursor or turns the direction */
    CLEAN_LINES,    /* the same, but newlines stay */
    CLEAN_TERMINAL  /* and tabs, too */
};

static void add_clean(struct text *text, const char *bytes, size_t size,
                      enum clean clean)
{
    while (size > 0) {
        size_t step = utf8_char_size(bytes, size);
        unsigned char first = (unsigned char)bytes[0];
        bool is_control = step == 1 && (first < 0x20 || first == 0x7F);
        bool is_kept = clean == CLEAN_BAD || (clean >= CLEAN_LINES && first == '\n') ||
                       (clean == CLEAN_TERMINAL && first == '\t');
        bool is_c1 = step == 2 && first == 0xC2 && (unsigned char)bytes[1] < 0xA0;

        if (step == 0)
            text_add(text, "\xEF\xBF\xBD");
        else if (!is_kept && (is_control || is_c1 || is_direction_mark(bytes, step)))
            text_add_char(text, first == '\t' ? ' ' : '?');
        else
            text_add_bytes(text, bytes, step);
        step = step ? step : 1;
        bytes += step;
        size -= step;
    }
}

void utf8_add_clean(struct text *text, const char *bytes, size_t size)
{
    add_clean(text, bytes, size, CLEAN_BAD);
}

void utf8_add_printable(struct text *text, const char *bytes, size_t size)
{
    add_clean(text, bytes, size, CLEAN_CONTROLS);
}

void utf8_add_printable_lines(struct text *text, const char *bytes, size_t size)
{
    add_clean(text, bytes, size, CLEAN_LINES);
}

void utf8_add_terminal(struct text *text, const char *bytes, size_t size)
{
    add_clean(text, bytes, size, CLEAN_TERMINAL);
}

static wchar_t decode(const char *bytes, size_t step)
{
    static const unsigned char first_mask[] = {0, 0x7F, 0x1F, 0x0F, 0x07};
    wchar_t value = (unsigned char)bytes[0] & first_mask[step];

    for (size_t i = 1; i < step; i++)
        value = (value << 6) | ((unsigned char)bytes[i] & 0x3F);
    return value;
}

size_t utf8_columns(const char *string)
{
    size_t size = strlen(string);
    size_t columns = 0;

    while (size > 0) {
        size_t step = utf8_char_size(string, size);
        int width = step > 1 ? wcwidth(decode(string, step)) : 1;
        columns += width < 0 ? 1 : (size_t)width;
        step = step ? step : 1;
        string += step;
        size -= step;
    }
    return columns;
}

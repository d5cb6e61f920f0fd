#include "launcher/common/text/text.h"

#include <float.h>
#include <stdarg.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "launcher/common/memory.h"

void text_init(struct text *text, size_t max)
{
    *text = (struct text){.max = max};
}

void text_release(struct text *text)
{
    free(text->bytes);
    *text = (struct text){.max = text->max};
}

void text_clear(struct text *text)
{
    text->size = 0;
    text->is_full = false;
    if (text->bytes)
        text->bytes[0] = '\0';
}

/* Room for `more` bytes and the NUL; false when the maximum would be passed. */
static bool make_room(struct text *text, size_t more)
{
    if (text->is_full)
        return false;
    if (text->max != TEXT_NO_MAX &&
        (more > text->max || text->size > text->max - more)) {
        text->is_full = true;
        return false;
    }
    size_t wanted = text->size + more + 1;
    if (wanted > text->cap) {
        size_t cap = text->cap ? text->cap : 64;
        while (cap < wanted)
            cap *= 2;
        text->bytes = xrealloc(text->bytes, cap);
        text->cap = cap;
    }
    return true;
}

void text_add_bytes(struct text *text, const void *bytes, size_t size)
{
    if (!make_room(text, size))
        return;
    if (size)
        memcpy(text->bytes + text->size, bytes, size);
    text->size += size;
    text->bytes[text->size] = '\0';
}

void text_add(struct text *text, const char *string)
{
    text_add_bytes(text, string, strlen(string));
}

void text_add_char(struct text *text, char c)
{
    text_add_bytes(text, &c, 1);
}

void text_add_real(struct text *text, double real, int digits_min)
{
    char number[40] = "";

    for (int digits = digits_min; digits <= DBL_DECIMAL_DIG; digits++) {
        snprintf(number, sizeof number, "%.*g", digits, real);
        if (!(strtod(number, NULL) < real) && !(strtod(number, NULL) > real))
            break;
    }
    text_add(text, number);
}

void text_addf(struct text *text, const char *format, ...)
{
    va_list args, again;

    va_start(args, format);
    va_copy(again, args);
    int length = vsnprintf(NULL, 0, format, args);
    if (length >= 0 && make_room(text, (size_t)length)) {
        vsnprintf(text->bytes + text->size, (size_t)length + 1, format, again);
        text->size += (size_t)length;
    }
    va_end(again);
    va_end(args);
}

const char *text_string(const struct text *text)
{
    return text->bytes ? text->bytes : "";
}

char *text_take(struct text *text)
{
    char *bytes = text->bytes ? text->bytes : xstrdup("");

    *text = (struct text){.max = text->max};
    return bytes;
}

bool text_list_has(const char *list, const char *word)
{
    size_t length = strlen(word);

    for (const char *at = list; *at; at += strspn(at, ",")) {
        size_t size = strcspn(at, ",");
        if (size > 0 && size == length && strncmp(at, word, size) == 0)
            return true;
        at += size;
    }
    return false;
}

void words_take(struct words *words, char *word)
{
    words->items =
        xgrow(words->items, words->count + 1, &words->cap, sizeof *words->items);
    words->items[words->count++] = word;
    words->items[words->count] = NULL;
}

void words_add(struct words *words, const char *word)
{
    words_take(words, xstrdup(word));
}

void words_addf(struct words *words, const char *format, ...)
{
    va_list args;

    va_start(args, format);
    words_take(words, xvasprintf(format, args));
    va_end(args);
}

void words_copy(struct words *to, const struct words *from)
{
    for (size_t i = 0; i < from->count; i++)
        words_add(to, from->items[i]);
}

void words_release(struct words *words)
{
    for (size_t i = 0; i < words->count; i++)
        free(words->items[i]);
    free(words->items);
    *words = (struct words){0};
}

bool words_has(const struct words *words, const char *word)
{
    for (size_t i = 0; i < words->count; i++) {
        if (strcmp(words->items[i], word) == 0)
            return true;
    }
    return false;
}

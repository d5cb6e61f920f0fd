/* text.h - a growing byte string, and a list of words
 *
 * A text has a maximum that is named when it is made. Appending never returns an error:
 * past the maximum the text is marked `is_full` and stays as it is, and the one who
 * made it asks once at the end. The bytes always end in a NUL that is not counted. A
 * zeroed struct text is valid and empty, with no maximum (TEXT_NO_MAX).
 */
#ifndef LAUNCHER_COMMON_TEXT_TEXT_H
#define LAUNCHER_COMMON_TEXT_TEXT_H

#include <stdbool.h>
#include <stddef.h>

#define TEXT_NO_MAX 0

struct text {
    char *bytes; /* owned; NULL while nothing was appended */
    size_t size; /* bytes in use, without the NUL */
    size_t cap;
    size_t max; /* most bytes, TEXT_NO_MAX for none */
    bool is_full;
};

void text_init(struct text *text, size_t max);
void text_release(struct text *text); /* accepts an empty one; leaves it empty */
void text_clear(struct text *text);   /* keeps the memory */
void text_add(struct text *text, const char *string);
void text_add_bytes(struct text *text, const void *bytes, size_t size);
void text_add_char(struct text *text, char c);
void text_addf(struct text *text, const char *format, ...)
    __attribute__((format(printf, 2, 3)));
/* The fewest digits that read back as the same number: 0.1, not 0.10000000000000001.
 * `digits_min` is where to begin: 15 as JSON and CSV have it, 1 for 1e+05. */
void text_add_real(struct text *text, double real, int digits_min);
const char *
text_string(const struct text *text); /* borrowed until the next change; never NULL */
char *text_take(struct text *text);   /* owned by the caller; the text is empty after */

#define cleanup_text __attribute__((cleanup(text_release)))

/* Is `word` one of the words of `list`, which has commas between them? */
bool text_list_has(const char *list, const char *word);

/* An ordered list of owned strings. `items[count]` is always NULL once something was
 * added, so items can be an argv. A zeroed struct is valid and empty. */
struct words {
    char **items;
    size_t count;
    size_t cap;
};

void words_add(struct words *words, const char *word);
void words_addf(struct words *words, const char *format, ...)
    __attribute__((format(printf, 2, 3)));
void words_take(struct words *words, char *word);            /* word is taken */
void words_copy(struct words *to, const struct words *from); /* appends */
void words_release(struct words *words);
bool words_has(const struct words *words, const char *word);

#define cleanup_words __attribute__((cleanup(words_release)))

#endif

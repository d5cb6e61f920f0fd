#include <stdlib.h>
#include <string.h>

#include "launcher/common/memory.h"
#include "launcher/common/text/text.h"
#include "tests/tap/tap.h"

static void test_maximum(void)
{
    struct text text;

    text_init(&text, 8);
    is_string(text_string(&text), "", "empty without memory");
    text_add(&text, "12345678");
    ok(!text.is_full && text.size == 8, "exactly the maximum fits");
    text_add(&text, "");
    ok(!text.is_full, "nothing more is no overflow");
    text_add_char(&text, '9');
    ok(text.is_full && text.size == 8, "one byte more does not");
    is_string(text_string(&text), "12345678", "what was there stays");
    text_clear(&text);
    ok(!text.is_full && text.size == 0, "clear opens it again");
    text_add(&text, "1234");
    text_addf(&text, "%s", "56789");
    ok(text.is_full && strcmp(text_string(&text), "1234") == 0,
       "a print that is too long adds nothing");
    text_add_char(&text, 'x');
    is_string(text_string(&text), "1234", "full stays full, also for what would fit");
    text_clear(&text);
    text_addf(&text, "%d", 12345678);
    ok(!text.is_full && text.size == 8, "a print of exactly the maximum");
    text_release(&text);
    ok(!text.bytes && text.size == 0 && text.max == 8, "release keeps the maximum");
    text_release(&text);
}

static void test_growth(void)
{
    cleanup_text struct text text = {0};
    int is_good = 1;

    for (size_t i = 0; i < 5000; i++) {
        text_add_char(&text, (char)('a' + i % 26));
        is_good = is_good && text.size == i + 1 && text.bytes[text.size] == '\0';
    }
    ok(is_good, "5000 single bytes, always with a NUL behind");
    for (size_t i = 0; i < 5000; i++)
        is_good = is_good && text.bytes[i] == (char)('a' + i % 26);
    ok(is_good, "nothing was lost by moving");
    text_clear(&text);
    text_add_bytes(&text, "a\0b", 3);
    ok(text.size == 3 && memcmp(text.bytes, "a\0b", 4) == 0, "NUL bytes are bytes");
    text_add_bytes(&text, NULL, 0);
    is_number(text.size, 3, "no bytes from nowhere");
}

static void test_take(void)
{
    struct text text = {0};
    cleanup_free char *empty = text_take(&text);

    is_string(empty, "", "an empty text gives an empty string");
    text_add(&text, "x");
    cleanup_free char *taken = text_take(&text);
    is_string(taken, "x", "taken");
    ok(!text.bytes && text.size == 0, "and empty after");
}

static void test_real(void)
{
    static const struct {
        double real;
        int digits_min;
        const char *wanted;
    } rows[] = {{0.1, 15, "0.1"},      {0.1 + 0.2, 15, "0.30000000000000004"},
                {1e5, 15, "100000"},   {1e5, 1, "1e+05"},
                {-0.0, 15, "-0"},      {5e-324, 15, "4.94065645841247e-324"},
                {5e-324, 1, "5e-324"}, {1.0 / 3, 1, "0.3333333333333333"}};

    for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
        cleanup_text struct text text = {0};
        text_add_real(&text, rows[i].real, rows[i].digits_min);
        is_string(text_string(&text), rows[i].wanted, rows[i].wanted);
    }
}

static void test_replace(void)
{
    cleanup_free char *owned = NULL;

    xreplace(&owned, NULL);
    is_string(owned, "", "no text is an empty one");
    xreplace(&owned, "abc");
    const char *before = owned;
    xreplace(&owned, "abc");
    ok(owned == before, "equal bytes stay where they are");
    xreplace(&owned, owned + 1);
    is_string(owned, "bc", "a part of what goes is copied first");
}

static void test_words(void)
{
    cleanup_words struct words words = {0};
    cleanup_words struct words copy = {0};
    int is_ended = 1;

    ok(!words_has(&words, ""), "nothing in an empty list");
    for (int i = 0; i < 100; i++) {
        words_addf(&words, "w%d", i);
        is_ended = is_ended && words.items[words.count] == NULL;
    }
    ok(is_ended && words.count == 100, "items[count] is always NULL");
    words_add(&words, "");
    ok(words_has(&words, "") && words_has(&words, "w99") && !words_has(&words, "w"),
       "words are found whole");
    words_take(&words, xstrdup("taken"));
    words_copy(&copy, &words);
    words_copy(&copy, &words);
    ok(copy.count == 204 && strcmp(copy.items[203], "taken") == 0 &&
           copy.items[0] != words.items[0],
       "copies are appended and owned");
    words_release(&copy);
    ok(!copy.items && copy.count == 0, "released is empty");
}

int main(void)
{
    test_maximum();
    test_growth();
    test_take();
    test_real();
    test_replace();
    test_words();
    return tap_done();
}

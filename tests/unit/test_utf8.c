#include <locale.h>
#include <string.h>

#include "launcher/common/text/utf8.h"
#include "tests/tap/tap.h"

static void test_chars(void)
{
    static const struct {
        const char *bytes;
        size_t size;
    } cases[] = {
        {"a", 1},
        {"\x7F", 1},
        {"\x80", 0},     /* a tail alone */
        {"\xC0\x80", 0}, /* overlong NUL */
        {"\xC1\xBF", 0}, /* overlong */
        {"\xC2\x80", 2}, /* U+0080, the first of two bytes */
        {"\xC2", 0},     /* cut */
        {"\xC2z", 0},
        {"\xDF\xBF", 2},
        {"\xE0\x9F\xBF", 0}, /* overlong */
        {"\xE0\xA0\x80", 3},
        {"\xE2\x82\xAC", 3}, /* euro */
        {"\xE2\x82", 0},
        {"\xED\x9F\xBF", 3},
        {"\xED\xA0\x80", 0}, /* a surrogate */
        {"\xED\xBF\xBF", 0},
        {"\xEF\xBF\xBF", 3},
        {"\xF0\x8F\xBF\xBF", 0}, /* overlong */
        {"\xF0\x90\x80\x80", 4},
        {"\xF0\x90\x80", 0},
        {"\xF4\x8F\xBF\xBF", 4},
        {"\xF4\x90\x80\x80", 0}, /* over U+10FFFF */
        {"\xF5\x80\x80\x80", 0},
        {"\xFF", 0},
    };

    is_number(utf8_char_size("a", 0), 0, "no bytes, no character");
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        size_t size = strlen(cases[i].bytes);
        is_number(utf8_char_size(cases[i].bytes, size), cases[i].size,
                  "size of a character");
        ok(utf8_is_valid(cases[i].bytes, size) == (cases[i].size == size), "and valid");
    }
    ok(utf8_is_valid("", 0), "nothing is valid");
    ok(utf8_is_valid("a\0b", 3), "a NUL is a character");
    ok(!utf8_is_valid("abc\xE2\x82\xAC\xE2", 7), "cut at the end");
}

static void cleans_to(const char *bytes, const char *clean, const char *printable)
{
    cleanup_text struct text a = {0};
    cleanup_text struct text b = {0};

    utf8_add_clean(&a, bytes, strlen(bytes));
    utf8_add_printable(&b, bytes, strlen(bytes));
    is_string(text_string(&a), clean, "clean");
    is_string(text_string(&b), printable, "printable");
}

static void test_cleaning(void)
{
    cleans_to("", "", "");
    cleans_to("h\xC3\xA9", "h\xC3\xA9", "h\xC3\xA9");
    cleans_to("a\xFFz", "a\xEF\xBF\xBDz", "a\xEF\xBF\xBDz");
    cleans_to("\xE2\x82z", "\xEF\xBF\xBD\xEF\xBF\xBDz", "\xEF\xBF\xBD\xEF\xBF\xBDz");
    cleans_to("\x1B[2Jx\r\n\ty\x7F", "\x1B[2Jx\r\n\ty\x7F", "?[2Jx?? y?");
    cleans_to("\xC2\x9B"
              "31m",
              "\xC2\x9B"
              "31m",
              "?31m"); /* CSI as one C1 character */
    cleans_to("\xC2\xA0", "\xC2\xA0", "\xC2\xA0");
    cleans_to("a\xE2\x80\xAE"
              "b\xE2\x81\xA9\xD8\x9C",
              "a\xE2\x80\xAE"
              "b\xE2\x81\xA9\xD8\x9C",
              "a?b??"); /* right to left, as if it were another name */
    cleans_to("\xE2\x80\xA6\xE2\x80\xA9", "\xE2\x80\xA6\xE2\x80\xA9",
              "\xE2\x80\xA6\xE2\x80\xA9");
    for (unsigned byte = 1; byte < 256; byte++) {
        char bytes[] = {'a', (char)byte, 'z', '\0'};
        cleanup_text struct text out = {0};
        utf8_add_printable(&out, bytes, 3);
        int is_good = utf8_is_valid(out.bytes, out.size);
        for (size_t i = 0; i < out.size; i++)
            is_good =
                is_good && (unsigned char)out.bytes[i] >= 0x20 && out.bytes[i] != 0x7F;
        if (!is_good)
            ok(0, "byte %u is printed safely", byte);
    }
    ok(1, "every byte was tried");
}

static void test_columns(void)
{
    is_number(utf8_columns(""), 0, "none");
    is_number(utf8_columns("abc"), 3, "ASCII");
    is_number(utf8_columns("a\xFF\xFFz"), 4, "a bad byte counts one");
    if (setlocale(LC_CTYPE, "C.UTF-8")) {
        is_number(utf8_columns("h\xC3\xA9"), 2, "an accent");
        is_number(utf8_columns("e\xCC\x81"), 1, "a combining accent takes no room");
        is_number(utf8_columns("\xE6\xBC\xA2"), 2, "a wide character");
    }
}

int main(void)
{
    test_chars();
    test_cleaning();
    test_columns();
    return tap_done();
}

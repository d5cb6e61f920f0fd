#include <stdio.h>
#include <string.h>

#include "launcher/common/processes/child.h"
#include "launcher/common/text/quote.h"
#include "launcher/common/text/utf8.h"
#include "tests/tap/scratch.h"
#include "tests/tap/tap.h"

static void test_forms(void)
{
    static const struct {
        const char *word, *quoted;
    } cases[] = {
        {"", "''"},
        {"plain-word_1.0,a:b/c@d%e+f", "plain-word_1.0,a:b/c@d%e+f"},
        {"lr=1e-3", "lr=1e-3"},
        {"=x", "'=x'"},
        {"~", "'~'"},
        {"a b", "'a b'"},
        {"it's", "'it'\\''s'"},
        {"$(x)`y`", "'$(x)`y`'"},
        {"a\nb", "$'a\\nb'"},
        {"\r\n", "$'\\015\\n'"},
        {"\xC3\xA9", "'\xC3\xA9'"},
        {"\xE9", "$'\\351'"},
        {"\x01'\\\t", "$'\\001\\'\\\\\\t'"},
        {"{a,b}", "'{a,b}'"},
        {"!", "'!'"},
        {"#", "'#'"},
        {"*", "'*'"},
        {"[0]=1", "'[0]=1'"},
    };

    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        cleanup_text struct text text = {0};
        quote_shell(&text, cases[i].word);
        is_string(text_string(&text), cases[i].quoted, "form");
    }
}

static const char *const odd[] = {"",
                                  "-n",
                                  "--",
                                  "~",
                                  "~root",
                                  "a=~",
                                  "a:~",
                                  "=",
                                  "a=b",
                                  "x=$(touch hacked)",
                                  "`touch hacked`",
                                  "$'x'",
                                  "$\"x\"",
                                  "'",
                                  "''",
                                  "\"",
                                  "\\",
                                  "\\\\",
                                  "\\n",
                                  "\n",
                                  "\n\n",
                                  "a\n",
                                  "\r\n",
                                  "a b  c",
                                  " lead",
                                  "trail ",
                                  "\t",
                                  "*",
                                  "?",
                                  "[a-z]",
                                  "{1..3}",
                                  "{a,b}",
                                  "!!",
                                  "!x",
                                  "#x",
                                  "x#",
                                  "a;b",
                                  "a&b",
                                  "a|b",
                                  "<x",
                                  ">hacked",
                                  "(x)",
                                  "%s%n",
                                  "\\x41",
                                  "\\101",
                                  "\\0",
                                  "\x01\x31",
                                  "\x7F\x37",
                                  "\xFF\x30\x31\x32",
                                  "\xE2\x82\xAC",
                                  "\xE2\x82",
                                  "\xC3\xA9=\xE9",
                                  "lr=[1,2]",
                                  "m={a: 'b'}",
                                  "EOF",
                                  "!\n'\\''",
                                  "\x1B[31m",
                                  "\xE3\x80\x80"};

/* Every byte alone, twice, before a digit, in a word, behind each other byte that means
 * something. */
static void make_words(struct words *words)
{
    for (size_t i = 0; i < sizeof odd / sizeof *odd; i++)
        words_add(words, odd[i]);
    for (unsigned byte = 1; byte < 256; byte++) {
        char c = (char)byte;
        char forms[][6] = {{c},           {c, c},          {c, '0', '7'},
                           {'a', c, 'z'}, {'\'', c, '\''}, {'\\', c},
                           {'$', c},      {c, '\n', c}};
        for (size_t i = 0; i < sizeof forms / sizeof *forms; i++)
            words_add(words, forms[i]);
    }
}

static void run_bash(const char *locale, const char *script, const struct words *words)
{
    struct child_command command = {.folder = scratch(), .timeout_ms = 60000};
    struct child_result result = {0};
    struct error err = {0};

    words_add(&command.argv, "env");
    words_addf(&command.argv, "LC_ALL=%s", locale);
    words_add(&command.argv, "bash");
    words_add(&command.argv, script);
    int rc = child_run(&command, &result, &err);
    ok(rc == 0 && result.was_started && result.exit_code == 0,
       "bash with LC_ALL=%s: %s%s", locale, err.text, text_string(&result.err_text));
    const char *at = text_string(&result.out);
    const char *end = at + result.out.size;
    size_t n_same = 0;
    for (size_t i = 0; i < words->count && at < end; i++) {
        n_same += strcmp(at, words->items[i]) == 0;
        at += strlen(at) + 1;
    }
    is_number(n_same, words->count, "every word comes back byte for byte");
    ok(at == end, "and nothing more");
    child_result_release(&result);
    child_command_release(&command);
}

static void test_bash(void)
{
    cleanup_words struct words words = {0};
    cleanup_text struct text script = {0};
    cleanup_free char *path = scratch_path("script");
    cleanup_free char *hacked = scratch_path("hacked");
    int is_text = 1;

    make_words(&words);
    text_add(&script, "printf '%s\\0' ");
    quote_shell_words(&script, &words);
    text_add(&script, "\n");
    for (size_t i = 0; i < script.size; i++) {
        unsigned char c = (unsigned char)script.bytes[i];
        is_text =
            is_text && c != '\r' && c != 0 && (c >= 0x20 || c == '\n') && c != 0x7F;
    }
    ok(is_text && utf8_is_valid(script.bytes, script.size),
       "the script is printable UTF-8 text");
    scratch_write("script", script.bytes, script.size);
    run_bash("C", path, &words);
    run_bash("C.UTF-8", path, &words);
    text_clear(&script); /* the same as array elements, as scripts do */
    text_add(&script, "set -u\nwords=(");
    quote_shell_words(&script, &words);
    text_add(&script, ")\nprintf '%s\\0' \"${words[@]}\"\n");
    scratch_write("script", script.bytes, script.size);
    run_bash("C", path, &words);
    ok(!file_exists(hacked), "no word was run");
}

int main(void)
{
    test_forms();
    test_bash();
    scratch_remove();
    return tap_done();
}

#include <stdlib.h>
#include <string.h>

#include "launcher/common/random.h"
#include "launcher/common/trees/json_io.h"
#include "tests/tap/scratch.h"
#include "tests/tap/tap.h"

static void test_bad_text(void)
{
    static const struct {
        const char *bytes, *words;
    } cases[] = {
        {"", "'f' line"},
        {"{", "'f' line 1"},
        {"{\"a\":1,\n\"a\":2}", "'f' line 2"},
        {"{} x", "'f' line 1"},
        {"[1,]", "'f' line 1"},
        {"{'a':1}", "'f' line 1"},
        {"\"\xFF\"", "'f' line"},
        {"NaN", "'f' line 1"},
        {"{\"a\":1}\n{}", "'f' line 2"},
    };

    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        struct error err = {0};
        json_t *root = jsonio_parse(cases[i].bytes, strlen(cases[i].bytes), "f", &err);
        ok(!root && err.kind == ERROR_INPUT && strstr(err.text, cases[i].words),
           "refused: %s", err.text);
    }
    struct error err = {0};
    cleanup_free char *deep = xmalloc(100001);
    memset(deep, '[', 100000);
    ok(!jsonio_parse(deep, 100000, "f", &err), "very deep nesting is refused");
}

static void test_load(void)
{
    struct error err = {0};
    cleanup_free char *path = scratch_path("x.json");

    ok(!jsonio_load(path, 100, &err) && err.kind == ERROR_FILE, "a missing file");
    scratch_write("x.json", "{\"a\":[1,2]}", 11);
    ok(!jsonio_load(path, 10, &err) && err.kind == ERROR_INPUT,
       "one byte over its ceiling");
    json_auto_t *root = jsonio_load(path, 11, &err);
    ok(json_array_size(json_object_get(root, "a")) == 2,
       "a file of exactly its ceiling");
    json_auto_t *single = jsonio_parse("3", 1, "f", &err);
    ok(json_is_integer(single), "any value is JSON");
}

/* Written without a tree and with one, read back: the same bytes. */
static int is_round_trip(const char *bytes, size_t size)
{
    cleanup_text struct text written = {0};
    cleanup_text struct text dumped = {0};
    json_auto_t *tree = jsonio_bytes(bytes, size);

    jsonio_add_bytes(&written, bytes, size);
    jsonio_add(&dumped, tree);
    json_auto_t *read = json_loadb(written.bytes, written.size, JSON_DECODE_ANY, NULL);
    json_auto_t *again = json_loadb(dumped.bytes, dumped.size, JSON_DECODE_ANY, NULL);
    cleanup_free char *a = jsonio_get_bytes(read);
    cleanup_free char *b = jsonio_get_bytes(tree);
    cleanup_free char *c = jsonio_get_bytes(again);
    return a && b && c && strcmp(a, bytes) == 0 && strcmp(b, bytes) == 0 &&
           strcmp(c, bytes) == 0 && !memchr(written.bytes, '\n', written.size) &&
           !memchr(dumped.bytes, '\n', dumped.size);
}

static void test_round_trips(void)
{
    int is_good = 1;
    unsigned seed = 12345;

    for (unsigned byte = 1; byte < 256; byte++) {
        char forms[][5] = {{(char)byte},
                           {'a', (char)byte},
                           {(char)byte, 'a', 'b'},
                           {'\\', (char)byte, '"'}};
        for (size_t i = 0; i < sizeof forms / sizeof *forms; i++)
            is_good = is_good && is_round_trip(forms[i], strlen(forms[i]));
    }
    ok(is_good, "every byte comes back");
    for (size_t size = 0; size < 300; size++) {
        char bytes[301];
        for (size_t i = 0; i < size; i++) {
            seed = seed * 1103515245u + 12345u;
            bytes[i] = (char)(1 + (seed >> 16) % 255);
        }
        bytes[size] = '\0';
        is_good = is_good && is_round_trip(bytes, size);
    }
    ok(is_good, "so do random strings of every length up to 299");
}

static void written_is(const char *bytes, const char *wanted)
{
    cleanup_text struct text text = {0};

    jsonio_add_string(&text, bytes);
    is_string(text_string(&text), wanted, "as written");
}

static void test_forms(void)
{
    written_is("", "\"\"");
    written_is("a\"b\\c/d", "\"a\\\"b\\\\c/d\"");
    written_is("\n\t\r\b\x01\x1F", "\"\\n\\t\\r\\u0008\\u0001\\u001f\"");
    written_is("h\xC3\xA9\x7F", "\"h\xC3\xA9\x7F\"");
    written_is("\xFF", "{\"base64\":\"/w==\"}");
    written_is("caf\xE9", "{\"base64\":\"Y2Fm6Q==\"}");
}

static void bytes_are(const char *json, const char *wanted)
{
    json_auto_t *value = json_loads(json, JSON_DECODE_ANY | JSON_ALLOW_NUL, NULL);
    cleanup_free char *bytes = jsonio_get_bytes(value);

    is_string(bytes, wanted, json);
}

static void test_get_bytes(void)
{
    ok(!jsonio_get_bytes(NULL), "no value, no bytes");
    bytes_are("3", NULL);
    bytes_are("[]", NULL);
    bytes_are("{}", NULL);
    bytes_are("\"a\\u0000b\"", NULL);
    bytes_are("{\"base64\":3}", NULL);
    bytes_are("{\"base64\":\"/w=\"}", NULL);
    bytes_are("{\"base64\":\"/w\"}", NULL);
    bytes_are("{\"base64\":\"!!!!\"}", NULL);
    bytes_are("{\"base64\":\"====\"}", NULL);
    bytes_are("{\"base64\":\"AAAA\"}", NULL); /* NUL bytes */
    bytes_are("{\"base64\":\"YQ==\",\"x\":1}", NULL);
    bytes_are("{\"base64\":\"\"}", "");
    bytes_are("{\"base64\":\"YQ==\"}", "a");
    bytes_are("{\"base64\":\"YWI=\"}", "ab");
    bytes_are("{\"base64\":\"YWJj\"}", "abc");
    bytes_are("\"x\"", "x");
}

static void test_members(void)
{
    json_auto_t *object =
        json_loads("{\"s\":\"t\",\"i\":7,\"d\":1.5,\"n\":null,\"b\":true}", 0, NULL);

    is_string(jsonio_string(object, "s", "f"), "t", "a string");
    is_string(jsonio_string(object, "i", "f"), "f", "a number is no string");
    is_string(jsonio_string(NULL, "s", "f"), "f", "no object");
    is_number(jsonio_integer(object, "i", -1), 7, "an integer");
    is_number(jsonio_integer(object, "d", -1), -1, "1.5 is no integer");
    is_number(jsonio_integer(object, "b", -1), -1, "true is no integer");
    ok(jsonio_number(object, "i", -1) > 6.9 && jsonio_number(object, "d", -1) > 1.4,
       "numbers");
    ok(jsonio_number(object, "n", -1) < 0 && jsonio_number(object, "zz", -1) < 0,
       "fall-backs");
}

int main(void)
{
    test_bad_text();
    test_load();
    test_round_trips();
    test_forms();
    test_get_bytes();
    test_members();
    scratch_remove();
    return tap_done();
}

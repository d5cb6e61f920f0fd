/* The one writer of JSON: commas, nesting, and strings of any bytes, which jansson
 * reads back as they were. */
#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "launcher/common/memory.h"
#include "launcher/common/trees/json_io.h"
#include "launcher/common/trees/json_write.h"
#include "tests/tap/tap.h"

static void test_shape(void)
{
    cleanup_text struct text text = {0};
    cleanup_words struct words words = {0};
    struct json_writer json;

    words_add(&words, "a");
    words_add(&words, "\"");
    text_add(&text, "before ");
    jsonwrite_line(&json, "t", &text);
    jsonwrite_object(&json, "empty");
    jsonwrite_close(&json);
    jsonwrite_list(&json, "list");
    jsonwrite_integer(&json, NULL, -1);
    jsonwrite_object(&json, NULL);
    jsonwrite_boolean(&json, "yes", true);
    jsonwrite_null(&json, "none");
    jsonwrite_close(&json);
    jsonwrite_list(&json, NULL);
    jsonwrite_close(&json);
    jsonwrite_boolean(&json, NULL, false);
    jsonwrite_close(&json);
    jsonwrite_words(&json, "words", &words);
    jsonwrite_string(&json, "null", NULL);
    jsonwrite_word(&json, "empty_word", "");
    jsonwrite_string(&json, "empty_string", "");
    jsonwrite_real(&json, "tenth", 0.1);
    jsonwrite_real(&json, "nan", (double)NAN);
    jsonwrite_integer(&json, "least", -9223372036854775807LL - 1);
    jsonwrite_line_end(&json);
    is_string(text_string(&text),
              "before {\"type\":\"t\",\"empty\":{},\"list\":[-1,{\"yes\":true,"
              "\"none\":null},[],false],\"words\":[\"a\",\"\\\"\"],\"null\":null,"
              "\"empty_word\":null,\"empty_string\":\"\",\"tenth\":0.1,\"nan\":null,"
              "\"least\":-9223372036854775808}\n",
              "a line of every kind of value");
}

static void test_top(void)
{
    cleanup_text struct text text = {0};
    struct json_writer json;

    jsonwrite_begin(&json, &text);
    jsonwrite_string(&json, NULL, "x");
    is_string(text_string(&text), "\"x\"", "a value alone");
    text_clear(&text);
    jsonwrite_begin(&json, &text);
    jsonwrite_object(&json, NULL);
    jsonwrite_key(&json, "raw");
    text_add(&text, "1e400");
    jsonwrite_null(&json, "next");
    jsonwrite_close(&json);
    is_string(text_string(&text), "{\"raw\":1e400,\"next\":null}",
              "a value of other means");
}

static void test_depth(void)
{
    cleanup_text struct text text = {0};
    struct json_writer json;

    jsonwrite_begin(&json, &text);
    for (int i = 0; i < JSONWRITE_DEPTH_MAX; i++)
        jsonwrite_list(&json, NULL);
    for (int i = 0; i < JSONWRITE_DEPTH_MAX; i++)
        jsonwrite_close(&json);
    is_number(text.size, 2 * JSONWRITE_DEPTH_MAX, "as deep as it goes");
}

/* Every byte but NUL, alone and between others, as value and as item; what is UTF-8 as
 * key, too. */
static void test_bytes(void)
{
    int n_wrong = 0;

    for (int byte = 1; byte < 256; byte++) {
        char string[8];
        cleanup_text struct text text = {0};
        struct json_writer json;
        struct error err = {0};
        snprintf(string, sizeof string, "a%cb", byte);
        jsonwrite_line(&json, "t", &text);
        jsonwrite_string(&json, "value", string);
        jsonwrite_list(&json, "list");
        jsonwrite_string(&json, NULL, string + 1);
        jsonwrite_close(&json);
        if (byte < 128)
            jsonwrite_integer(&json, string, 7);
        jsonwrite_line_end(&json);
        json_auto_t *root = jsonio_parse(text.bytes, text.size, "line", &err);
        cleanup_free char *value = jsonio_get_bytes(json_object_get(root, "value"));
        cleanup_free char *item =
            jsonio_get_bytes(json_array_get(json_object_get(root, "list"), 0));
        bool is_right = value && strcmp(value, string) == 0 && item &&
                        strcmp(item, string + 1) == 0 &&
                        (byte >= 128 || jsonio_integer(root, string, 0) == 7) &&
                        memchr(text.bytes, '\n', text.size - 1) == NULL;
        n_wrong += !is_right;
        if (!is_right)
            ok(0, "byte %d: %s", byte, text_string(&text));
    }
    ok(n_wrong == 0, "strings of any byte come back");
    cleanup_text struct text text = {0};
    struct json_writer json;
    jsonwrite_begin(&json, &text);
    jsonwrite_bytes(&json, NULL, "a\0b", 3);
    is_string(text_string(&text), "\"a\\u0000b\"", "a NUL, too");
}

int main(void)
{
    test_shape();
    test_top();
    test_depth();
    test_bytes();
    return tap_done();
}

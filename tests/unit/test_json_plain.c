#include "launcher/common/trees/json_plain.h"

#include <stdlib.h>
#include <string.h>

#include "tests/tap/tap.h"

/* Read here: quickly. */
static const char *const plain[] = {
    "{}",
    "{\"a\":1}",
    "{\"a\":-1,\"b\":\"\",\"c\":[],\"d\":{}}",
    "{\"v\":1,\"seq\":30000,\"time\":\"2026-11-21T13:42:10.238Z\",\"warnings\":[]}",
    "{\"point\":\"lr=0.1,seed=1-bcda62ed7c74\",\"exit_code\":-1,\"x\":\"a b\"}",
    "{\"index\":0,\"params\":{\"lr\":\"0.1\"},\"argv\":[\"a\",\"b c\",\"{]\"]}",
    "{\"n\":999999999999999}",
};

/* Left to jansson, which takes them. */
static const char *const other[] = {
    "{\"a\":\"\\u0041\"}",
    "{\"a\":\"\xc3\xa9\"}",
    "{ \"a\":1}",
    "{\"a\":1.5}",
    "{\"a\":true}",
    "{\"a\":null}",
    "[1]",
    "{\"a\":1}\n",
    "{\"a\":[[[[[[]]]]]]}",
    "{\"n\":1234567890123456}",
    "{\"0123456789012345678901234567890123456789012345678901234567890123\":1}",
};

/* No JSON, or a key twice: nobody takes them. */
static const char *const bad[] = {
    "",
    "{",
    "{\"a\":\"1}",
    "{\"a\":1",
    "{\"a\":01}",
    "{\"a\":}",
    "{\"a\"1}",
    "{\"a\":1,}",
    "{,}",
    "{\"a\":1}x",
    "{\"a\":1}}",
    "{\"a\":[1,]}",
    "{\"a\":[1}",
    "{\"a\":1]",
    "{a:1}",
    "{\"a\":-}",
    "{\"a\":1,\"a\":1}",
    "{\"a\":{\"b\":1,\"b\":2}}",
    "{\"a\":\"\x01\"}",
    "{\"a\":\"\xff\"}",
};

/* Whatever is taken here, jansson takes, and gives the same. */
static int agrees(const char *bytes, size_t size)
{
    json_auto_t *own = jsonplain_parse(bytes, size);
    json_auto_t *peer = json_loadb(bytes, size, JSON_REJECT_DUPLICATES, NULL);

    return !own || (peer && json_equal(own, peer));
}

static void test_changed(void)
{
    static const char letters[] = "\"\\{}[]:,-019.ae \n\x01\xc3";
    size_t n_tried = 0, n_bad = 0;

    for (size_t i = 0; i < sizeof plain / sizeof *plain; i++) {
        size_t size = strlen(plain[i]);
        char *text = strdup(plain[i]);
        for (size_t at = 0; text && at < size; at++) {
            n_bad += !agrees(text, at);
            for (size_t j = 0; j < sizeof letters - 1; j++, n_tried++) {
                text[at] = letters[j];
                n_bad += !agrees(text, size);
            }
            text[at] = plain[i][at];
        }
        free(text);
    }
    ok(n_tried > 3000 && n_bad == 0, "%zu changed lines: as jansson reads them",
       n_tried);
}

int main(void)
{
    json_error_t why;

    for (size_t i = 0; i < sizeof plain / sizeof *plain; i++) {
        json_auto_t *own = jsonplain_parse(plain[i], strlen(plain[i]));
        ok(own && agrees(plain[i], strlen(plain[i])), "plain: %s", plain[i]);
    }
    for (size_t i = 0; i < sizeof other / sizeof *other; i++) {
        json_auto_t *own = jsonplain_parse(other[i], strlen(other[i]));
        json_auto_t *any = jsonplain_load(other[i], strlen(other[i]), &why);
        ok(!own && any, "for jansson: %zu", i);
    }
    for (size_t i = 0; i < sizeof bad / sizeof *bad; i++) {
        json_auto_t *any = jsonplain_load(bad[i], strlen(bad[i]), &why);
        ok(!any && *why.text, "bad %zu: %s", i, why.text);
    }
    test_changed();
    return tap_done();
}

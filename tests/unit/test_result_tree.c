/* A result as a tree and as strict text: what Python writes and jansson refuses. */
#include "collector/table/result_tree.h"

#include <stdlib.h>
#include <string.h>

#include "collector/table/result_text.h"
#include "launcher/common/memory.h"
#include "launcher/common/trees/json_io.h"
#include "tests/tap/tap.h"

static void check_bytes(const char *json, size_t size, const char *tree,
                        const char *nonfinite, const char *strict)
{
    cleanup_words struct words names = {0};
    cleanup_text struct text got = {0}, all = {0}, plain = {0};
    cleanup_free char *copy =
        xmalloc(size + 1); /* the sanitizer sees what lies behind */
    char what[64] = "";

    memcpy(copy, json, size);
    for (size_t i = 0; i < size && i < 60; i++)
        what[i] = json[i] > ' ' && json[i] <= '~' && json[i] != '#' ? json[i] : '_';
    json_auto_t *root = result_tree(copy, size, &names);
    if (root)
        jsonio_add(&got, root);
    is_string(root ? text_string(&got) : NULL, tree, what);
    if (!tree)
        return;
    for (size_t i = 0; i < names.count; i++)
        text_addf(&all, "%s%s", i ? " " : "", names.items[i]);
    is_string(text_string(&all), nonfinite, "  numbers that JSON cannot say");
    result_text_add(&plain, copy, size);
    is_string(text_string(&plain), strict, "  as strict text");
    struct error err = {0};
    json_error_t why;
    json_auto_t *again = json_loadb(plain.bytes, plain.size,
                                    JSON_ALLOW_NUL | JSON_DECODE_INT_AS_REAL, &why);
    ok(again != NULL, "  which a strict reader takes %s", err.text);
}

#define CHECK(json, tree, nonfinite, strict) \
    check_bytes(json, sizeof(json) - 1, tree, nonfinite, strict)
#define REFUSED(json) check_bytes(json, sizeof(json) - 1, NULL, NULL, NULL)

static void refused(void)
{
    REFUSED("");
    REFUSED("[1]");
    REFUSED("1");
    REFUSED("{");
    REFUSED("{}x");
    REFUSED("{\"a\"}");
    REFUSED("{\"a\":}");
    REFUSED("{\"a\":1,}");
    REFUSED("{\"a\":[1,]}");
    REFUSED("{\"a\":[1}");
    REFUSED("{\"a\":01}");
    REFUSED("{\"a\":.5}");
    REFUSED("{\"a\":1.}");
    REFUSED("{\"a\":1e}");
    REFUSED("{\"a\":-}");
    REFUSED("{\"a\":nam}");
    REFUSED("{\"a\":--inf}");
    REFUSED("{\"a\":tru");
    REFUSED("{\"a\":\"x");
    REFUSED("{\"a\":\"\\");
    REFUSED("{\"a\":\"\\x\"}");
    REFUSED("{\"a\":\"\\u12\"}");
    REFUSED("{\"a\":\"x\ny\"}");
    REFUSED("{\"a\":\"x\0y\"}");
    REFUSED("{a:1}");
}

static void taken(void)
{
    CHECK("{}", "{}", "", "{}");
    CHECK(" { \"a\" : [ 1 , \"x\" , true , false , null ] }\r\n",
          "{\"a\":[1,\"x\",true,false,null]}", "",
          " { \"a\" : [ 1 , \"x\" , true , false , null ] }  ");
    CHECK("{\"a\":NaN,\"b\":{\"c\":[1,-Infinity]},\"d\":Infinity}",
          "{\"a\":null,\"b\":{\"c\":[1,null]},\"d\":null}",
          "a=NaN b.c[1]=-Infinity d=Infinity",
          "{\"a\":null,\"b\":{\"c\":[1,null]},\"d\":null}");
    CHECK("{\"a\":nan,\"b\":-nan,\"c\":Inf,\"d\":-inf,\"e\":infinity}",
          "{\"a\":null,\"b\":null,\"c\":null,\"d\":null,\"e\":null}",
          "a=NaN b=NaN c=Infinity d=-Infinity e=Infinity",
          "{\"a\":null,\"b\":null,\"c\":null,\"d\":null,\"e\":null}");
    CHECK("{\"a\":NAN,\"b\":-NAN,\"c\":INF,\"d\":-INF,\"e\":+Inf}",
          "{\"a\":null,\"b\":null,\"c\":null,\"d\":null,\"e\":null}",
          "a=NaN b=NaN c=Infinity d=-Infinity e=Infinity",
          "{\"a\":null,\"b\":null,\"c\":null,\"d\":null,\"e\":null}");
    CHECK("{\"a\":\"NaN, Infinity\"}", "{\"a\":\"NaN, Infinity\"}", "",
          "{\"a\":\"NaN, Infinity\"}");
    CHECK("{\"a\":9223372036854775807,\"b\":9223372036854775808}",
          "{\"a\":9223372036854775807,\"b\":9.223372036854776e+18}", "",
          "{\"a\":9223372036854775807,\"b\":9223372036854775808}");
    CHECK("{\"a\":1e400,\"b\":-1E999,\"c\":1e-400}",
          "{\"a\":null,\"b\":null,\"c\":0.0}", "a=1e400 b=-1E999",
          "{\"a\":null,\"b\":null,\"c\":1e-400}");
    CHECK("{\"a\":0.1,\"b\":-0.5e-3}", "{\"a\":0.1,\"b\":-0.0005}", "",
          "{\"a\":0.1,\"b\":-0.5e-3}");
    CHECK("{\"a\":1,\"a\":2}", "{\"a\":2}", "", "{\"a\":1,\"a\":2}");
    CHECK("{\"a\":\"\xff\",\"\xc3\":1}", "{\"a\":\"\xef\xbf\xbd\",\"\xef\xbf\xbd\":1}",
          "", "{\"a\":\"\xef\xbf\xbd\",\"\xef\xbf\xbd\":1}");
    CHECK("{\"a\":\"\\ud83d\\ude00 \\ud800 \\udc00x \\ud83d\\u0041\"}",
          "{\"a\":\"\xf0\x9f\x98\x80 \xef\xbf\xbd \xef\xbf\xbdx \xef\xbf\xbd"
          "A\"}",
          "", "{\"a\":\"\\ud83d\\ude00 \\ufffd \\ufffdx \\ufffd\\u0041\"}");
    CHECK("{\"a\":\"\\u0000\\n\\\"\\\\\\/\\u00e9\\u20ac\"}",
          "{\"a\":\"\xef\xbf\xbd\\n\\\"\\\\/\xc3\xa9\xe2\x82\xac\"}", "",
          "{\"a\":\"\\u0000\\n\\\"\\\\\\/\\u00e9\\u20ac\"}");
}

static void limits(void)
{
    for (size_t levels = RESULT_TREE_MAX_DEPTH - 1; levels <= RESULT_TREE_MAX_DEPTH;
         levels++) {
        cleanup_text struct text json = {0};
        cleanup_words struct words names = {0};
        text_add(&json, "{\"a\":");
        for (size_t i = 0; i < levels; i++)
            text_add_char(&json, '[');
        for (size_t i = 0; i < levels; i++)
            text_add_char(&json, ']');
        text_add_char(&json, '}');
        json_auto_t *root = result_tree(json.bytes, json.size, &names);
        ok((root != NULL) == (levels < RESULT_TREE_MAX_DEPTH), "%zu levels",
           levels + 1);
    }
    cleanup_text struct text many = {0};
    cleanup_words struct words names = {0};
    text_add(&many, "{\"a\":[0");
    for (size_t i = 0; i < 5000; i++)
        text_add(&many, ",NaN");
    text_add(&many, "]}");
    json_auto_t *root = result_tree(many.bytes, many.size, &names);
    ok(root && names.count == RESULT_TREE_MAX_NONFINITE, "names of NaN have a ceiling");
}

static void member(const char *json, const char *wanted)
{
    const char *value = NULL;
    size_t size = 0;
    bool is_found = result_text_member(json, strlen(json), "metrics", &value, &size);
    cleanup_free char *got = is_found ? xmemdup(value, size) : NULL;

    is_string(got, wanted, json);
}

static void members(void)
{
    member("{}", NULL);
    member("{\"x\":\"metrics\"}", NULL);
    member("{\"x\":{\"metrics\":1}}", NULL);
    member("{\"metrics\"", "");
    member("{\"metrics\":{\"a\":\"},{\",\"b\":[1,2]},\"x\":1}",
           "{\"a\":\"},{\",\"b\":[1,2]}");
    member("{ \"x\" : [1,{}] , \"metrics\" : { } }", "{ }");
    member("{\"metrics\":1,\"metrics\":2}", "2");
    member("{\"metrics\\\"\":1}", NULL);
}

int main(void)
{
    refused();
    taken();
    limits();
    members();
    return tap_done();
}

/* The one-pass JSON reader: what is whole, what is broken, and that no cut matters. */
#include "collector/scan/value.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "launcher/common/memory.h"
#include "tests/tap/tap.h"

/* Feed in pieces of `step` bytes; 'w' whole, 'b' bad, 'm' more; `*used` in all. */
static char feed(const char *bytes, size_t size, size_t step, size_t *ret_used)
{
    struct value_scan scan;
    enum value_status status = VALUE_MORE;
    size_t at = 0;

    value_begin(&scan);
    while (at < size && status == VALUE_MORE) {
        size_t piece = size - at < step ? size - at : step;
        size_t used = 0;
        /* a copy of its own, so that the sanitizer sees any read behind the piece */
        cleanup_free char *copy = xmalloc(piece);
        memcpy(copy, bytes + at, piece);
        status = value_feed(&scan, copy, piece, &used);
        at += used;
    }
    *ret_used = at;
    return status == VALUE_WHOLE ? 'w' : status == VALUE_BAD ? 'b' : 'm';
}

static void check(const char *text, size_t size, char wanted, size_t wanted_used)
{
    int is_good = 1;

    for (size_t step = 1; step <= size + 1; step++) {
        size_t used = 0;
        char got = feed(text, size, step, &used);
        if (got != wanted || used != wanted_used) {
            printf("# step %zu: %c after %zu, wanted %c after %zu\n", step, got, used,
                   wanted, wanted_used);
            is_good = 0;
        }
    }
    char name[61] = "";
    for (size_t i = 0; i < size && i < 60; i++)
        name[i] = text[i] > ' ' && text[i] <= '~' && text[i] != '#' ? text[i] : '_';
    ok(is_good, "%c: %s", wanted, name);
}

#define BAD(text, at) check(text, sizeof(text) - 1, 'b', at)
#define MORE(text) check(text, sizeof(text) - 1, 'm', sizeof(text) - 1)
#define WHOLE(text, tail) check(text tail, sizeof(text tail) - 1, 'w', sizeof(text) - 1)

static void bad_values(void)
{
    BAD("x", 0);
    BAD("[1]", 0);
    BAD("\n{}", 0);
    BAD("null", 0);
    BAD("{1:2}", 1);
    BAD("{'a':1}", 1);
    BAD("{\"a\" 1}", 5);
    BAD("{\"a\":}", 5);
    BAD("{\"a\":1,}", 7);
    BAD("{\"a\":1 \"b\":2}", 7);
    BAD("{\"a\":[1}", 7);
    BAD("{\"a\":{]", 6);
    BAD("{\"a\":[1,]}", 8);
    BAD("{\"a\":01}", 6);
    BAD("{\"a\":+1}", 6);
    BAD("{\"a\":1.}", 7);
    BAD("{\"a\":.5}", 5);
    BAD("{\"a\":1e}", 7);
    BAD("{\"a\":1e+}", 8);
    BAD("{\"a\":-}", 6);
    BAD("{\"a\":tru}", 8);
    BAD("{\"a\":None}", 6);
    BAD("{\"a\":True}", 5);
    BAD("{\"a\":nam}", 7);
    BAD("{\"a\":nUll}", 6);
    BAD("{\"a\":--nan}", 6);
    BAD("{\"a\":infi}", 9);
    BAD("{\"a\":infx}", 8);
    BAD("{\"a\":nan(ind)}", 8);
    BAD("{\"a\":NULL}", 6);
    BAD("{\"a\":+}", 6);
    BAD("{\"a\":TRUE}", 5);
    BAD("{\"a\":1.#QNAN}", 7);
    BAD("{\x1b[0m\"a\":1}", 1);
    BAD("\x1b]0;{}", 1);
    BAD("\xef\xbb{}", 2);
    BAD("\"x\"", 1);
    BAD("\"{\\\"a\\\":1}\"", 1);
    BAD("{\"a\":\"\\x\"}", 7);
    BAD("{\"a\":\"\\u12g4\"}", 10);
    BAD("{\"a\":\"x\ny\"}", 7);
    BAD("{\"a\":\"x\ty\"}", 7);
    BAD("{\"a\":\"x\0y\"}", 7);
    BAD("{\"a\":\"\\\0\"}", 7);
    BAD("{\0}", 1);
    BAD("{\"a\":1\0}", 6);
    BAD("{not valid json}", 1);
}

static void unfinished_values(void)
{
    MORE("");
    MORE("  \t");
    MORE("{");
    MORE("{\"a");
    MORE("{\"a\\");
    MORE("{\"a\":");
    MORE("{\"a\":1");
    MORE("{\"a\":[1,2]");
    MORE("{\"a\":\"\\u12");
    MORE("{\"a\":tr");
    MORE("{\"a\":n");
    MORE("{\"a\":inf");
    MORE("\x1b[0m");
    MORE("\xef");
    MORE("{\"a\":{}");
}

static void whole_values(void)
{
    WHOLE("{\"a\":[NAN,-NAN,Nan,INF,-INF,+Inf,+inf,INFINITY,+NaN]}", "");
    WHOLE("{}", "");
    WHOLE("{}", "}");
    WHOLE(" \t{ }", "\r\n");
    WHOLE("{\"a\":1}", "TMGG_RESULT:{}");
    WHOLE("{\"a\":[],\"b\":[[]],\"c\":{}}", "\x1b[0m");
    WHOLE("{\"a\" : [1 , -2.5e-3,0,0.5,1E9,-0,10] }", "x");
    WHOLE("{\"a\":NaN,\"b\":Infinity,\"c\":-Infinity}", "");
    WHOLE("{\"a\":nan,\"b\":-nan,\"c\":inf,\"d\":-inf,\"e\":Inf,\"f\":-NaN}", "");
    WHOLE("{\"a\":[inf,infinity,-Infinity,inf]}", "");
    WHOLE("\x1b[0m{\"a\":1}", "");
    WHOLE(" \x1b[1;32m\x1b[K\xef\xbb\xbf {\"a\":1}", "");
    WHOLE("{\"a\":true,\"b\":false,\"c\":null}", "");
    WHOLE("{\"a\":\"}{\\\"\\\\\\/\\b\\f\\n\\r\\t\\u00e9\"}", "\"");
    WHOLE("{\"a\":\"\xff\xfe\x7f\"}", "");
    WHOLE("{\n  \"a\": 1\n}", "\n");
}

static void depth(void)
{
    for (size_t levels = VALUE_MAX_DEPTH - 1; levels <= VALUE_MAX_DEPTH; levels++) {
        char text[2 * VALUE_MAX_DEPTH + 16];
        size_t size = 0, used = 0;
        memcpy(text, "{\"a\":", 5);
        size += 5;
        memset(text + size, '[', levels);
        size += levels;
        memset(text + size, ']', levels);
        size += levels;
        text[size++] = '}';
        char got = feed(text, size, 7, &used);
        bool fits = levels + 1 <= VALUE_MAX_DEPTH;
        ok(got == (fits ? 'w' : 'b') && used == (fits ? size : 5 + VALUE_MAX_DEPTH - 1),
           "%zu levels are %s", levels + 1, fits ? "read" : "refused");
    }
}

int main(void)
{
    bad_values();
    unfinished_values();
    whole_values();
    depth();
    return tap_done();
}

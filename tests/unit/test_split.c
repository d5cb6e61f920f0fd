#include <stdlib.h>
#include <string.h>

#include "launcher/common/limits.h"
#include "launcher/common/memory.h"
#include "launcher/plan/plan.h"
#include "tests/tap/tap.h"

/* The values joined by '|', or "error: <kind>". */
static char *split(const char *element, enum plan_quotes quotes)
{
    struct words values = {0};
    struct error err = {0};
    struct text text = {0};

    if (plan_split_values("k", element, quotes, &values, &err) < 0)
        text_addf(&text, "error: %s", error_kind_name(err.kind));
    for (size_t i = 0; i < values.count && err.kind == ERROR_NONE; i++)
        text_addf(&text, "%s%s", i ? "|" : "", values.items[i]);
    words_release(&values);
    return text_take(&text);
}

struct row {
    const char *element;
    const char *values; /* NULL: an error */
};

static void check(const struct row *table, size_t count, enum plan_quotes quotes,
                  const char *mode)
{
    for (size_t i = 0; i < count; i++) {
        cleanup_free char *got = split(table[i].element, quotes);
        cleanup_free char *what = xasprintf("%s: %s", mode, table[i].element);
        is_string(got, table[i].values ? table[i].values : "error: usage", what);
    }
}

#define CHECK(table, quotes, mode) \
    check(table, sizeof table / sizeof *table, quotes, mode)

static void test_ranges(void)
{
    static const struct row table[] = {
        {"range()", NULL},
        {"range(a)", NULL},
        {"range(,)", NULL},
        {"range(1,2,3,4)", NULL},
        {"range(0,5,0)", NULL},
        {"range(5,5)", NULL},
        {"range(5,0)", NULL},
        {"range(0)", NULL},
        {"range(0,5,step=1,step=2)", NULL},
        {"range(step=2)", NULL},
        {"range(0,5,stride=1)", NULL},
        {"range(0,1e19)", NULL},
        {"range(0,99999999999999999999)", NULL},
        {"range(-9223372036854775807,9223372036854775807)", NULL},
        {"range(0,1000001)", NULL},
        {"range(0,1,1e-19)", NULL},
        {"range(0,1,.)", NULL},
        {"range(0,1,1e)", NULL},
        {"range(0x1,5)", NULL},
        {"range(3)", "0|1|2"},
        {"range(0,5)", "0|1|2|3|4"},
        {"range( 0 , 5 )", "0|1|2|3|4"},
        {"range (2)", "0|1"},
        {"range(0,10,2)", "0|2|4|6|8"},
        {"range(0,10,step=5)", "0|5"},
        {"range(start=1,stop=3)", "1|2"},
        {"range(stop=3)", "0|1|2"},
        {"range(-3,0)", "-3|-2|-1"},
        {"range(-3,step=-1)", "0|-1|-2"},
        {"range(3,0,-1)", "3|2|1"},
        {"range(1_000,1_002)", "1000|1001"},
        {"range(0,1,0.1)", "0.0|0.1|0.2|0.3|0.4|0.5|0.6|0.7|0.8|0.9"},
        {"range(0,1,0.25)", "0.0|0.25|0.5|0.75"},
        {"range(1e-3,3e-3,1e-3)", "0.001|0.002"},
        {"range(-0.5,0.5,0.5)", "-0.5|0.0"},
        {"range(0,2.)", "0.0|1.0"},
        {"range(0,1e1,5)", "0.0|5.0"},
        {"range(9223372036854775806,9223372036854775807)", "9223372036854775806"},
    };
    struct words values = {0};

    CHECK(table, PLAN_QUOTES_KEPT, "range");
    CHECK(table, PLAN_QUOTES_HYDRA, "range in Hydra");
    ok(plan_split_values("k", "range(0,1000000)", PLAN_QUOTES_KEPT, &values, NULL) ==
               0 &&
           values.count == LIMIT_PARAMETER_VALUES,
       "as many values as are allowed");
    words_release(&values);
}

static void test_plain(void)
{
    static const struct row table[] = {
        {"1,", NULL},
        {",1", NULL},
        {",", NULL},
        {"1,,2", NULL},
        {"1, ,2", NULL},
        {"[1,2", NULL},
        {"1,2]", NULL},
        {"[1,(2],3)", NULL},
        {"'a,b", NULL},
        {"'a'b,c", NULL},
        {"choice()", NULL},
        {"choice(a,)", NULL},
        {"choice(range(3))", NULL},
        {"choice(1,2),3", NULL},
        {"1,range(3)", NULL},
        {"", ""},
        {" ", " "},
        {"1e-3", "1e-3"},
        {"1e-3,1e-2", "1e-3|1e-2"},
        {"a, b ,\tc", "a|b|c"},
        {" a ", " a "},
        {"[1,2],[3,4]", "[1,2]|[3,4]"},
        {"{a:1,b:2},{a:3}", "{a:1,b:2}|{a:3}"},
        {"(1,2),(3)", "(1,2)|(3)"},
        {"[1,2]", "[1,2]"},
        {"['a]',b],c", "['a]',b]|c"},
        {"choice(a,b)", "a|b"},
        {"choice(a)", "a"},
        {"choice([1,2],'x,y')", "[1,2]|'x,y'"},
        {"choice", "choice"},
        {"arrange(1", "arrange(1"},
        {":-(", ":-("},
        {"it's,that's", "it's|that's"},
        {"'tis", "'tis"},
        {"\"a,b\"", "\"a,b\""},
        {"'a,b',c", "'a,b'|c"},
        {"f(x,y)", "f(x,y)"},
        {"$HOME,`x`,a\\b", "$HOME|`x`|a\\b"},
        {"a\nb,\xff\xfe", "a\nb|\xff\xfe"},
        {"${a,b},c", "${a,b}|c"},
    };

    CHECK(table, PLAN_QUOTES_KEPT, "as typed");
}

static void test_unquoted(void)
{
    static const struct row table[] = {
        {"'a,b", NULL},
        {"'a' b,c", NULL},
        {"'a,b'", "a,b"},
        {"''", ""},
        {"'',a", "|a"},
        {"'a,b',\"c,d\",e", "a,b|c,d|e"},
        {"' a '", " a "},
        {"'it\\'s'", "it's"},
        {"'a\\\\'", "a\\"},
        {"'a\\nb'", "a\\nb"},
        {"'a\\\\nb'", "a\\\\nb"},
        {"'a\\\\\\'b'", "a\\'b"},
        {"'\"'", "\""},
        {"'range(3)'", "range(3)"},
        {"a'b'", "a'b'"},
        {"'", "'"},
        {"choice('a,b',c)", "a,b|c"},
        {"['a,b',c]", "['a,b',c]"},
    };

    CHECK(table, PLAN_QUOTES_REMOVED, "unquoted");
}

/* What Hydra 1.3.2's own parser says about these was asked when this was written. */
static void test_hydra(void)
{
    static const struct row table[] = {
        {"1,", NULL},
        {",1", NULL},
        {"1,,2", NULL},
        {"a#b", NULL},
        {"a=b", NULL},
        {"\xc3\xa9", NULL},
        {"a\nb", NULL},
        {"it's", NULL},
        {"\"a\"b", NULL},
        {"'a", NULL},
        {"[1,2", NULL},
        {"[1,]", NULL},
        {"[1,2]]", NULL},
        {"a(b", NULL},
        {"{a}", NULL},
        {"{'a':1}", NULL},
        {"${}", NULL},
        {"f(a", NULL},
        {"choice()", NULL},
        {"choice(range(3))", NULL},
        {"1,range(3)", NULL},
        {"interval(0,1)", NULL},
        {"glob(*)", NULL},
        {"sort(3,1,2)", NULL},
        {"shuffle(1,2)", NULL},
        {"int(range(3))", NULL},
        {"int(1,2)", NULL},
        {"a,int(1,2)", NULL},
        {"choice(a=1)", NULL},
        {"", ""},
        {"1e-3,0.10", "1e-3|0.10"},
        {"a, b", "a|b"},
        {"a b,c d", "a b|c d"},
        {"\\,a,b", "\\,a|b"},
        {"a\\=b,c", "a\\=b|c"},
        {"'a,b','c'", "'a,b'|'c'"},
        {"'it\\'s',x", "'it\\'s'|x"},
        {"[1,[2,3]],[]", "[1,[2,3]]|[]"},
        {"{a:1,b:[1,2]},{}", "{a:1,b:[1,2]}|{}"},
        {"{a:b:c}", "{a:b:c}"},
        {"${a},${oc.env:X,y}", "${a}|${oc.env:X,y}"},
        {"$a,a$b", "$a|a$b"},
        {"a:b,c/d.e-f_g%h*i@j?k|l", "a:b|c/d.e-f_g%h*i@j?k|l"},
        {"choice(a,b)", "a|b"},
        {"choice( a , [1,2] )", "a|[1,2]"},
        {"int(3.5)", "int(3.5)"},
        {"str([1,2])", "str([1,2])"},
    };

    CHECK(table, PLAN_QUOTES_HYDRA, "Hydra");
}

static void test_limits(void)
{
    struct text deep = {0};
    struct words values = {0};
    struct error err = {0};

    for (int i = 0; i < 100000; i++)
        text_add_char(&deep, '[');
    text_add(&deep, ",1");
    ok(plan_split_values("k", deep.bytes, PLAN_QUOTES_KEPT, &values, &err) < 0 &&
           plan_split_values("k", deep.bytes, PLAN_QUOTES_HYDRA, &values, &err) < 0,
       "100,000 open brackets are an error");
    text_release(&deep);
    words_release(&values);
    ok(plan_split_values("lr", "1,,2", PLAN_QUOTES_KEPT, &values, &err) < 0 &&
           strstr(err.text, "'lr'") && strstr(err.text, "empty value in grid '1,,2'"),
       "the message names parameter and value");
    words_release(&values);
}

int main(void)
{
    test_plain();
    test_unquoted();
    test_ranges();
    test_hydra();
    test_limits();
    return tap_done();
}

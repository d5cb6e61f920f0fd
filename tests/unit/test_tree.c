#include <stdlib.h>
#include <string.h>

#include "launcher/common/limits.h"
#include "launcher/common/memory.h"
#include "launcher/common/text/text.h"
#include "launcher/common/trees/tree_load.h"
#include "tests/tap/tap.h"

static struct tree *parse(const char *text, struct error *err)
{
    return tree_parse(text, strlen(text), "f.yaml", false, err);
}

static void refuses(const char *text, const char *place, const char *words)
{
    struct error err = {0};
    cleanup_tree struct tree *tree = parse(text, &err);

    ok(!tree && err.kind == ERROR_INPUT &&
           strncmp(err.text, place, strlen(place)) == 0 && strstr(err.text, words),
       "refused at %s: %s", place, words);
    if (!tree && !strstr(err.text, words))
        printf("#   said: %s\n", err.text);
}

static void test_bad_yaml(void)
{
    refuses("a:\n\tb: 1\n", "f.yaml:2: ", "a tab cannot indent");
    refuses("a: 1\nb: 2\na: 3\n",
            "f.yaml:3: ", "key 'a' stands twice (first in line 1)");
    refuses("a: !!int 3\n", "f.yaml:1: ", "tags");
    refuses("a: !python/object x\n", "f.yaml:1: ", "tags");
    refuses("!!map {a: 1}\n", "f.yaml:1: ", "tags");
    refuses("a: !!seq [1]\n", "f.yaml:1: ", "tags");
    refuses("!!str a: 1\n", "f.yaml:1: ", "tags");
    refuses("x: &x {a: 1}\ny:\n  <<: *x\n", "f.yaml:3: ", "merge keys");
    refuses("a: 1\n---\nb: 2\n", "f.yaml:2: ", "second document");
    refuses("a: *b\n", "f.yaml:1: ", "'*b' names no value");
    refuses("a: &a [*a]\n", "f.yaml:1: ", "'*a' names no value");
    refuses("a: b: c\n", "f.yaml:1: ", "needs quotes");
    refuses("a: [1, 2\nb: 3\n", "f.yaml:", "not valid YAML");
    refuses("a: \"x\\0y\"\n", "f.yaml:1: ", "NUL");
    refuses("\"x\\0y\": 1\n", "f.yaml:1: ", "NUL");
    refuses("? [a]\n: 1\n", "f.yaml:1: ", "a key must be");
    refuses("a: 1\nb: \xFF\n", "f.yaml:2: ", "not YAML in UTF-8");
    refuses("a: 'open\n", "f.yaml:", "not valid YAML");
}

static void test_caps(void)
{
    cleanup_text struct text deep = {0};
    cleanup_text struct text fits = {0};
    cleanup_text struct text bomb = {0};
    cleanup_text struct text many = {0};
    struct error err = {0};

    for (int i = 0; i < LIMIT_DEPTH; i++)
        text_add_char(&deep, '[');
    text_add_char(&deep, '1');
    for (int i = 0; i < LIMIT_DEPTH; i++)
        text_add_char(&deep, ']');
    refuses(text_string(&deep), "f.yaml:1: ", "nested deeper");
    text_add_bytes(&fits, text_string(&deep) + 1, (size_t)(2 * LIMIT_DEPTH - 1));
    cleanup_tree struct tree *tree = parse(text_string(&fits), &err);
    ok(tree != NULL, "one level less is read");

    text_add(&bomb, "a0: &a0 [x,x,x,x,x,x,x,x,x,x]\n");
    for (int i = 1; i < 12; i++) {
        text_addf(&bomb, "a%d: &a%d [", i, i);
        for (int k = 0; k < 10; k++)
            text_addf(&bomb, "%s*a%d", k ? "," : "", i - 1);
        text_add(&bomb, "]\n");
    }
    refuses(text_string(&bomb), "f.yaml:", "values in one file");

    text_add(&many, "a: &a 1\nb:\n");
    for (int i = 0; i <= LIMIT_YAML_ALIASES; i++)
        text_add(&many, "  - *a\n");
    refuses(text_string(&many), "f.yaml:1003: ", "more than 1000 aliases");
}

static void test_good_yaml(void)
{
    struct error err = {0};
    cleanup_tree struct tree *tree =
        parse("# a comment\ntime: 12:00:00\nrequeue: no\n"
              "octal: 010\nlr: 1e-3\nquoted: 'no'\nnone:\n"
              "tilde: ~\nempty: ''\nlist:\n  - a\n  - b: 1\n"
              "same: &s {x: 1}\nagain: *s\n",
              &err);

    if (!ok(tree && tree->kind == TREE_MAP, "a map is read"))
        return;
    is_string(tree_get(tree, "time")->text, "12:00:00", "a time keeps its text");
    is_number(tree_get(tree, "time")->line, 2, "lines are counted from 1");
    is_string(tree_get(tree, "requeue")->text, "no", "no stays no");
    is_string(tree_get(tree, "octal")->text, "010", "010 stays 010");
    is_string(tree_get(tree, "lr")->text, "1e-3", "1e-3 stays 1e-3");
    ok(tree_get(tree, "quoted")->is_quoted && !tree_get(tree, "requeue")->is_quoted,
       "quotes are remembered");
    ok(tree_get(tree, "none")->kind == TREE_NULL &&
           tree_get(tree, "tilde")->kind == TREE_NULL,
       "nothing and ~ are null");
    ok(tree_get(tree, "empty")->kind == TREE_SCALAR, "'' is a text");
    is_number(tree_get(tree, "list")->count, 2, "a list of two");
    is_string(tree_get(tree_get(tree, "again"), "x")->text, "1", "an alias is a copy");
    ok(!tree_get(tree, "other") && !tree_get(tree_get(tree, "time"), "x"),
       "what is not there is NULL");
}

static void test_empty(void)
{
    struct error err = {0};
    cleanup_tree struct tree *nothing = parse("", &err);
    cleanup_tree struct tree *comment = parse("# only\n\n", &err);
    cleanup_tree struct tree *dashes = parse("---\n...\n", &err);
    cleanup_tree struct tree *bom = parse("\xEF\xBB\xBF"
                                          "a: 1\r\n",
                                          &err);

    ok(nothing && nothing->kind == TREE_NULL, "an empty file is null");
    ok(comment && comment->kind == TREE_NULL, "comments alone are null");
    ok(dashes && dashes->kind == TREE_NULL, "an empty document is null");
    ok(bom && tree_get(bom, "a") && strcmp(tree_get(bom, "a")->text, "1") == 0,
       "a byte order mark and CR LF are read");
}

static struct tree *parse_json(const char *text, struct error *err)
{
    return tree_parse(text, strlen(text), "f.json", true, err);
}

static void test_json(void)
{
    struct error err = {0};
    cleanup_tree struct tree *tree = parse_json(
        "{\"b\": [1, 0.1, 1e-3, true, null, \"t\"], \"a\": {\"x\": 12345678901}}",
        &err);

    if (!ok(tree && tree->kind == TREE_MAP, "JSON is read"))
        return;
    const struct tree *list = tree_get(tree, "b");
    is_string(tree->keys[0], "b", "members keep their order");
    is_string(list->children[0]->text, "1", "an integer");
    is_string(list->children[1]->text, "0.1", "the shortest text of a real");
    is_string(list->children[2]->text, "0.001", "another real");
    is_string(list->children[3]->text, "true", "true");
    ok(list->children[4]->kind == TREE_NULL, "null");
    ok(list->children[5]->is_quoted && !list->children[0]->is_quoted,
       "a string is quoted");
    is_string(tree_get(tree_get(tree, "a"), "x")->text, "12345678901", "a big integer");
    is_number(list->line, 0, "JSON has no lines");
    ok(!parse_json("{\"a\": 1, \"a\": 2}", &err), "a duplicate key is refused");
    ok(!parse_json("{\"a\": \"\\u0000\"}", &err), "a NUL is refused");
    ok(!parse_json("", &err), "nothing is refused");
    ok(!parse_json("{\"a\": 1} x", &err), "text behind the value is refused");
}

static void test_load(void)
{
    struct error err = {0};
    cleanup_free char *big = xcalloc(1, LIMIT_CONFIG_BYTES + 2);

    memset(big, '#', LIMIT_CONFIG_BYTES + 1);
    cleanup_tree struct tree *tree = parse(big, &err);
    ok(!tree && strstr(err.text, "larger than"), "a file that is too large");
    tree_free(NULL);
    cleanup_free char *place = tree_place("a", 3);
    cleanup_free char *bare = tree_place("a", 0);
    is_string(place, "a:3", "a place with its line");
    is_string(bare, "a", "a place without");
}

int main(void)
{
    test_bad_yaml();
    test_caps();
    test_good_yaml();
    test_empty();
    test_json();
    test_load();
    return tap_done();
}

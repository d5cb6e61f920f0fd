#include <string.h>

#include "launcher/common/memory.h"
#include "launcher/common/trees/tree_load.h"
#include "launcher/plan/plan.h"
#include "launcher/settings/sweep_file.h"
#include "tests/tap/tap.h"

#define cleanup_file_parts __attribute__((cleanup(sweep_file_release)))

static int read_text(const char *text, const char *source, struct sweep_file *file,
                     struct error *err)
{
    cleanup_tree struct tree *tree = tree_parse(text, strlen(text), source, false, err);

    return tree ? sweep_file_read(tree, source, file, err) : -1;
}

static void refuses(const char *text, const char *words)
{
    struct error err = {0};
    cleanup_file_parts struct sweep_file file = {0};

    ok(read_text(text, "s.yaml", &file, &err) < 0 && err.kind == ERROR_INPUT &&
           strstr(err.text, words) && !file.grid.count && !file.command.count,
       "refused: %s", words);
    if (!strstr(err.text, words))
        printf("#   said: %s\n", err.text);
}

static void test_bad(void)
{
    refuses("params: [a, b]\n", "s.yaml:1: 'params' takes names");
    refuses("params: {a: 1}\ngrid: {b: 1}\n", "s.yaml:2: 'params' and 'grid'");
    refuses("params:\n  lr: []\n", "s.yaml:2: parameter 'lr' has an empty list");
    refuses("params:\n  lr:\n", "s.yaml:2: parameter 'lr' has no value");
    refuses("params:\n  'a b': 1\n", "s.yaml:2: 'a b' cannot be");
    refuses("params:\n  1a: 1\n", "cannot be a parameter's name");
    refuses("params:\n  a: [{b: 1}]\n", "a value of 'a' is a map");
    refuses("command: {a: b}\n", "'command' takes");
    refuses("command: [a, [b]]\n", "each word");
    refuses("command: python 'x\n", "s.yaml:1: command: a quote");
    refuses("command: python $HOME/x\n", "needs a shell");
    refuses("points: {a: 1}\n", "'points' takes");
    refuses("points: ['']\n", "'points' takes");
    refuses("points: [a.csv, ~]\n", "'points' takes");
}

static void test_good(void)
{
    struct error err = {0};
    cleanup_file_parts struct sweep_file file = {0};

    ok(read_text(
           "command: python train.py 'a b'\n"
           "params:\n  lr: 1e-3,1e-2\n  seed: range(0,3)\n  opt: {beta: [0.9, 0.99]}\n"
           "  model: [~, a]\n  none: null\n  empty: ''\n  layers: [[1, 2], [3]]\n"
           "points: [a.csv, /b.csv]\nnodes: 3\n",
           "dir/s.yaml", &file, &err) == 0,
       "a sweep file is read: %s", err.text);
    if (file.grid.count != 7 || file.points.count != 2 || file.command.count != 3) {
        ok(false, "its parts are there");
        return;
    }
    is_string(file.command.items[2], "a b", "the command is split as a shell does");
    is_string(file.grid.items[0], "lr=1e-3,1e-2", "a text is as typed");
    is_string(file.grid.items[1], "seed=range(0,3)", "a range is as typed");
    is_string(file.grid.items[2], "opt.beta=0.9,0.99", "nested names flatten");
    is_string(file.grid.items[3], "model=null,a", "null is a value");
    is_string(file.grid.items[4], "none=null", "null alone too");
    is_string(file.grid.items[5], "empty=", "an empty text");
    is_string(file.grid.items[6], "layers=[1,2],[3]", "lists as values");
    is_string(file.points.items[0], "dir/a.csv", "points are relative to the file");
    is_string(file.points.items[1], "/b.csv", "or absolute");
}

/* What stands in a list comes back from the plan as the same values. */
static void test_round_trip(void)
{
    static const char *const wanted[] = {
        "a,b",  "",         "it's",  "a b",       " x ",   "range(0,3)", "[1",
        "\\",   "a\\b",     "\\'",   "a\\\\'b\\", "\"q\"", "'q'",        "x=1",
        "1e-3", "\xC3\xBC", "$HOME", "{k}",       "a\nb",  "choice(a,b)"};
    size_t count = sizeof wanted / sizeof *wanted;
    cleanup_text struct text json = {0};
    struct error err = {0};
    cleanup_file_parts struct sweep_file file = {0};
    cleanup_words struct words values = {0};

    text_add(&json, "params: {x: [");
    for (size_t i = 0; i < count; i++) {
        text_addf(&json, "%s\"", i ? "," : "");
        for (const char *c = wanted[i]; *c; c++) {
            if (*c == '"' || *c == '\\')
                text_add_char(&json, '\\');
            text_add(&json, *c == '\n' ? "\\n" : (char[]){*c, '\0'});
        }
        text_add_char(&json, '"');
    }
    text_add(&json, "]}\n");
    ok(read_text(text_string(&json), "s.yaml", &file, &err) == 0,
       "a list of odd values: %s", err.text);
    if (!ok(file.grid.count == 1, "one element"))
        return;
    ok(plan_split_values("x", file.grid.items[0] + 2, PLAN_QUOTES_REMOVED, &values,
                         &err) == 0,
       "the plan takes it apart: %s", err.text);
    if (!ok(values.count == count, "into as many values"))
        return;
    for (size_t i = 0; i < count; i++)
        is_string(values.items[i], wanted[i], "the same value");
    cleanup_words struct words hydra = {0};
    ok(plan_split_values("x", file.grid.items[0] + 2, PLAN_QUOTES_HYDRA, &hydra,
                         &err) == 0 &&
           hydra.count == count,
       "Hydra's grammar reads as many: %s", err.text);
}

int main(void)
{
    test_bad();
    test_good();
    test_round_trip();
    return tap_done();
}

#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include "launcher/plan/grid.h"
#include "tests/tap/tap.h"

static int add(struct grid *grid, const char *word, struct error *err)
{
    return grid_add(grid, word, PLAN_QUOTES_KEPT, false, err);
}

static void test_bad(void)
{
    static const char *const words[] = {"",      "lr",     "=1",           "1a=2",
                                        "a b=1", "a=1,,2", "a=range(3,3)", "--a=1",
                                        "a:=1",  "a=[1,2"};
    struct grid grid = {0};
    struct error err = {0};

    for (size_t i = 0; i < sizeof words / sizeof *words; i++)
        ok(add(&grid, words[i], &err) < 0 && err.kind == ERROR_USAGE && grid.count == 0,
           "'%s' is refused and leaves nothing", words[i]);
    grid_release(&grid);
    grid_release(&grid);
}

static void test_twice(void)
{
    struct grid grid = {0};
    struct error err = {0};

    ok(add(&grid, "lr=1,2", &err) == 0 && add(&grid, "x=0", &err) == 0, "two keys");
    ok(add(&grid, "lr=3", &err) < 0 && strstr(err.text, "'lr=1,2'") &&
           strstr(err.text, "'lr=3'"),
       "a key given twice is refused, and both words are named");
    is_number(grid.count, 2, "the grid is as before");
    ok(add(&grid, "+l=1", &err) == 0 && add(&grid, "+l=2", &err) == 0,
       "appends of Hydra's may come twice");
    ok(add(&grid, "+lr=1", &err) == 0, "+lr is another key than lr");
    ok(grid_find(&grid, "x") == &grid.axes[1] && !grid_find(&grid, "y"),
       "found by key");
    grid_release(&grid);
}

static void test_product(void)
{
    struct grid grid = {0};
    struct text seen = {0};

    is_number(grid_count(&grid, 1), 1, "no axis is one point");
    ok(!grid_next(&grid), "and there is no other");
    add(&grid, "a=1,2", NULL);
    add(&grid, "b=x", NULL);
    add(&grid, "c=u,v,w", NULL);
    is_number(grid_count(&grid, 10), 60, "2 x 1 x 3 x 10");
    do {
        for (size_t i = 0; i < grid.count; i++)
            text_add(&seen, grid.axes[i].values.items[grid.axes[i].at]);
        text_add_char(&seen, ' ');
    } while (grid_next(&grid));
    is_string(text_string(&seen), "1xu 1xv 1xw 2xu 2xv 2xw ",
              "the first key is the slowest");
    ok(grid.axes[0].at == 0 && grid.axes[2].at == 0, "and it is at the start again");
    is_number(grid_count(&grid, SIZE_MAX / 5), (long long)SIZE_MAX,
              "what cannot be counted is SIZE_MAX");
    text_release(&seen);
    grid_release(&grid);
}

static void test_whole(void)
{
    struct grid grid = {0};

    ok(grid_add(&grid, "p=a,b", PLAN_QUOTES_KEPT, true, NULL) == 0 &&
           grid_add(&grid, "q=range(3,3)", PLAN_QUOTES_KEPT, true, NULL) == 0,
       "without splitting commas and ranges are text");
    is_string(grid.axes[0].values.items[0], "a,b", "the comma stays");
    is_string(grid.axes[1].values.items[0], "range(3,3)", "the range stays");
    is_string(grid.axes[0].word, "p=a,b", "the word is remembered");
    grid_release(&grid);
}

int main(void)
{
    test_bad();
    test_twice();
    test_product();
    test_whole();
    return tap_done();
}

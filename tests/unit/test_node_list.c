#include "launcher/scheduler/node_list.h"
#include "tests/tap/tap.h"

static const struct {
    const char *list, *wanted;
} cases[] = {
    {"", ""},
    {"n1", "n1"},
    {"n1,n2,n1", "n1 n2"},
    {"n[1-3]", "n1 n2 n3"},
    {"n[08-10,1]", "n08 n09 n10 n1"},
    {"gpu[1,3],cpu7", "gpu1 gpu3 cpu7"},
    {"r[1-2]c[0-1]x", "r1c0x r1c1x r2c0x r2c1x"},
    {"n[3-1]", ""},
    {"n[1-", ""},
    {"n[x]", ""},
    {"n[1-2]]", ""},
    {"(null)", ""},
    {"None assigned", ""},
    {",,n1,,", "n1"},
    {"n[99999999999999999999]", ""},
    {"a[1]b[1]c[1]d[1]e[1]", ""},
};

int main(void)
{
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        cleanup_words struct words names = {0};
        cleanup_text struct text text = {0};
        node_list_expand(cases[i].list, &names);
        for (size_t j = 0; j < names.count; j++)
            text_addf(&text, "%s%s", j ? " " : "", names.items[j]);
        is_string(text_string(&text), cases[i].wanted, cases[i].list);
    }
    cleanup_words struct words many = {0};
    node_list_expand("n[0-999999999]", &many);
    is_number((long)many.count, NODE_LIST_MAX, "a list without end is cut");
    /* What would take years: names that never count. */
    cleanup_words struct words none = {0};
    node_list_expand("|[0-999999999][0-999999999]", &none);
    is_number((long)none.count, 0, "10^18 names that no node has end at once");
    cleanup_words struct words long_ones = {0};
    cleanup_text struct text list = {0};
    for (int i = 0; i < 300; i++)
        text_add_char(&list, 'a');
    text_add(&list, "[0-999999999][0-999999999],n1");
    node_list_expand(text_string(&list), &long_ones);
    is_number((long)long_ones.count, 0, "so do names that are too long");
    return tap_done();
}

#include "collector/table/code_versions.h"

#include <string.h>

#include "launcher/common/memory.h"
#include "tests/tap/tap.h"

#define A "aaaaaaaaaaaa0000000000000000000000000000000000000000000000000000"
#define B "bbbbbbbbbbbb0000000000000000000000000000000000000000000000000000"
#define C "cccccccccccc0000000000000000000000000000000000000000000000000000"

static void add(struct table *table, const char *point, enum state state,
                const char *code)
{
    struct row *row = table_add(table);

    xreplace(&row->point, point);
    xreplace(&row->code, code);
    row->state = state;
}

static void check(struct table *table, const char *wanted, const char *what)
{
    struct code_versions versions = {0};
    cleanup_text struct text text = {0};

    code_versions_of(table, &versions);
    bool is_warned = code_versions_warn(&versions, &text);
    const char *said = text_string(&text);
    bool is_right = wanted ? strstr(said, wanted) != NULL : !*said;
    ok(is_warned == (wanted != NULL) && is_right, "%s: %s", what, said);
    code_versions_release(&versions);
    table_release(table);
}

int main(void)
{
    struct table table = {0};

    check(&table, NULL, "no row");
    add(&table, "p0", STATE_COMPLETED, "");
    add(&table, "p1", STATE_COMPLETED, A);
    add(&table, "p2", STATE_COMPLETED, A);
    check(&table, NULL, "one version, and one that is not known");
    add(&table, "p0", STATE_COMPLETED, A);
    add(&table, "p1", STATE_FAILED, B);
    add(&table, "p2", STATE_RUNNING, C);
    check(&table, NULL, "only what has completed counts");
    add(&table, "p0", STATE_COMPLETED, B);
    add(&table, "p1", STATE_COMPLETED, A);
    add(&table, "p2", STATE_COMPLETED, B);
    check(&table,
          "2 versions of the entrypoint's file (SHA-256 in the rows' `code`): "
          "bbbbbbbbbbbb 2 (the first 'p0'), aaaaaaaaaaaa 1 (the first 'p1'); ",
          "two");
    for (int i = 0; i < 5; i++) {
        cleanup_free char *code = xasprintf("%d" A, i);
        add(&table, "p", STATE_COMPLETED, code);
    }
    check(&table, "3aaaaaaaaaaa 1 (the first 'p'), …",
          "five: the first four, and that "
          "there are more");
    return tap_done();
}

#include <errno.h>
#include <string.h>

#include "launcher/common/error.h"
#include "launcher/common/memory.h"
#include "tests/tap/tap.h"

/* A text of `size` letters; owned. */
static char *letters(size_t size)
{
    char *text = xmalloc(size + 1);

    memset(text, 'x', size);
    text[size] = '\0';
    return text;
}

static void test_sizes(void)
{
    static const struct {
        size_t size;
        int is_cut;
    } cases[] = {
        {0, 0},
        {1, 0},
        {ERROR_TEXT_MAX - 2, 0},
        {ERROR_TEXT_MAX - 1, 0}, /* fits exactly */
        {ERROR_TEXT_MAX, 1},     /* one too many */
        {ERROR_TEXT_MAX + 1, 1},
        {10 * ERROR_TEXT_MAX, 1},
    };

    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        cleanup_free char *text = letters(cases[i].size);
        struct error err = {0};
        error_set(&err, ERROR_INPUT, "%s", text);
        size_t got = strlen(err.text);
        ok(got == (cases[i].is_cut ? ERROR_TEXT_MAX - 1 : cases[i].size),
           "%zu bytes: %zu kept", cases[i].size, got);
        ok(!strstr(err.text, "...") == !cases[i].is_cut, "%zu bytes: the cut is marked",
           cases[i].size);
    }
}

static void test_prefix_sizes(void)
{
    for (size_t total = ERROR_TEXT_MAX - 3; total < ERROR_TEXT_MAX + 3; total++) {
        struct error err = {0};
        cleanup_free char *text = letters(total - 5); /* "abc: " is the rest */
        error_set(&err, ERROR_FILE, "%s", text);
        error_prefix(&err, "abc");
        ok(strncmp(err.text, "abc: xxx", 8) == 0 && strlen(err.text) < ERROR_TEXT_MAX,
           "prefix with %zu bytes in all", total);
        ok(!strstr(err.text, "...") == (total < ERROR_TEXT_MAX),
           "cut and marked only if over");
    }
    struct error err = {0};
    cleanup_free char *huge = letters(3 * ERROR_TEXT_MAX);
    error_set(&err, ERROR_FILE, "reason");
    error_prefix(&err, "%s", huge);
    is_number(strlen(err.text), ERROR_TEXT_MAX - 1, "a prefix that fills all");
    is_string(err.text + ERROR_TEXT_MAX - 4, "...", "and ends in dots");
    errno = ENOSPC;
    error_set_errno(&err, ERROR_FILE, "%s", huge);
    is_string(err.text + ERROR_TEXT_MAX - 4, "...", "so does a text before strerror");
}

static void test_values(void)
{
    struct error err = {0};

    errno = EIO;
    is_number(error_set(&err, ERROR_POLICY, "no '%s'", "x"), -1, "error_set is -1");
    is_number(errno, EIO, "errno is kept");
    is_number(err.kind, ERROR_POLICY, "kind");
    is_string(err.text, "no 'x'", "text");
    errno = ENOENT;
    is_number(error_set_errno(&err, ERROR_FILE, "cannot open '%s'", "f"), -1, "-1");
    is_string(err.text, "cannot open 'f': No such file or directory", "with strerror");
    is_number(errno, ENOENT, "errno is kept by error_set_errno");
    is_number(error_prefix(&err, "sweep '%s'", "s"), -1, "prefix is -1");
    is_string(err.text, "sweep 's': cannot open 'f': No such file or directory",
              "prefix");
    is_number(err.kind, ERROR_FILE, "prefix keeps the kind");
    errno = EPERM;
    error_prefix(&err, "p");
    is_number(errno, EPERM, "errno is kept by error_prefix");
    ok(error_set(NULL, ERROR_BUG, "x") == -1 &&
           error_set_errno(NULL, ERROR_BUG, "x") == -1 && error_prefix(NULL, "x") == -1,
       "nobody listens: still -1");
}

static void test_kind_names(void)
{
    static const struct {
        enum error_kind kind;
        const char *name;
    } names[] = {{ERROR_NONE, "none"},           {ERROR_USAGE, "usage"},
                 {ERROR_INPUT, "input"},         {ERROR_SCHEDULER, "scheduler"},
                 {ERROR_WAIT, "wait"},           {ERROR_FILE, "file"},
                 {ERROR_POLICY, "policy"},       {ERROR_BUG, "bug"},
                 {ERROR_INTERRUPT, "interrupt"}, {(enum error_kind)1234, "bug"}};

    for (size_t i = 0; i < sizeof names / sizeof *names; i++)
        is_string(error_kind_name(names[i].kind), names[i].name, names[i].name);
}

int main(void)
{
    test_sizes();
    test_prefix_sizes();
    test_values();
    test_kind_names();
    return tap_done();
}

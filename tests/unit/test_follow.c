#include "launcher/commands/follow.h"

#include <signal.h>

#include "launcher/common/processes/interrupt.h"
#include "tests/tap/scratch.h"
#include "tests/tap/tap.h"

static FILE *nowhere;

static void test_copy(void)
{
    cleanup_free char *path = scratch_path("log");
    cleanup_free char *copy = scratch_path("copy");
    FILE *to = fopen(copy, "w");
    struct follow follow = {0};
    struct error err = {0};

    ok(follow_copy(&follow, path, to, &err) == 0, "no file yet %s", err.text);
    scratch_write("log", "one\n", 4);
    ok(follow_copy(&follow, path, to, &err) == 0 && follow.offset == 4, "a line");
    scratch_write("log", "one\ntwo\n", 8);
    ok(follow_copy(&follow, path, to, &err) == 0 && follow.offset == 8, "one more");
    scratch_write("log", "anew\n", 5);
    ok(follow_copy(&follow, path, to, &err) == 0 && follow.offset == 5,
       "a shorter one");
    fclose(to);
    cleanup_free char *text = scratch_read("copy");
    is_string(text, "one\ntwo\nanew\n", "each once");
}

static void tail_is(const char *text, long lines, const char *wanted, const char *what)
{
    cleanup_free char *path = scratch_path("tail");
    cleanup_text struct text found = {.max = 1 << 20};
    struct follow follow = {0};
    struct error err = {0};

    scratch_write("tail", text, strlen(text));
    ok(follow_tail(&follow, path, lines, &err) == 0 &&
           follow_read(&follow, path, &found, &err) == 0,
       "the last %ld %s", lines, err.text);
    is_string(text_string(&found), wanted, what);
}

static void test_tail(void)
{
    tail_is("a\nb\nc\n", 2, "b\nc\n", "of three");
    tail_is("a\nb\nc", 1, "c", "without a newline");
    tail_is("a\nb\n", 9, "a\nb\n", "of fewer");
    tail_is("", 1, "", "of nothing");
    cleanup_free char *missing = scratch_path("missing");
    cleanup_text struct text found = {.max = 10};
    struct follow follow = {0};
    struct error err = {0};
    ok(follow_tail(&follow, missing, 1, &err) == 0 &&
           follow_read(&follow, missing, &found, &err) == 0 && found.size == 0,
       "no file has none");
    scratch_write("tail", "0123456789a", 11);
    cleanup_free char *path = scratch_path("tail");
    ok(follow_read(&follow, path, &found, &err) < 0 && err.kind == ERROR_INPUT,
       "more than the ceiling: %s", err.text);
    text_clear(&found);
    follow.offset = 8;
    ok(follow_read(&follow, path, &found, &err) == 0, "but not from there on");
    is_string(text_string(&found), "89a", "which is all of it");
}

/* Of a file of any size no more is read than a block. The interrupt stays pending. */
static void test_interrupted(void)
{
    cleanup_free char *path = scratch_path("large");
    struct follow follow = {0};
    struct error err = {0};

    scratch_write("large", "first\n", 6);
    ok(truncate(path, 1L << 40) == 0, "a file of a terabyte");
    signal(SIGINT, SIG_DFL); /* a background shell ignores it */
    interrupt_install();
    raise(SIGINT);
    ok(follow_tail(&follow, path, 1, &err) == 0, "is not looked through for a line");
    ok(follow_copy(&follow, path, nowhere, &err) == 0 && follow.offset <= 65536,
       "nor copied after Ctrl-C: %llu bytes", (unsigned long long)follow.offset);
}

int main(void)
{
    nowhere = fopen("/dev/null", "w");
    test_copy();
    test_tail();
    test_interrupted();
    fclose(nowhere);
    scratch_remove();
    return tap_done();
}

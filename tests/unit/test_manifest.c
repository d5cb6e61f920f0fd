#include "collector/archive/manifest.h"

#include <stdlib.h>

#include "launcher/common/memory.h"
#include "tests/tap/tap.h"

#define SUM "0123456789abcdef0123456789abcdef0123456789abcdef0123456789abcdef"

static void test_names(void)
{
    static const char *const bad[] = {"",    "/a",   "a/",   "a//b", ".",      "..",
                                      "./a", "../a", "a/..", "a/.",  "a/../b", "/"};
    static const char *const good[] = {"a",   "a/b",   "..a",  "a..",
                                       "...", ".a/b.", "a b\\"};
    char name[300];

    for (size_t i = 0; i < sizeof bad / sizeof *bad; i++)
        ok(!manifest_name_is_safe(bad[i]), "'%s' is refused", bad[i]);
    for (size_t i = 0; i < sizeof good / sizeof *good; i++)
        ok(manifest_name_is_safe(good[i]), "'%s' is a name", good[i]);
    memset(name, 'x', sizeof name);
    name[255] = '\0';
    ok(manifest_name_is_safe(name), "a component of 255 bytes");
    name[255] = 'x';
    name[256] = '\0';
    ok(!manifest_name_is_safe(name), "but not of 256");
    for (size_t i = 0; i < 64; i++)
        memcpy(name + 2 * i, "a/", 3);
    name[127] = '\0';
    ok(manifest_name_is_safe(name), "64 components");
    memcpy(name + 127, "/a", 3);
    ok(!manifest_name_is_safe(name), "but not 65");
    cleanup_free char *longest = xmalloc(4097);
    for (size_t i = 0; i < 4096; i++)
        longest[i] = i % 200 == 199 ? '/' : 'y';
    longest[4095] = '\0';
    ok(manifest_name_is_safe(longest), "4095 bytes");
    longest[4095] = 'y';
    longest[4096] = '\0';
    ok(!manifest_name_is_safe(longest), "but not 4096");
}

static void refuse(const char *bytes, size_t size, const char *what)
{
    struct manifest manifest = {0};
    struct error err = {0};

    ok(manifest_parse(bytes, size, "m", &manifest, &err) == -1 &&
           err.kind == ERROR_INPUT && strstr(err.text, "'m'") && manifest.count == 0,
       "refused: %s (%s)", what, err.text);
    manifest_release(&manifest);
}

static void test_bad_text(void)
{
    refuse("x", 1, "no newline");
    refuse("\n", 1, "an empty line");
    refuse(SUM "  \n", 67, "no name");
    refuse(SUM "  a", 67, "cut off before the newline");
    refuse(SUM " a\n", 67, "one space");
    refuse("g" SUM " a\n", 68, "not hex");
    refuse(SUM "  ../a\n", 71, "a name that leads out");
    refuse(SUM "  /a\n", 69, "an absolute name");
    refuse(SUM "  a\0b\n", 70, "NUL in a name");
    refuse("\\" SUM "  a\\x\n", 71, "an unknown escape");
    refuse("\\" SUM "  a\\\n", 70, "a backslash at the end");
    refuse(SUM "  a\n" SUM "  a\n", 136, "a name that stands twice");
}

static void test_round_trip(void)
{
    static const char *const names[] = {"b", "a/x y", "c\\d\n\re", "*star", "\xff\xfe"};
    cleanup_text struct text text = {0};
    cleanup_manifest struct manifest manifest = {0};
    struct error err = {0};
    size_t count = sizeof names / sizeof *names;

    for (size_t i = 0; i < count; i++)
        manifest_add_line(&text, names[i], SUM);
    ok(strstr(text_string(&text), "\\" SUM "  c\\\\d\\n\\re\n") != NULL,
       "escapes as sha256sum writes them");
    is_number(manifest_parse(text_string(&text), text.size, "m", &manifest, &err), 0,
              "what was written is read");
    is_number(manifest.count, count, "all of it");
    for (size_t i = 0; i < count; i++) {
        const struct manifest_entry *entry = manifest_find(&manifest, names[i]);
        ok(entry && strcmp(entry->sha256, SUM) == 0, "name %zu is found", i);
    }
    ok(!manifest_find(&manifest, "none"), "another is not");
}

static void test_empty(void)
{
    cleanup_manifest struct manifest manifest = {0};
    struct error err = {0};

    ok(!manifest_find(&manifest, "a"), "nothing in an empty one");
    is_number(manifest_sort(&manifest, &err), 0, "an empty one is sorted");
    is_number(manifest_parse("", 0, "m", &manifest, &err), 0,
              "an empty text is a manifest");
    is_number(manifest_add(&manifest, "../a", SUM, &err), -1,
              "a bad name is not added");
}

int main(void)
{
    test_names();
    test_bad_text();
    test_round_trip();
    test_empty();
    return tap_done();
}

#include "launcher/sweep/archived_files.h"

#include <stdlib.h>
#include <sys/stat.h>
#include <unistd.h>

#include "launcher/common/memory.h"
#include "tests/tap/scratch.h"
#include "tests/tap/tap.h"

static void link_to(const char *old, const char *new)
{
    cleanup_free char *from = scratch_path(old);
    cleanup_free char *to = scratch_path(new);

    ok(link(from, to) == 0, "%s is a second name of %s", new, old);
}

static void test_nothing(void)
{
    cleanup_words struct words names = {0};
    cleanup_free char *none = scratch_path("none");
    cleanup_free char *file = scratch_path("file");

    archived_files(none, &names);
    scratch_write("file", "x", 1);
    archived_files(file, &names);
    is_number(names.count, 0, "no folder, no files");
}

static void test_choice(void)
{
    static const struct {
        const char *name;
        bool is_archived;
    } files[] = {
        {"journal.jsonl", true},
        {"points.jsonl", true},
        {"lock", false},
        {"lock.archive", false},
        {"lock.held", false},
        {"locksmith", true},
        {"old.tar.zst", false},
        {"old.tar.zst.sha256", false},
        {"results.csv.12ab.part", false},
        {".hidden", false},
        {"points/x.verdict.json", true},
        {"points/x.claim", false},
        {"points/array-7_0.out", true},
        {"points/own.out", true},
        {"points/00000/deep.out", true},
    };
    cleanup_words struct words names = {0};
    cleanup_free char *folder = scratch_path("sweep");
    cleanup_free char *claim = scratch_path("sweep/points/link.out");
    cleanup_free char *fifo = scratch_path("sweep/fifo");
    cleanup_free char *deep = scratch_path("sweep/points/00000");
    struct error err = {0};
    size_t n_archived = 0;

    ok(folder_make(deep, NULL, &err) == 0, "folders %s", err.text);
    for (size_t i = 0; i < sizeof files / sizeof *files; i++) {
        cleanup_free char *name = path_join("sweep", files[i].name);
        scratch_write(name, "x", 1);
        n_archived += files[i].is_archived;
    }
    link_to("sweep/points/array-7_0.out", "sweep/points/x.out");
    link_to("sweep/points/own.out", "sweep/copy-of-the-users.out");
    ok(symlink("own.out", claim) == 0 && mkfifo(fifo, 0600) == 0, "a link and a FIFO");
    archived_files(folder, &names);
    for (size_t i = 0; i < sizeof files / sizeof *files; i++)
        ok(words_has(&names, files[i].name) == files[i].is_archived, "%s: %s",
           files[i].name, files[i].is_archived ? "goes in" : "stays out");
    ok(!words_has(&names, "points/x.out"), "a task's output has one name there");
    ok(words_has(&names, "copy-of-the-users.out"), "the user's own links are files");
    is_number(names.count, n_archived + 1, "nothing else");
}

int main(void)
{
    test_nothing();
    test_choice();
    scratch_remove();
    return tap_done();
}

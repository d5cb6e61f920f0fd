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
    cleanup_words struct words names = {0}, left_out = {0};
    cleanup_free char *none = scratch_path("none");
    cleanup_free char *file = scratch_path("file");

    archived_files(none, "x.tar.zst", &names, &left_out);
    scratch_write("file", "x", 1);
    archived_files(file, "x.tar.zst", &names, &left_out);
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
        {"own.tar.zst", false},
        {"own.tar.zst.sha256", false},
        {"own.tar.zst.12ab34cd.part", false},
        {"old.tar.zst", true},
        {"results.csv.12ab.part", false},
        {".hidden", true},
        {"points/run/.hydra/config.yaml", true},
        {"points/run/model.part", true},
        {"points/run/lock", true},
        {"points/run/own.tar.zst", true},
        {"points/x.ray/n1.tar.gz.part", false},
        {"runtime/keeper.part", false},
        {"points/x.verdict.json", true},
        {"points/x.claim", true},
        {"points/array-7_0.out", true},
        {"points/own.out", true},
        {"points/00000/deep.out", true},
    };
    cleanup_words struct words names = {0}, left_out = {0};
    cleanup_free char *folder = scratch_path("sweep");
    cleanup_free char *claim = scratch_path("sweep/points/link.out");
    cleanup_free char *fifo = scratch_path("sweep/fifo");
    cleanup_free char *taken = scratch_path("sweep/points/y.claim");
    cleanup_free char *out = scratch_path("sweep/points/leads-out");
    cleanup_free char *whole = scratch_path("sweep/whole-path");
    cleanup_free char *deep = scratch_path("sweep/points/00000");
    struct error err = {0};
    size_t n_archived = 0;

    ok(folder_make(deep, NULL, &err) == 0, "folders %s", err.text);
    for (size_t i = 0; i < sizeof files / sizeof *files; i++) {
        cleanup_free char *name = path_join("sweep", files[i].name);
        cleanup_free char *path = scratch_path(name);
        cleanup_free char *parent = path_dir(path);
        if (folder_make(parent, NULL, &err) < 0)
            ok(0, "%s", err.text);
        scratch_write(name, "x", 1);
        n_archived += files[i].is_archived;
    }
    link_to("sweep/points/array-7_0.out", "sweep/points/x.out");
    link_to("sweep/points/own.out", "sweep/copy-of-the-users.out");
    ok(symlink("own.out", claim) == 0 && symlink("17", taken) == 0 &&
           symlink("../../secret", out) == 0 && symlink("/etc", whole) == 0 &&
           mkfifo(fifo, 0600) == 0,
       "links and a FIFO");
    archived_files(folder, "own.tar.zst", &names, &left_out);
    for (size_t i = 0; i < sizeof files / sizeof *files; i++)
        ok(words_has(&names, files[i].name) == files[i].is_archived, "%s: %s",
           files[i].name, files[i].is_archived ? "goes in" : "stays out");
    ok(!words_has(&names, "points/x.out"), "a task's output has one name there");
    ok(words_has(&names, "copy-of-the-users.out"), "the user's own links are files");
    ok(words_has(&names, "points/link.out"), "and links that stay inside");
    is_number(names.count, n_archived + 2, "nothing else");
    is_number(left_out.count, 3, "what else stays out is told");
    for (size_t i = 0; i < left_out.count; i++)
        ok(strstr(left_out.items[i], "fifo") ||
               strstr(left_out.items[i], "leads-out") ||
               strstr(left_out.items[i], "whole-path"),
           "%s", left_out.items[i]);
}

int main(void)
{
    test_nothing();
    test_choice();
    scratch_remove();
    return tap_done();
}

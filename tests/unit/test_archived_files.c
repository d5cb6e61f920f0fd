#include "launcher/sweep/archived_files.h"

#include <ftw.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "launcher/common/files/file.h"
#include "launcher/common/memory.h"
#include "tests/tap/tap.h"

static char folder[] = "/tmp/rl-archived.XXXXXX";

static int remove_one(const char *path, const struct stat *info, int kind,
                      struct FTW *where)
{
    (void)info;
    (void)kind;
    (void)where;
    return remove(path);
}

static void make(const char *name)
{
    cleanup_free char *path = path_join(folder, name);
    FILE *file = fopen(path, "w");

    if (!file)
        abort();
    fclose(file);
}

static void link_to(const char *old, const char *new)
{
    cleanup_free char *from = path_join(folder, old);
    cleanup_free char *to = path_join(folder, new);

    if (link(from, to) < 0)
        abort();
}

int main(void)
{
    static const char *const there[] = {"journal.jsonl",  "lock",
                                        "lock.archive",   "points/x.verdict.json",
                                        "points/x.claim", "points/array-7_0.out",
                                        "points/own.out", "old.tar.zst"};
    cleanup_words struct words names = {0};

    if (!mkdtemp(folder))
        abort();
    cleanup_free char *points = path_join(folder, "points");
    mkdir(points, 0755);
    for (size_t i = 0; i < sizeof there / sizeof *there; i++)
        make(there[i]);
    link_to("points/array-7_0.out", "points/x.out");
    link_to("points/own.out", "copy-of-the-users.out");
    archived_files(folder, &names);
    ok(words_has(&names, "journal.jsonl"), "the journal");
    ok(words_has(&names, "points/x.verdict.json"), "a verdict");
    ok(!words_has(&names, "lock") && !words_has(&names, "lock.archive"), "no lock");
    ok(!words_has(&names, "points/x.claim"), "no claim");
    ok(!words_has(&names, "old.tar.zst"), "no archive");
    ok(words_has(&names, "points/array-7_0.out"), "the output of a task");
    ok(!words_has(&names, "points/x.out"), "but not under its second name");
    ok(words_has(&names, "points/own.out"), "a file that only has a link elsewhere");
    ok(words_has(&names, "copy-of-the-users.out"), "and the link");
    is_number(names.count, 5, "nothing else");
    nftw(folder, remove_one, 16, FTW_DEPTH | FTW_PHYS);
    return tap_done();
}

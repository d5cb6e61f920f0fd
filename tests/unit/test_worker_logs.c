/* Results that stand in workers' logs only: archives of a job, and the logs of a
 * session.
 */
#include "collector/scan/worker_logs.h"

#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/stat.h>
#include <unistd.h>

#include "collector/archive/members.h"
#include "launcher/common/limits.h"
#include "tests/tap/scratch.h"
#include "tests/tap/tap.h"

#define HEX "e32100bada3a48d3ad54108eb8aaa700454bd342cbb07aec562296f8"
#define RESULT(loss) "\nTMGG_RESULT:{\"metrics\":{\"loss\":" loss "}}\n"

static void names(void)
{
    static const char *const good[] = {
        "worker-" HEX "-01000000-292.out", "worker-" HEX "-ffffffff-1.out",
        "worker-" HEX "-01000000-292.out.1", "job-driver-raysubmit_a.log",
        "job-driver-raysubmit_a.log.12"};
    static const char *const bad[] = {"",
                                      "worker-1.out",
                                      "worker-.out",
                                      "worker-" HEX "-01000000-292.err",
                                      "worker-" HEX ".out",
                                      "worker-" HEX "-1.out.x",
                                      "raylet.out",
                                      "python-core-worker-" HEX "_1.log",
                                      "job-driver-.out",
                                      "1"};

    for (size_t i = 0; i < sizeof good / sizeof *good; i++)
        ok(worker_logs_is_name(good[i]), "a worker's: %s", good[i]);
    for (size_t i = 0; i < sizeof bad / sizeof *bad; i++)
        ok(!worker_logs_is_name(bad[i]), "not a worker's: '%s'", bad[i]);
}

static void put(const char *name, const char *bytes, long changed_at)
{
    struct timespec times[2] = {{.tv_sec = changed_at}, {.tv_sec = changed_at}};
    cleanup_free char *path = scratch_path(name);

    scratch_write(name, bytes, strlen(bytes));
    utimensat(AT_FDCWD, path, times, 0);
}

static void in_session(void)
{
    cleanup_free char *folder = scratch_path("logs");
    struct worker_logs logs;

    worker_logs_read(folder, "logs", SCAN_PICK_LAST, &logs);
    ok(logs.scan.count == 0 && logs.troubles.count == 0, "no folder is no trouble");
    worker_logs_release(&logs);
    mkdir(folder, 0700);
    put("logs/raylet.out", RESULT("9"), 1000);
    put("logs/worker-" HEX "-01000000-2.out", RESULT("2"), 3000);
    put("logs/worker-" HEX "-01000000-1.out", RESULT("0") RESULT("1"), 2000);
    put("logs/worker-" HEX "-01000000-3.out", "nothing, and TMGG_RESULT:{torn", 4000);
    cleanup_free char *link = scratch_path("logs/worker-" HEX "-01000000-4.out");
    is_number(symlink("raylet.out", link), 0, "a link to another file");

    worker_logs_read(folder, "logs", SCAN_PICK_LAST, &logs);
    is_number(logs.scan.count, 1, "one result is picked");
    is_string(logs.scan.results[0].json, "{\"metrics\":{\"loss\":2}}",
              "the last one of the file that changed last");
    is_string(logs.sources.items[0], "logs/worker-" HEX "-01000000-2.out",
              "and where it stood");
    ok(logs.scan.n_good == 3 && logs.n_files == 2 && logs.scan.n_malformed == 1 &&
           logs.scan.good_differ,
       "three in two files, one torn, and they differ");
    worker_logs_release(&logs);

    worker_logs_read(folder, "", SCAN_PICK_FIRST, &logs);
    is_number(logs.scan.count, 1, "the first alone");
    is_string(logs.scan.results[0].json, "{\"metrics\":{\"loss\":0}}", "is the oldest");
    is_string(logs.sources.items[0], "worker-" HEX "-01000000-1.out", "shown alone");
    worker_logs_release(&logs);

    worker_logs_read(folder, "logs", SCAN_PICK_ALL, &logs);
    ok(logs.scan.count == 3 && logs.sources.count == 3, "all of them");
    is_string(logs.scan.results[2].json, "{\"metrics\":{\"loss\":2}}", "in order");
    worker_logs_release(&logs);
}

#ifdef HAVE_ARCHIVE
#include <archive.h>
#include <archive_entry.h>

static struct archive *begin(const char *name)
{
    struct archive *tar = archive_write_new();
    cleanup_free char *path = scratch_path(name);

    archive_write_set_format_gnutar(tar);
    archive_write_add_filter_gzip(tar);
    if (archive_write_open_filename(tar, path) != ARCHIVE_OK)
        printf("# %s\n", archive_error_string(tar));
    return tar;
}

static void add(struct archive *tar, const char *name, unsigned int kind,
                const char *bytes, long changed_at)
{
    struct archive_entry *entry = archive_entry_new();

    archive_entry_set_pathname(entry, name);
    archive_entry_set_filetype(entry, kind);
    archive_entry_set_perm(entry, 0600);
    archive_entry_set_mtime(entry, changed_at, 0);
    archive_entry_set_size(entry, kind == AE_IFREG ? (la_int64_t)strlen(bytes) : 0);
    if (kind == AE_IFLNK)
        archive_entry_set_symlink(entry, bytes);
    archive_write_header(tar, entry);
    if (kind == AE_IFREG)
        archive_write_data(tar, bytes, strlen(bytes));
    archive_entry_free(entry);
}

static void finish(struct archive *tar)
{
    archive_write_close(tar);
    archive_write_free(tar);
}

static void in_archives(void)
{
    cleanup_free char *folder = scratch_path("x.ray");
    struct worker_logs logs;

    mkdir(folder, 0700);
    struct archive *tar = begin("x.ray/n1.tar.gz");
    add(tar, "r/session_1/logs/worker-" HEX "-01000000-1.out", AE_IFREG, RESULT("1"),
        10);
    add(tar, "r/session_1/logs/raylet.out", AE_IFREG, RESULT("7"), 90);
    add(tar, "worker-" HEX "-01000000-8.out", AE_IFLNK, "/etc/passwd", 90);
    finish(tar);
    tar = begin("x.ray/n2.tar.gz");
    add(tar, "../../worker-" HEX "-01000000-2.out", AE_IFREG, RESULT("1"), 20);
    finish(tar);
    worker_logs_read(folder, "points/x.ray", SCAN_PICK_LAST, &logs);
    ok(logs.scan.count == 1 && logs.scan.n_good == 2 && !logs.scan.good_differ,
       "equal results of two nodes");
    is_string(logs.sources.count ? logs.sources.items[0] : NULL,
              "points/x.ray/n2.tar.gz#worker-" HEX "-01000000-2.out",
              "the archive and the file in it, without its path");
    is_number(logs.troubles.count, 0, "no trouble");
    worker_logs_release(&logs);

    scratch_write("x.ray/n3.tar.gz", "\x1f\x8b\x08garbage", 10);
    cleanup_free char *whole = scratch_path("x.ray/n1.tar.gz");
    is_number(truncate(whole, 60), 0, "one is cut off");
    worker_logs_read(folder, "points/x.ray", SCAN_PICK_LAST, &logs);
    ok(logs.scan.n_good == 1, "the whole one is read");
    is_number(logs.troubles.count, 2, "the others are trouble");
    for (size_t i = 0; i < logs.troubles.count; i++)
        ok(strstr(logs.troubles.items[i], "x.ray/n") != NULL, "that names its file: %s",
           logs.troubles.items[i]);
    worker_logs_release(&logs);
}

static bool wants_all(void *context, const char *name)
{
    (void)context;
    (void)name;
    return true;
}

static void count(void *context, const struct member *member)
{
    (void)member;
    ++*(int *)context;
}

/* A header that promises more than there may be: refused before a byte is unpacked. */
static void too_large(void)
{
    struct archive *tar = begin("large.tar.gz");
    struct archive_entry *entry = archive_entry_new();
    cleanup_free char *path = scratch_path("large.tar.gz");
    struct error err = {0};
    int n_taken = 0;

    add(tar, "small", AE_IFREG, "x", 1);
    archive_entry_set_pathname(entry, "large");
    archive_entry_set_filetype(entry, AE_IFREG);
    archive_entry_set_size(entry, (la_int64_t)LIMIT_LOG_BYTES);
    archive_write_header(tar, entry);
    archive_entry_free(entry);
    finish(tar);
    is_number(members_read(path, wants_all, count, &n_taken, &err), -1, "too large");
    ok(err.kind == ERROR_INPUT && strstr(err.text, "too large"), "and says so: %s",
       err.text);
    is_number(n_taken, 1, "what came before was given");
    is_number(members_read(scratch(), wants_all, count, &n_taken, &err), -1,
              "a folder");
    is_number(err.kind, ERROR_FILE, "is no file");
}
#endif

int main(void)
{
    names();
    in_session();
#ifdef HAVE_ARCHIVE
    in_archives();
    too_large();
#endif
    scratch_remove();
    return tap_done();
}

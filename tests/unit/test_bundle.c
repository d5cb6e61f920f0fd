#include "collector/archive/bundle.h"

#include <glob.h>
#include <signal.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/resource.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <unistd.h>

#include "launcher/common/files/file.h"
#include "launcher/common/files/hash.h"
#include "launcher/common/memory.h"
#include "tests/tap/scratch.h"
#include "tests/tap/tap.h"
#include "tests/unit/fake_disk.h"

static enum { SPOIL_NOTHING, SPOIL_SOURCE, SPOIL_ARCHIVE } spoil_at;

static int raw_open(int folder, const char *path, int flags, unsigned mode)
{
    return (int)syscall(SYS_openat, folder, path, flags, mode);
}

static void spoil(int folder, const char *path, const char *bytes, off_t at)
{
    cleanup_close int fd = raw_open(folder, path, O_WRONLY | O_CLOEXEC, 0);

    spoil_at = SPOIL_NOTHING;
    ok(pwrite(fd, bytes, strlen(bytes), at) > 0, "spoilt: %s", path);
}

/* These two stand in for libc's in the test program. A source is opened twice: for its
 * sum, and for its bytes. */
int openat(int folder, const char *path, int flags, ...)
{
    static int n_opened;
    va_list args;

    if (spoil_at == SPOIL_SOURCE && strcmp(path, "z") == 0 && ++n_opened == 2)
        spoil(folder, path, "OTHER", 0);
    va_start(args, flags);
    int fd =
        raw_open(folder, path, flags, flags & O_CREAT ? va_arg(args, unsigned) : 0);
    va_end(args);
    return fd;
}

int open(const char *path, int flags, ...)
{
    const char *dot = strrchr(path, '.');
    va_list args;

    if (spoil_at == SPOIL_ARCHIVE && dot && strcmp(dot, ".part") == 0 &&
        !(flags & O_CREAT))
        spoil(AT_FDCWD, path, "spoilt", 40);
    va_start(args, flags);
    int fd =
        raw_open(AT_FDCWD, path, flags, flags & O_CREAT ? va_arg(args, unsigned) : 0);
    va_end(args);
    return fd;
}

static void put(const char *name, const void *bytes, size_t size)
{
    cleanup_free char *path = scratch_path(name);
    cleanup_free char *parent = path_dir(path);
    struct error err = {0};

    if (folder_make(parent, NULL, &err) < 0 ||
        file_write_atomic(path, bytes, size, FILE_CACHED, &err) < 0)
        printf("# %s\n", err.text);
}

#ifdef HAVE_ARCHIVE

static bool same_file(const char *left, const char *right)
{
    cleanup_free char *left_path = scratch_path(left),
                      *right_path = scratch_path(right);
    char a[HASH_HEX_SIZE] = "", b[HASH_HEX_SIZE] = "";
    struct error err = {0};

    return hash_file(left_path, a, &err) == 0 && hash_file(right_path, b, &err) == 0 &&
           strcmp(a, b) == 0;
}

/* Longer than the 100 bytes of a plain tar header. */
#define TEN "0123456789"
#define LONG "points/" TEN TEN TEN TEN TEN TEN TEN TEN TEN TEN TEN TEN ".out"

static const char *const names[] = {
    "b.out", "points/a.out", "empty", "n\xc3\xa4me", "z", LONG};

static struct words in_order(bool is_backwards)
{
    size_t count = sizeof names / sizeof *names;
    struct words words = {0};

    for (size_t i = 0; i < count; i++)
        words_add(&words, names[is_backwards ? count - 1 - i : i]);
    return words;
}

static void make_input(void)
{
    cleanup_text struct text large = {0};

    for (int i = 0; i < 60000; i++)
        text_addf(&large, "line %d of %d\n", i, i * 7919 % 60000);
    put("in/b.out", text_string(&large), large.size);
    put("in/points/a.out", "a\0b", 3);
    put("in/empty", "", 0);
    put("in/n\xc3\xa4me", "umlaut", 6);
    put("in/z", "TMGG_RESULT:{}\n", 15);
    put("in/" LONG, "long", 4);
}

static int write_to(const char *name, bool is_backwards, struct bundle_report *report,
                    struct error *err)
{
    cleanup_free char *path = scratch_path(name), *input = scratch_path("in");
    cleanup_words struct words words = in_order(is_backwards);

    return bundle_write(path, input, "sweep-1", &words, NULL, report, err);
}

static int extract_to(const char *archive, const char *name, char **root,
                      struct error *err)
{
    cleanup_free char *path = scratch_path(archive), *to = scratch_path(name);

    return bundle_extract(path, to, root, err);
}

static void test_round_trip(void)
{
    struct bundle_report report = {0}, read_back = {0};
    cleanup_free char *path = scratch_path("one.tar.zst"),
                      *sidecar = scratch_path("one.tar.zst.sha256");
    cleanup_free char *root = NULL, *bytes = NULL, *wanted = NULL;
    struct error err = {0};
    size_t size = 0;

    is_number(write_to("one.tar.zst", false, &report, &err), 0, "written");
    is_string(err.text, "", "without error");
    is_number(report.n_files, 6, "six files");
    is_number(bundle_verify(path, &read_back, &err), 0, "verified");
    ok(memcmp(&report, &read_back, sizeof report) == 0, "the same report");
    ok(bundle_is_archive(path), "it is an archive");
    wanted = xasprintf("%s  one.tar.zst\n", report.sha256);
    file_read_all(sidecar, 1000, &bytes, &size, &err);
    is_string(bytes, wanted, "the sidecar is sha256sum's line");
    is_number(extract_to("one.tar.zst", "out", &root, &err), 0, "unpacked");
    is_string(root, "sweep-1", "its top folder");
    for (size_t i = 0; i < sizeof names / sizeof *names; i++) {
        cleanup_free char *before = xasprintf("in/%s", names[i]);
        cleanup_free char *after = xasprintf("out/sweep-1/%s", names[i]);
        ok(same_file(before, after), "'%s' came back", names[i]);
    }
    cleanup_free char *again = NULL;
    is_number(extract_to("one.tar.zst", "out", &again, &err), -1,
              "not into a full folder");
    ok(err.kind == ERROR_FILE && strstr(err.text, "not empty") && !again,
       "and it says so");
}

static void test_same_bytes(void)
{
    struct bundle_report report = {0};
    cleanup_free char *input = scratch_path("in/z");
    struct error err = {0};

    chmod(input, 0755);
    write_to("two.tar.zst", true, &report, &err);
    ok(same_file("one.tar.zst", "two.tar.zst"),
       "other order and mode of the input, same bytes");
    put("in/z", "other\n", 6);
    write_to("two.tar.zst", false, &report, &err);
    ok(!same_file("one.tar.zst", "two.tar.zst"), "other input, other bytes");
    cleanup_free char *path = scratch_path("two.tar.zst");
    is_number(bundle_verify(path, &report, &err), 0, "and a sidecar of its own");
    put("in/z", "TMGG_RESULT:{}\n", 15);
}

static void test_bad_input(void)
{
    struct bundle_report report = {0};
    cleanup_free char *input = scratch_path("in"), *path = scratch_path("bad.tar.zst"),
                      *link = scratch_path("in/link");
    static const struct {
        const char *name, *what;
        enum error_kind kind;
    } cases[] = {{"none", "a file that is not there", ERROR_FILE},
                 {"points", "a folder", ERROR_FILE},
                 {"link", "a link", ERROR_FILE},
                 {"../in/z", "a name with ..", ERROR_INPUT},
                 {"/etc/hosts", "an absolute name", ERROR_INPUT}};

    ok(symlink("/etc", link) == 0, "a link is made");
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        struct error err = {0};
        cleanup_words struct words words = {0};
        words_add(&words, cases[i].name);
        int rc = bundle_write(path, input, "p", &words, NULL, &report, &err);
        ok(rc == -1 && err.kind == cases[i].kind, "refused: %s (%s)", cases[i].what,
           err.text);
        ok(!file_exists(path), "and no archive is left");
    }
    unlink(link);
    for (size_t i = 0; i < 3; i++) {
        static const char *const prefixes[] = {"", "a/b", ".."};
        struct error err = {0};
        cleanup_words struct words words = in_order(false);
        is_number(bundle_write(path, input, prefixes[i], &words, NULL, &report, &err),
                  -1, "refused: a bad top folder");
    }
    struct error err = {0};
    cleanup_words struct words twice = in_order(false);
    words_add(&twice, "z");
    is_number(bundle_write(path, input, "p", &twice, NULL, &report, &err), -1,
              "refused: a name given twice");
}

/* What is archived a second time brings its old manifest along. */
static void test_second_time(void)
{
    struct bundle_report report = {0};
    cleanup_free char *path = scratch_path("three.tar.zst"),
                      *from = scratch_path("out/sweep-1");
    cleanup_words struct words words = in_order(false);
    struct error err = {0};

    words_add(&words, "MANIFEST.sha256");
    is_number(bundle_write(path, from, "sweep-1", &words, NULL, &report, &err), 0,
              "what was unpacked is archived again");
    ok(same_file("one.tar.zst", "three.tar.zst"), "to the same bytes");
}

/* A damaged archive either fails, or still gives every byte. */
static void test_damage(bool has_sidecar, size_t n_flips)
{
    cleanup_free char *path = scratch_path("one.tar.zst"), *bytes = NULL;
    cleanup_free char *sidecar = scratch_path("hurt.tar.zst.sha256");
    struct error err = {0};
    size_t size = 0, n_silent = 0, n_found = 0;
    unsigned int seed = 12345;

    file_read_all(path, 1 << 24, &bytes, &size, &err);
    if (has_sidecar) {
        char sum[HASH_HEX_SIZE];
        hash_bytes(bytes, size, sum);
        cleanup_free char *line = xasprintf("%s  x\n", sum);
        put("hurt.tar.zst.sha256", line, strlen(line));
    }
    for (size_t i = 0; i < n_flips; i++) {
        cleanup_free char *root = NULL, *to = scratch_path("hurt"),
                          *hurt = scratch_path("hurt.tar.zst");
        seed = seed * 1103515245U + 12345U;
        size_t place = (seed >> 8) % size;
        char mask = (char)(1 << (seed % 8));
        bytes[place] = (char)(bytes[place] ^ mask);
        put("hurt.tar.zst", bytes, size);
        bytes[place] = (char)(bytes[place] ^ mask);
        struct error found = {0};
        if (bundle_extract(hurt, to, &root, &found) < 0) {
            n_found++;
            if (found.kind != ERROR_INPUT || folder_exists(to))
                n_silent++;
            continue;
        }
        if (!same_file("in/b.out", "hurt/sweep-1/b.out") ||
            !same_file("in/z", "hurt/sweep-1/z") || has_sidecar)
            n_silent++;
        scratch_clear(to);
    }
    is_number(n_silent, 0,
              has_sidecar ? "bit flips, with a sidecar: none passed"
                          : "bit flips: no wrong byte passed");
    ok(n_found > n_flips / 2, "%zu of %zu found", n_found, n_flips);
    unlink(sidecar);
}

static void test_cut(void)
{
    cleanup_free char *path = scratch_path("one.tar.zst"), *bytes = NULL,
                      *cut = scratch_path("cut.tar.zst");
    struct bundle_report report = {0};
    struct error err = {0};
    size_t size = 0, n_passed = 0;

    file_read_all(path, 1 << 24, &bytes, &size, &err);
    for (size_t keep = 0; keep < size; keep += 1 + size / 97) {
        struct error found = {0};
        put("cut.tar.zst", bytes, keep);
        if (bundle_verify(cut, &report, &found) == 0)
            n_passed++;
    }
    is_number(n_passed, 0, "cut off anywhere, it is found");
    put("cut.tar.zst", "", 0);
    struct error empty = {0};
    is_number(bundle_verify(cut, &report, &empty), -1, "an empty file is no archive");
    is_number(empty.kind, ERROR_INPUT, "but bad input");
    is_number(bundle_verify("/nonexistent.tar.zst", &report, &empty), -1,
              "nor is none");
    is_number(empty.kind, ERROR_FILE, "which is a file error");
}

static size_t count_parts(void)
{
    glob_t found;
    cleanup_free char *pattern = scratch_path("*.part");
    size_t count = glob(pattern, 0, NULL, &found) == 0 ? found.gl_pathc : 0;

    globfree(&found);
    return count;
}

/* A disk that is full, as a limit on a file's size. */
static void test_full_disk(void)
{
    struct bundle_report report = {0};
    struct rlimit limit, small;
    struct error err = {0};

    put("in/z", "changed\n", 8);
    getrlimit(RLIMIT_FSIZE, &limit);
    small = (struct rlimit){.rlim_cur = 4096, .rlim_max = limit.rlim_max};
    signal(SIGXFSZ, SIG_IGN);
    setrlimit(RLIMIT_FSIZE, &small);
    int rc = write_to("two.tar.zst", false, &report, &err);
    setrlimit(RLIMIT_FSIZE, &limit);
    ok(rc == -1 && err.kind == ERROR_FILE && strstr(err.text, "File too large"),
       "no room for the archive (%s)", err.text);
    is_number(count_parts(), 0, "and no part of it is left");
    cleanup_free char *old = scratch_path("two.tar.zst");
    struct error none = {0};
    is_number(bundle_verify(old, &report, &none), 0, "the older archive stays");
    put("in/z", "TMGG_RESULT:{}\n", 15);
}

/* Archive and sum are safe before anybody may delete what is in them, and at no time
 * has a half one the name. */
static void test_durable(void)
{
    struct bundle_report report = {0}, read_back = {0};
    cleanup_free char *path = scratch_path("safe.tar.zst");
    cleanup_free char *sidecar = scratch_path("safe.tar.zst.sha256");
    struct error err = {0};
    size_t before = disk_n_unsafe;

    is_number(write_to("safe.tar.zst", false, &report, &err), 0, "written");
    ok(disk_has(path), "the archive is safe");
    ok(disk_has(sidecar), "its sum is");
    is_number(disk_n_unsafe, before, "it was synced before it got its name");
    for (int i = 1; i <= 2; i++) {
        err = (struct error){0};
        *(i == 1 ? &disk_fail_sync : &disk_fail_rename) = 1;
        ok(write_to("safe.tar.zst", true, &report, &err) < 0 &&
               err.kind == ERROR_FILE && strstr(err.text, path),
           "a disk that fails: %s", err.text);
        is_number(bundle_verify(path, &read_back, &err), 0, "the older archive stays");
        is_number(count_parts(), 0, "and no part of the new one");
    }
}

/* While libarchive writes, somebody changes a file, and keeps its size; or what was
 * written is not what the disk holds. */
static void test_spoiled(void)
{
    struct bundle_report report = {0}, read_back = {0};
    cleanup_free char *path = scratch_path("spoiled.tar.zst");
    cleanup_free char *input = scratch_path("in/z");
    struct error err = {0};

    is_number(write_to("spoiled.tar.zst", false, &report, &err), 0, "a good archive");
    spoil_at = SPOIL_SOURCE;
    is_number(write_to("spoiled.tar.zst", false, &report, &err), -1,
              "a file that changed while it was archived");
    ok(strstr(err.text, "changed while it was archived") && strstr(err.text, input),
       "is named: %s", err.text);
    put("in/z", "TMGG_RESULT:{}\n", 15);
    spoil_at = SPOIL_ARCHIVE;
    err = (struct error){0};
    is_number(write_to("spoiled.tar.zst", false, &report, &err), -1,
              "an archive that does not read back");
    ok(strstr(err.text, "reading back") != NULL, "is told: %s", err.text);
    spoil_at = SPOIL_NOTHING;
    is_number(count_parts(), 0, "and no part of it is left");
    is_number(bundle_verify(path, &read_back, &err), 0, "the good one stays");
}

static void run(void)
{
    make_input();
    test_round_trip();
    test_durable();
    test_spoiled();
    test_same_bytes();
    test_full_disk();
    test_bad_input();
    test_second_time();
    test_damage(false, 300);
    test_damage(true, 50);
    test_cut();
}

#else

static void run(void)
{
    struct bundle_report report;
    struct error err = {0};

    is_number(bundle_verify("x", &report, &err), -1, "without libarchive");
    ok(err.kind == ERROR_USAGE && strstr(err.text, "without libarchive"), "it says so");
}

#endif

static void test_is_archive(void)
{
    cleanup_free char *named = scratch_path("n.tar.gz"), *text = scratch_path("n.out"),
                      *magic = scratch_path("m.out");

    put("n.tar.gz", "damaged", 7);
    put("n.out", "TMGG_RESULT:{}", 14);
    put("m.out", "\x28\xb5\x2f\xfd\x00", 5);
    ok(bundle_is_archive(named), "by its name, damaged or not");
    ok(!bundle_is_archive(text), "an output file is none");
    ok(bundle_is_archive(magic), "by its first bytes");
    ok(!bundle_is_archive(scratch()) && !bundle_is_archive("/nonexistent.tar"),
       "nor is a folder, nor nothing");
}

int main(void)
{
    run();
    test_is_archive();
    ok(bundle_is_archive("") == false, "an empty path is none");
    scratch_remove();
    return tap_done();
}

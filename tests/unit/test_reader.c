#include "collector/archive/reader.h"

#include <ftw.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/stat.h>
#include <unistd.h>

#include "collector/archive/bundle.h"
#include "launcher/common/files/file.h"
#include "launcher/common/files/hash.h"
#include "launcher/common/memory.h"
#include "tests/tap/tap.h"

static char folder[] = "/tmp/raylaunch-reader.XXXXXX";

static int remove_one(const char *path, const struct stat *info, int kind,
                      struct FTW *at)
{
    (void)info;
    (void)kind;
    (void)at;
    return remove(path);
}

#ifdef HAVE_ARCHIVE
#include <archive.h>
#include <archive_entry.h>

static char *archive_path, *target;

static struct archive *begin(void)
{
    struct archive *tar = archive_write_new();

    archive_write_set_format_pax_restricted(tar);
    archive_write_add_filter_zstd(tar);
    if (archive_write_open_filename(tar, archive_path) != ARCHIVE_OK)
        printf("# %s\n", archive_error_string(tar));
    return tar;
}

static void add(struct archive *tar, const char *name, unsigned int kind,
                const char *link, const char *bytes)
{
    struct archive_entry *entry = archive_entry_new();
    size_t size = bytes ? strlen(bytes) : 0;

    archive_entry_set_pathname(entry, name);
    archive_entry_set_filetype(entry, kind);
    archive_entry_set_perm(entry, 06777);
    archive_entry_set_size(entry, (la_int64_t)size);
    if (link && kind == AE_IFLNK)
        archive_entry_set_symlink(entry, link);
    else if (link)
        archive_entry_set_hardlink(entry, link);
    if (archive_write_header(tar, entry) != ARCHIVE_OK)
        printf("# %s\n", archive_error_string(tar));
    if (size)
        archive_write_data(tar, bytes, size);
    archive_entry_free(entry);
}

static void finish(struct archive *tar)
{
    archive_write_close(tar);
    archive_write_free(tar);
}

static bool is_clean(void)
{
    cleanup_free char *outside = path_join(folder, "evil");

    return !folder_exists(target) && !file_exists(outside) &&
           !file_exists("/tmp/raylaunch-evil");
}

/* A good file first: it must be taken back. */
static void refuse(const char *name, unsigned int kind, const char *link,
                   const char *what)
{
    cleanup_free char *root = NULL;
    struct error err = {0};
    struct archive *tar = begin();

    add(tar, "p/good", AE_IFREG, NULL, "good");
    add(tar, name, kind, link, kind == AE_IFREG && !link ? "evil" : NULL);
    finish(tar);
    int rc = bundle_extract(archive_path, target, &root, &err);
    ok(rc == -1 && err.kind == ERROR_INPUT && !root, "refused: %s (%s)", what,
       err.text);
    ok(is_clean(), "and nothing is left of it");
}

static void test_hostile_members(void)
{
    refuse("../evil", AE_IFREG, NULL, "a name with ..");
    refuse("p/../../evil", AE_IFREG, NULL, "a name with .. inside");
    refuse("/tmp/raylaunch-evil", AE_IFREG, NULL, "an absolute name");
    refuse("p/link", AE_IFLNK, "/etc/passwd", "a link");
    refuse("p/link", AE_IFLNK, "../good", "a link out of the top folder");
    refuse("p/a/link", AE_IFLNK, "../../evil", "a link to what is beside it");
    refuse("p/a/link", AE_IFLNK, "b/../../..", "a link with .. behind a name");
    refuse("p/link", AE_IFLNK, "", "a link to nothing");
    refuse("p/hard", AE_IFREG, "p/good", "a hard link");
    refuse("p/hard", AE_IFREG, "../../../etc/passwd", "a hard link that leads out");
    refuse("p/device", AE_IFCHR, NULL, "a character device");
    refuse("p/device", AE_IFBLK, NULL, "a block device");
    refuse("p/fifo", AE_IFIFO, NULL, "a FIFO");
    refuse("../evil", AE_IFDIR, NULL, "a folder with ..");
}

/* What one link leads to may be another: nothing may be written through it. */
static void test_link_then_file(void)
{
    cleanup_free char *root = NULL;
    struct error err = {0};
    struct archive *tar = begin();

    add(tar, "p/sub", AE_IFLNK, ".", NULL);
    add(tar, "p/sub/evil", AE_IFREG, NULL, "evil");
    finish(tar);
    is_number(bundle_extract(archive_path, target, &root, &err), -1,
              "a file below a link");
    ok(is_clean(), "and nothing is left of it (%s)", err.text);
}

/* A reader of results: what it does not read is not written, and links neither. */
static void test_results_only(void)
{
    static char large[1 << 20];
    cleanup_free char *root = NULL, *again = NULL;
    cleanup_free char *out = path_join(target, "p/a.out");
    cleanup_free char *weights = path_join(target, "p/weights.bin");
    cleanup_free char *link = path_join(target, "p/b.out");
    struct error err = {0};
    struct archive *tar = begin();

    memset(large, 'x', sizeof large - 1);
    add(tar, "p/a.out", AE_IFREG, NULL, "a line");
    add(tar, "p/b.out", AE_IFLNK, "a.out", NULL);
    for (int i = 0; i < 50; i++) {
        char name[40];
        snprintf(name, sizeof name, "p/weights%d.bin", i);
        add(tar, name, AE_IFREG, NULL, large);
    }
    add(tar, "p/weights.bin", AE_IFREG, NULL, "x");
    finish(tar);
    is_number(bundle_extract_results(archive_path, target, &root, &err), 0,
              "50 MB of weights are no bomb for one who reads outputs");
    ok(file_exists(out) && !file_exists(weights) && !file_exists(link),
       "only the output is there %s", err.text);
    nftw(target, remove_one, 16, FTW_DEPTH | FTW_PHYS);
    tar = begin();
    for (int i = 0; i < 50; i++) {
        char name[40];
        snprintf(name, sizeof name, "p/%d.log", i);
        add(tar, name, AE_IFREG, NULL, large);
    }
    finish(tar);
    is_number(bundle_extract_results(archive_path, target, &again, &err), -1,
              "50 MB of outputs from a few KB are");
    ok(err.kind == ERROR_INPUT && strstr(err.text, "--extract") && is_clean(),
       "said so: %s", err.text);
}

static void refuse_double(const char *first, const char *second, const char *what)
{
    cleanup_free char *root = NULL;
    struct error err = {0};
    struct archive *tar = begin();

    add(tar, first, AE_IFREG, NULL, "1");
    add(tar, second, AE_IFREG, NULL, "2");
    finish(tar);
    is_number(bundle_extract(archive_path, target, &root, &err), -1, what);
    ok(is_clean(), "and nothing is left of it (%s)", err.text);
}

static void test_limits(void)
{
    struct unpack unpack = {.fd = -1};
    struct reader_options options = {
        .max_files = 100, .max_bytes = 1000, .to = &unpack};
    struct reader_result result = {0};
    struct error many = {0}, large = {0}, deep = {0};
    struct archive *tar = begin();

    for (int i = 0; i <= 100; i++) {
        cleanup_free char *name = xasprintf("p/%d", i);
        add(tar, name, AE_IFREG, NULL, NULL);
    }
    finish(tar);
    ok(reader_run(archive_path,
                  &(struct reader_options){.max_files = 100, .max_bytes = 1000},
                  &result, &many) == -1 &&
           strstr(many.text, "more than 100 files"),
       "one file too many");
    tar = begin();
    cleanup_text struct text bytes = {0};
    for (int i = 0; i < 101; i++)
        text_add(&bytes, "0123456789");
    add(tar, "p/large", AE_IFREG, NULL, text_string(&bytes));
    finish(tar);
    ok(reader_run(archive_path,
                  &(struct reader_options){.max_files = 100, .max_bytes = 1000},
                  &result, &large) == -1 &&
           strstr(large.text, "too large"),
       "too many bytes");
    ok(reader_run(archive_path,
                  &(struct reader_options){.max_files = 100, .max_bytes = 1010},
                  &result, &large) == 0 &&
           result.bytes == 1010,
       "just enough of them");
    free(result.root);
    tar = begin();
    for (int i = 0; i < 10; i++) {
        cleanup_free char *name =
            xasprintf("p/%d/1/2/3/4/5/6/7/8/9/10/11/12/13/14/15/16", i);
        add(tar, name, AE_IFREG, NULL, "x");
    }
    finish(tar);
    unpack_open(&unpack, target, &deep);
    ok(reader_run(archive_path, &options, &result, &deep) == -1 &&
           strstr(deep.text, "more than 100"),
       "folders that nobody named count too");
    unpack_undo(&unpack);
    unpack_close(&unpack);
    ok(is_clean(), "and are taken back");
}

static void add_manifest(struct archive *tar, const char *name,
                         const char *const *files)
{
    cleanup_text struct text text = {0};
    char sum[HASH_HEX_SIZE];

    hash_bytes("x", 1, sum);
    for (; *files; files++)
        text_addf(&text, "%s  %s\n", sum, *files);
    add(tar, name, AE_IFREG, NULL, text_string(&text));
}

static void test_manifest(void)
{
    static const struct {
        const char *listed[3], *there[3], *what;
        int rc;
    } cases[] = {{{"a", "b"}, {"p/a", "p/b"}, "what the manifest says", 0},
                 {{"a", "b"}, {"p/a"}, "a file that is missing", -1},
                 {{"a"}, {"p/a", "p/b"}, "a file that is not in it", -1},
                 {{"a"}, {"p/a", "p/a"}, "a file twice", -1},
                 {{"a"}, {"p/a", "q/a"}, "a file of another top folder", -1},
                 {{"a", "../b"}, {"p/a"}, "a bad name in the manifest", -1}};

    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        struct bundle_report report = {0};
        struct error err = {0};
        struct archive *tar = begin();
        add_manifest(tar, "p/MANIFEST.sha256", cases[i].listed);
        for (const char *const *name = cases[i].there; *name; name++)
            add(tar, *name, AE_IFREG, NULL, "x");
        finish(tar);
        is_number(bundle_verify(archive_path, &report, &err), cases[i].rc,
                  cases[i].what);
        printf("# %s\n", err.text);
    }
}

static void test_loose_outputs(void)
{
    struct bundle_report report = {0};
    cleanup_free char *root = NULL;
    struct error err = {0};
    struct archive *tar = begin();

    add(tar, "./", AE_IFDIR, NULL, NULL);
    add(tar, "./runs/", AE_IFDIR, NULL, NULL);
    add(tar, "./runs/1.out", AE_IFREG, NULL, "TMGG_RESULT:{}\n");
    finish(tar);
    is_number(bundle_verify(archive_path, &report, &err), -1, "without a manifest");
    ok(err.kind == ERROR_INPUT && strstr(err.text, "MANIFEST"), "nothing is verified");
    is_number(bundle_extract(archive_path, target, &root, &err), 0,
              "but it is unpacked");
    is_string(root, "runs", "to its top folder");
    cleanup_free char *inside = path_join(target, "runs/1.out");
    struct stat info = {0};
    ok(stat(inside, &info) == 0 && (info.st_mode & 07111) == 0,
       "no set-id bits, not executable");
    nftw(target, remove_one, 16, FTW_DEPTH | FTW_PHYS);
    cleanup_free char *flat = NULL;
    tar = begin();
    add(tar, "1.out", AE_IFREG, NULL, "1");
    add(tar, "2.out", AE_IFREG, NULL, "2");
    finish(tar);
    bundle_extract(archive_path, target, &flat, &err);
    is_string(flat, ".", "many top names");
    nftw(target, remove_one, 16, FTW_DEPTH | FTW_PHYS);
}

static void run(void)
{
    archive_path = path_join(folder, "a.tar.zst");
    target = path_join(folder, "target");
    test_hostile_members();
    test_link_then_file();
    test_results_only();
    refuse_double("p/a", "p/a", "a file over a file");
    refuse_double("p/a", "p/a/b", "a folder over a file");
    refuse_double("p/a/b", "p/a", "a file over a folder");
    test_limits();
    test_manifest();
    test_loose_outputs();
    free(archive_path);
    free(target);
}

#else

static void run(void)
{
    char *root = NULL;
    struct error err = {0};

    is_number(bundle_extract("x", "y", &root, &err), -1, "without libarchive");
}

#endif

int main(void)
{
    if (!mkdtemp(folder))
        return 1;
    run();
    nftw(folder, remove_one, 16, FTW_DEPTH | FTW_PHYS);
    return tap_done();
}

#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <signal.h>
#include <string.h>
#include <sys/resource.h>
#include <sys/stat.h>
#include <unistd.h>

#include "tests/tap/scratch.h"
#include "tests/tap/tap.h"
#include "tests/unit/fake_disk.h"

static void test_read(void)
{
    struct error err = {0};
    char *bytes = NULL;
    size_t size = 7;
    cleanup_free char *none = scratch_path("none");
    cleanup_free char *fifo = scratch_path("fifo");
    cleanup_free char *path = scratch_path("file");

    ok(file_read_all(none, 10, &bytes, &size, &err) < 0 && err.kind == ERROR_FILE &&
           errno == ENOENT,
       "a missing file: %s", err.text);
    ok(mkfifo(fifo, 0600) == 0, "a FIFO nobody writes");
    alarm(20); /* hanging in open() or read() ends the test */
    ok(file_read_all(fifo, 10, &bytes, &size, &err) < 0 &&
           strstr(err.text, "not a regular"),
       "is refused at once: %s", err.text);
    alarm(0);
    ok(file_read_all("/dev/zero", 10, &bytes, &size, &err) < 0, "a device is refused");
    ok(file_read_all(scratch(), 10, &bytes, &size, &err) < 0, "a folder is refused");
    scratch_write("file", "0123456789", 10);
    ok(file_read_all(path, 9, &bytes, &size, &err) < 0 && err.kind == ERROR_INPUT,
       "one byte over the ceiling: %s", err.text);
    ok(!bytes && size == 7, "no failure touched the outputs");
    ok(file_read_all(path, 10, &bytes, &size, &err) == 0 && size == 10 &&
           strcmp(bytes, "0123456789") == 0,
       "exactly the ceiling, with a NUL behind");
    free(bytes);
    scratch_write("file", "", 0);
    ok(file_read_all(path, 1, &bytes, &size, &err) == 0 && size == 0 && *bytes == '\0',
       "an empty file");
    free(bytes);
}

/* Files and folders in the scratch folder. */
static int count_files(void)
{
    DIR *stream = opendir(scratch());
    int count = 0;

    while (stream && readdir(stream))
        count++;
    if (stream)
        closedir(stream);
    return count;
}

static void test_write(void)
{
    struct error err = {0};
    cleanup_free char *path = scratch_path("target");
    cleanup_free char *inside = scratch_path("no/folder");
    struct stat info;
    mode_t old_mask = umask(027);

    ok(file_write_atomic(inside, "x", 1, FILE_CACHED, &err) < 0 &&
           strstr(err.text, inside),
       "no folder: %s", err.text);
    ok(file_write_atomic(path, "new", 3, FILE_DURABLE, &err) == 0, "written durably");
    ok(stat(path, &info) == 0 && (info.st_mode & 0777) == 0640,
       "mode is 0666 & ~umask");
    umask(old_mask);
    int n_files = count_files();
    cleanup_free char *before = scratch_read("target");
    is_string(before, "new", "what is in it");
    ino_t inode = info.st_ino;
    ok(file_write_atomic(path, "a\0b", 3, FILE_CACHED, &err) == 0 &&
           stat(path, &info) == 0 && info.st_ino != inode && info.st_size == 3,
       "replaced by another file, not written into");
    is_number(count_files(), n_files, "no temp file is left");
}

static void disk_is(const char *path, const char *wanted, const char *what)
{
    cleanup_free char *safe = disk_read(path);

    is_string(safe, wanted, what);
}

/* Write, fsync, rename, fsync of the folder: at no time is there half a file, and what
 * is said to be durable is. */
static void test_durable(void)
{
    struct error err = {0};
    cleanup_free char *path = scratch_path("safe");
    size_t before = disk_n_unsafe;

    ok(file_write_atomic(path, "one", 3, FILE_DURABLE, &err) == 0, "durable");
    disk_is(path, "one", "its bytes and its name are safe");
    cleanup_close int old = open(path, O_RDONLY | O_CLOEXEC);
    ok(file_write_atomic(path, "two!", 4, FILE_DURABLE, &err) == 0, "once more");
    disk_is(path, "two!", "the new ones are");
    char byte[4] = "";
    ok(read(old, byte, 3) == 3 && strcmp(byte, "one") == 0,
       "who had the old one open still reads it");
    is_number(disk_n_unsafe, before, "synced before it got its name");
    ok(file_write_atomic(path, "three", 5, FILE_CACHED, &err) == 0, "cached");
    is_number(disk_n_unsafe, before + 1, "that is not promised of it");

    int n_files = count_files();
    file_write_atomic(path, "old", 3, FILE_DURABLE, &err);
    disk_fail_sync = 1;
    ok(file_write_atomic(path, "new", 3, FILE_DURABLE, &err) < 0 &&
           err.kind == ERROR_FILE && strstr(err.text, path),
       "the disk fails: %s", err.text);
    disk_is(path, "old", "the old file stays");
    disk_fail_rename = 1;
    err = (struct error){0};
    ok(file_write_atomic(path, "new", 3, FILE_DURABLE, &err) < 0 &&
           strstr(err.text, path),
       "it cannot get its name: %s", err.text);
    disk_is(path, "old", "the old one stays");
    is_number(count_files(), n_files, "and no temp file");
    disk_fail_sync = 2;
    err = (struct error){0};
    ok(file_write_atomic(path, "new", 3, FILE_DURABLE, &err) < 0,
       "the folder cannot be synced: %s", err.text);
    disk_syncs_no_folder = true;
    ok(file_write_atomic(path, "new", 3, FILE_DURABLE, &err) == 0,
       "where no folder ever can, that is no error");
    disk_syncs_no_folder = false;
}

/* A write that stops half-way (a full disk): the old file stays, no temp file is left.
 */
static void test_short_write(void)
{
    struct error err = {0};
    cleanup_free char *path = scratch_path("target");
    cleanup_free char *large = xcalloc(1, 100000);
    struct rlimit old, small;

    file_write_atomic(path, "old", 3, FILE_CACHED, &err);
    int n_files = count_files();
    signal(SIGXFSZ, SIG_IGN);
    getrlimit(RLIMIT_FSIZE, &old);
    small = old;
    small.rlim_cur = 5000;
    ok(setrlimit(RLIMIT_FSIZE, &small) == 0, "files may hold 5000 bytes");
    ok(file_write_atomic(path, large, 100000, FILE_CACHED, &err) < 0 &&
           err.kind == ERROR_FILE && strstr(err.text, path),
       "a larger one fails: %s", err.text);
    setrlimit(RLIMIT_FSIZE, &old);
    cleanup_free char *kept = scratch_read("target");
    is_string(kept, "old", "the old content stays");
    is_number(count_files(), n_files, "no temp file is left");
    cleanup_close int full = open("/dev/full", O_WRONLY | O_CLOEXEC);
    ok(full >= 0 && file_write_fd(full, "full", "x", 1, &err) < 0 &&
           strstr(err.text, "'full'"),
       "a full device is an error: %s", err.text);
    ok(file_write_fd(full, "full", "", 0, &err) == 0, "nothing to write is none");
}

static void test_folders(void)
{
    struct error err = {0};
    cleanup_free char *deep = scratch_path("a/b//c/d/");
    cleanup_free char *plain = scratch_path("plain");
    cleanup_free char *below = scratch_path("plain/x/y");
    cleanup_free char *dangling = scratch_path("dangling");
    bool is_new = false;

    ok(folder_make("", NULL, &err) < 0, "no name: %s", err.text);
    scratch_write("plain", "", 0);
    err = (struct error){0};
    ok(folder_make(plain, NULL, &err) < 0 && strstr(err.text, plain),
       "a file is there: %s", err.text);
    err = (struct error){0};
    ok(folder_make(below, NULL, &err) < 0 && folder_make(below, NULL, NULL) < 0,
       "a file is in the way: %s", err.text);
    err = (struct error){0};
    ok(symlink("nowhere", dangling) == 0 && folder_make(dangling, NULL, &err) < 0,
       "a link to nothing is in the way: %s", err.text);
    ok(file_exists(dangling) && !folder_exists(dangling),
       "it exists, but is no folder");
    ok(folder_make(deep, &is_new, &err) == 0 && is_new && folder_exists(deep),
       "parents are made");
    ok(folder_make(deep, &is_new, &err) == 0 && !is_new,
       "an existing one is no error, and not new");
    ok(folder_make("/", &is_new, &err) == 0 && !is_new, "the root is there");
}

static void test_durable_folders(void)
{
    struct error err = {0};
    cleanup_free char *deep = scratch_path("d/e/f");
    cleanup_free char *plain = scratch_path("plain/x");
    cleanup_free char *cached = scratch_path("g/h");

    ok(folder_make_durable("", &err) < 0, "no name: %s", err.text);
    err = (struct error){0};
    ok(folder_make_durable(plain, &err) < 0, "a file is in the way: %s", err.text);
    ok(folder_make_durable(deep, &err) == 0 && disk_is_name_safe(deep),
       "the names of all three are safe");
    size_t before = disk_n_syncs;
    ok(folder_make_durable(deep, &err) == 0 && disk_n_syncs == before,
       "one that is there costs nothing");
    ok(folder_make(cached, NULL, &err) == 0 && !disk_is_name_safe(cached),
       "the other kind does not promise it");
}

static void test_paths(void)
{
    static const struct {
        const char *folder, *name, *joined;
    } joins[] = {{"a", "b", "a/b"}, {"a/", "b", "a/b"}, {"", "b", "b"},
                 {"a", "/b", "/b"}, {"/", "b", "/b"},   {"a", "", "a/"}};
    static const struct {
        const char *path, *base, *dir;
    } parts[] = {{"", "", "."},          {"x", "x", "."},   {"/", "", "/"},
                 {"/x", "x", "/"},       {"a/b", "b", "a"}, {"a/", "", "a"},
                 {"/a/b.c", "b.c", "/a"}};

    for (size_t i = 0; i < sizeof joins / sizeof *joins; i++) {
        cleanup_free char *joined = path_join(joins[i].folder, joins[i].name);
        is_string(joined, joins[i].joined, "joined");
    }
    for (size_t i = 0; i < sizeof parts / sizeof *parts; i++) {
        cleanup_free char *dir = path_dir(parts[i].path);
        is_string(path_base(parts[i].path), parts[i].base, "base");
        is_string(dir, parts[i].dir, "folder");
    }
}

static void test_absolute(void)
{
    static const struct {
        const char *path, *tail;
    } cases[] = {{"x", "/x"},    {"./x", "/x"}, {"././x/y", "/x/y"},
                 {".", ""},      {"./", ""},    {"./.", ""},
                 {".//x", "/x"}, {"..", "/.."}, {".hidden", "/.hidden"}};
    cleanup_free char *here = getcwd(NULL, 0);

    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        struct error err = {0};
        cleanup_free char *path = NULL;
        cleanup_free char *wanted = xasprintf("%s%s", here, cases[i].tail);
        ok(path_absolute(cases[i].path, &path, &err) == 0, "'%s'", cases[i].path);
        is_string(path, wanted, "absolute");
    }
    struct error err = {0};
    cleanup_free char *path = NULL;
    ok(path_absolute("/a/./b", &path, &err) == 0, "an absolute one");
    is_string(path, "/a/./b", "stays");
}

int main(void)
{
    test_read();
    test_write();
    test_durable();
    test_short_write();
    test_folders();
    test_durable_folders();
    test_paths();
    test_absolute();
    scratch_remove();
    return tap_done();
}

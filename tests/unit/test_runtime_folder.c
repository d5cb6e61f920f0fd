#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <unistd.h>

#include "launcher/common/files/file.h"
#include "launcher/common/memory.h"
#include "launcher/sweep/runtime_folder.h"
#include "tests/tap/scratch.h"
#include "tests/tap/tap.h"

/* fsync() of the program, replaced: what would outlive a power cut. */
static char synced[4096];

int fsync(int fd)
{
    char link[64], path[512];

    snprintf(link, sizeof link, "/proc/self/fd/%d", fd);
    ssize_t size = readlink(link, path, sizeof path - 1);
    if (size > 0) {
        path[size] = '\0';
        size_t used = strlen(synced);
        snprintf(synced + used, sizeof synced - used, "%s\n", path_base(path));
    }
    return (int)syscall(SYS_fsync, fd);
}

static bool was_synced(const char *name)
{
    cleanup_free char *line = xasprintf("%s\n", name);

    return strstr(synced, line) != NULL;
}

static char *file_of(const struct runtime_folder *folder, const char *name)
{
    return path_join(folder->path, name);
}

static bool is_good(const struct runtime_folder *folder, const char *sweep)
{
    struct error err = {0};
    bool is_there = false;

    for (size_t i = 0; i < RUNTIME_FILES; i++) { /* not by its own eyes alone */
        const struct runtime_file *file = &folder->runtime.files[i];
        cleanup_free char *path = path_join(folder->path, file->name);
        cleanup_free char *bytes = NULL;
        size_t size = 0;
        if (file_read_all(path, 1 << 20, &bytes, &size, &err) < 0 ||
            size != file->text.size || memcmp(bytes, file->text.bytes, size) != 0)
            return false;
    }
    return runtime_folder_is_there(sweep, &is_there, &err) == 0 && is_there &&
           folder_exists(folder->path);
}

static void spoil(const char *path, const char *bytes)
{
    unlink(path);
    FILE *file = fopen(path, "w");
    if (file) {
        fputs(bytes, file);
        fclose(file);
    }
}

static void test_first(const char *sweep, struct runtime_folder *folder)
{
    struct error err = {0};
    bool is_there = true;
    struct stat info;

    ok(runtime_folder_is_there(sweep, &is_there, &err) == 0 && !is_there,
       "at first there is none");
    ok(!file_exists(sweep), "and asking makes nothing");
    ok(folder_make(sweep, NULL, &err) == 0 &&
           runtime_folder_open(sweep, folder, &err) == 0,
       "it is written: %s", err.text);
    ok(is_good(folder, sweep), "and is as it should be");
    ok(strlen(folder->runtime.sum) == 64 &&
           strncmp(folder->runtime.sum, path_base(folder->path), 12) == 0 &&
           strlen(path_base(folder->path)) == 12,
       "its name is the beginning of its sum");
    for (size_t i = 0; i < RUNTIME_FILES; i++) {
        const char *name = folder->runtime.files[i].name;
        cleanup_free char *path = file_of(folder, name);
        cleanup_free char *part = xasprintf("%s.part", name);
        ok(was_synced(part), "%s is on disk", name);
        ok(stat(path, &info) == 0 && (info.st_mode & 0222) == 0,
           "and nobody is to write it");
    }
    ok(was_synced(path_base(folder->path)) && was_synced("runtime") && was_synced("s"),
       "so are its names, up to the sweep's folder");
    synced[0] = '\0';
    ok(runtime_folder_confirm(folder, &err) == 0 && !*synced,
       "what is as it was is left alone");
}

static void test_put_back(const char *sweep, struct runtime_folder *folder)
{
    struct error err = {0};
    cleanup_free char *keeper = file_of(folder, "keeper.py");
    cleanup_free char *job = file_of(folder, "job.sh");
    cleanup_free char *readme = file_of(folder, "README");
    struct stat info;

    spoil(keeper, "changed");
    ok(!is_good(folder, sweep), "a file that is changed");
    ok(runtime_folder_confirm(folder, &err) == 0 && is_good(folder, sweep),
       "is put back");
    ok(was_synced("keeper.py.part") && !was_synced("job.sh.part"),
       "it, and no other one");
    ok(was_synced(path_base(folder->path)), "durably");

    /* the same size and the old times: only the change time tells */
    cleanup_free char *bytes = NULL;
    size_t size = 0;
    ok(stat(job, &info) == 0 && file_read_all(job, 1 << 20, &bytes, &size, &err) == 0 &&
           chmod(job, 0644) == 0,
       "a file that is changed in place");
    bytes[0] ^= 1;
    int fd = open(job, O_WRONLY);
    struct timespec times[2] = {info.st_atim, info.st_mtim};
    ok(write(fd, bytes, size) == (ssize_t)size && futimens(fd, times) == 0 &&
           close(fd) == 0,
       "with its size and its times");
    ok(runtime_folder_confirm(folder, &err) == 0 && is_good(folder, sweep),
       "is put back");

    unlink(readme);
    ok(symlink("/etc/passwd", readme) == 0, "a link in a file's place");
    ok(runtime_folder_confirm(folder, &err) == 0 && is_good(folder, sweep) &&
           lstat(readme, &info) == 0 && S_ISREG(info.st_mode),
       "is replaced by the file");

    cleanup_free char *aside = scratch_path("aside");
    ok(rename(folder->path, aside) == 0 && symlink(aside, folder->path) == 0,
       "a link in the folder's place");
    ok(runtime_folder_confirm(folder, &err) == 0 && is_good(folder, sweep) &&
           lstat(folder->path, &info) == 0 && S_ISDIR(info.st_mode),
       "is replaced by a folder");

    cleanup_free char *part = file_of(folder, "job.sh.part");
    spoil(part, "left by a crash");
    unlink(job);
    ok(runtime_folder_confirm(folder, &err) == 0 && is_good(folder, sweep) &&
           !file_exists(part),
       "what a crash has left is taken over");
}

static void test_not_possible(const char *sweep)
{
    struct runtime_folder folder = {0};
    struct error err = {0};
    cleanup_free char *runtime = path_join(sweep, "runtime");

    folder_make(sweep, NULL, NULL);
    spoil(runtime, "no folder");
    ok(runtime_folder_open(sweep, &folder, &err) < 0 && err.kind == ERROR_FILE &&
           !folder.path,
       "a file where the folder should be: %s", err.text);
    ok(strstr(err.text, "cannot write what jobs run"), "says what it is for");
}

static void test_needed(void)
{
    static const struct {
        const char *name;
        bool is_needed;
    } cases[] = {{"ray", true},
                 {"plain", true},
                 {"probe", true},
                 {"whole/ray", false},
                 {"whole/plain", false}};

    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        struct template template = {0};
        struct error err = {0};
        ok(template_load(cases[i].name, &template, &err) == 0 &&
               runtime_is_needed(&template) == cases[i].is_needed,
           "%s %s", cases[i].name,
           cases[i].is_needed ? "reads the runtime" : "holds all it needs");
        template_release(&template);
    }
}

int main(void)
{
    cleanup_free char *sweep = scratch_path("s");
    cleanup_free char *other = scratch_path("other");
    struct runtime_folder folder = {0};

    test_first(sweep, &folder);
    test_put_back(sweep, &folder);
    runtime_folder_release(&folder);
    test_not_possible(other);
    test_needed();
    scratch_remove();
    return tap_done();
}

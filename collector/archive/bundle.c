#include "collector/archive/bundle.h"

#include <fcntl.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "launcher/common/files/file.h"
#include "launcher/common/memory.h"

bool bundle_is_built_in(void)
{
#ifdef HAVE_ARCHIVE
    return true;
#else
    return false;
#endif
}

#ifndef HAVE_ARCHIVE
static int fail_absent(struct error *err)
{
    return error_set(err, ERROR_USAGE,
                     "this raylaunch was built without libarchive; "
                     "build it again with ARCHIVE=1 to read and write archives");
}

int bundle_write(const char *path, const char *folder, const char *prefix,
                 const struct words *names, const struct bundle_check *check,
                 struct bundle_report *ret_report, struct error *err)
{
    (void)path;
    (void)folder;
    (void)prefix;
    (void)names;
    (void)check;
    (void)ret_report;
    return fail_absent(err);
}

int bundle_manifest(const char *path, struct manifest *ret_manifest, struct error *err)
{
    (void)path;
    (void)ret_manifest;
    return fail_absent(err);
}

int bundle_extract_chosen(const char *path, const char *folder,
                          const struct bundle_choice *choice, char **ret_root,
                          struct error *err)
{
    (void)choice;
    return bundle_extract(path, folder, ret_root, err);
}

int bundle_verify(const char *path, struct bundle_report *ret_report, struct error *err)
{
    (void)path;
    (void)ret_report;
    return fail_absent(err);
}

int bundle_extract(const char *path, const char *folder, char **ret_root,
                   struct error *err)
{
    (void)path;
    (void)folder;
    (void)ret_root;
    return fail_absent(err);
}

int bundle_extract_results(const char *path, const char *folder, char **ret_root,
                           struct error *err)
{
    return bundle_extract(path, folder, ret_root, err);
}
#endif

static bool has_archive_name(const char *path)
{
    static const char *const endings[] = {".tar", ".tar.gz", ".tgz", ".tar.zst",
                                          ".tzst"};
    size_t size = strlen(path);

    for (size_t i = 0; i < sizeof endings / sizeof *endings; i++) {
        size_t length = strlen(endings[i]);
        if (size > length && strcmp(path + size - length, endings[i]) == 0)
            return true;
    }
    return false;
}

/* What starts an archive: zstd's and gzip's magic numbers, and tar's, which stands at
 * 257. */
static bool has_archive_bytes(const char *bytes, size_t size)
{
    static const char tar[] = "ustar";

    return (size >= 4 && memcmp(bytes, "\x28\xb5\x2f\xfd", 4) == 0) ||
           (size >= 3 && memcmp(bytes, "\x1f\x8b\x08", 3) == 0) ||
           (size >= 512 && memcmp(bytes + 257, tar, sizeof tar - 1) == 0);
}

bool bundle_is_archive(const char *path)
{
    cleanup_close int fd = open(path, O_RDONLY | O_CLOEXEC | O_NONBLOCK | O_NOCTTY);
    struct stat info;
    char bytes[512];

    if (fd < 0 || fstat(fd, &info) < 0 || !S_ISREG(info.st_mode))
        return false;
    ssize_t got = read(fd, bytes, sizeof bytes);
    return has_archive_name(path) || (got > 0 && has_archive_bytes(bytes, (size_t)got));
}

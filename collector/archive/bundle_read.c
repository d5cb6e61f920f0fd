/* bundle_read.c - verify and unpack an archive of a sweep (bundle.h) */
#include "collector/archive/bundle.h"

#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>

#include "collector/archive/reader.h"
#include "collector/archive/sidecar.h"
#include "launcher/common/limits.h"
#include "launcher/common/memory.h"

#ifdef HAVE_ARCHIVE

int bundle_verify(const char *path, struct bundle_report *ret_report, struct error *err)
{
    struct reader_options options = {.max_files = LIMIT_ARCHIVE_FILES,
                                     .max_bytes = LIMIT_ARCHIVE_BYTES,
                                     .needs_manifest = true};
    struct reader_result result = {0};
    struct bundle_report report = {0};
    struct stat info;

    if (hash_file(path, report.sha256, err) < 0 ||
        sidecar_check(path, report.sha256, err) < 0 ||
        reader_run(path, &options, &result, err) < 0)
        return -1;
    free(result.root);
    if (stat(path, &info) < 0)
        return error_set_errno(err, ERROR_FILE, "cannot look at archive '%s'", path);
    report.n_files = result.n_files;
    report.bytes = result.bytes;
    report.size_bytes = (unsigned long long)info.st_size;
    *ret_report = report;
    return 0;
}

int bundle_extract(const char *path, const char *folder, char **ret_root,
                   struct error *err)
{
    __attribute__((cleanup(unpack_close))) struct unpack unpack = {.fd = -1};
    struct reader_options options = {.max_files = LIMIT_ARCHIVE_FILES,
                                     .max_bytes = LIMIT_ARCHIVE_BYTES,
                                     .to = &unpack};
    struct reader_result result = {0};
    char sha256[HASH_HEX_SIZE];

    if (hash_file(path, sha256, err) < 0 || sidecar_check(path, sha256, err) < 0 ||
        unpack_open(&unpack, folder, err) < 0)
        return -1;
    if (reader_run(path, &options, &result, err) < 0) {
        unpack_undo(&unpack);
        return error_prefix(err, "cannot unpack into '%s'", folder);
    }
    *ret_root = result.root;
    return 0;
}

#endif

/* bundle_read.c - verify and unpack an archive of a sweep (bundle.h) */
#include "collector/archive/bundle.h"

#include <fcntl.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>

#include "collector/archive/reader.h"
#include "collector/archive/sidecar.h"
#include "launcher/common/files/file.h"
#include "launcher/common/limits.h"
#include "launcher/common/memory.h"
#include "launcher/common/processes/interrupt.h"

#ifdef HAVE_ARCHIVE
#define BLOCK_BYTES ((size_t)1 << 18)

static void hash_free_at(struct hash **hash)
{
    hash_free(*hash);
}

/* As hash_file(), but an interrupt ends it. */
static int sum_archive(const char *path, char sha256[HASH_HEX_SIZE], struct error *err)
{
    cleanup_close int fd = open(path, O_RDONLY | O_CLOEXEC | O_NONBLOCK | O_NOCTTY);
    cleanup_free char *block = xmalloc(BLOCK_BYTES);
    cleanup_with(hash_free_at) struct hash *hash = hash_new();
    ssize_t got;

    if (fd < 0)
        return error_set_errno(err, ERROR_FILE, "cannot open '%s'", path);
    do {
        got = file_read_some(fd, path, block, BLOCK_BYTES, err);
        if (interrupt_is_pending())
            return interrupt_error(err, "while reading archive '%s'", path);
        if (got < 0)
            return -1;
        hash_add(hash, block, (size_t)got);
    } while (got > 0);
    hash_finish(hash, sha256);
    return 0;
}

int bundle_verify(const char *path, struct bundle_report *ret_report, struct error *err)
{
    struct reader_options options = {.max_files = LIMIT_ARCHIVE_FILES,
                                     .max_bytes = LIMIT_ARCHIVE_BYTES,
                                     .needs_manifest = true};
    struct reader_result result = {0};
    struct bundle_report report = {0};
    struct stat info;

    if (sum_archive(path, report.sha256, err) < 0 ||
        sidecar_check(path, report.sha256, err) < 0 ||
        reader_run(path, &options, &result, err) < 0)
        return -1;
    free(result.root);
    if (stat(path, &info) < 0)
        return error_set_errno(err, ERROR_FILE, "cannot look at archive '%s'", path);
    report.n_files = result.n_files;
    report.n_links = result.n_links;
    report.bytes = result.bytes;
    report.size_bytes = (unsigned long long)info.st_size;
    *ret_report = report;
    return 0;
}

static int extract(const char *path, const char *folder, struct reader_options options,
                   const struct bundle_choice *choice, char **ret_root,
                   struct error *err)
{
    __attribute__((cleanup(unpack_close))) struct unpack unpack = {.fd = -1};
    struct reader_result result = {0};
    char sha256[HASH_HEX_SIZE];

    options.to = &unpack;
    bool is_judged = choice && choice->accepts;
    if (sum_archive(path, sha256, err) < 0 ||
        (!is_judged && sidecar_check(path, sha256, err) < 0))
        return -1;
    if (is_judged && !choice->accepts(choice->context, sha256))
        return error_set(err, ERROR_INPUT,
                         "archive '%s' is none that the journal knows: its SHA-256 sum "
                         "is another one",
                         path);
    if (unpack_open(&unpack, folder, err) < 0)
        return -1;
    if (reader_run(path, &options, &result, err) < 0) {
        unpack_undo(&unpack);
        return error_prefix(err, "cannot unpack into '%s'", folder);
    }
    *ret_root = result.root;
    return 0;
}

int bundle_extract(const char *path, const char *folder, char **ret_root,
                   struct error *err)
{
    struct reader_options options = {.max_files = LIMIT_ARCHIVE_FILES,
                                     .max_bytes = LIMIT_ARCHIVE_BYTES};

    return extract(path, folder, options, NULL, ret_root, err);
}

static bool is_for_results(void *context, const char *name)
{
    (void)context;
    static const char *const endings[] = {".out", ".log", ".err", ".json", ".jsonl"};
    size_t size = strlen(name);

    for (size_t i = 0; i < sizeof endings / sizeof *endings; i++) {
        size_t length = strlen(endings[i]);
        if (size > length && strcmp(name + size - length, endings[i]) == 0)
            return true;
    }
    return strstr(name, ".ray/") != NULL;
}

int bundle_extract_chosen(const char *path, const char *folder,
                          const struct bundle_choice *choice, char **ret_root,
                          struct error *err)
{
    struct reader_options options = {.max_files = LIMIT_ARCHIVE_FILES,
                                     .max_bytes = LIMIT_ARCHIVE_BYTES,
                                     .wants = choice->wants,
                                     .context = choice->context};
    struct stat info;

    if (stat(path, &info) < 0)
        return error_set_errno(err, ERROR_FILE, "cannot look at archive '%s'", path);
    options.max_written =
        LIMIT_COLLECT_BYTES + LIMIT_COLLECT_RATIO * (unsigned long long)info.st_size;
    return extract(path, folder, options, choice, ret_root, err);
}

int bundle_extract_results(const char *path, const char *folder, char **ret_root,
                           struct error *err)
{
    struct bundle_choice choice = {.wants = is_for_results};

    return bundle_extract_chosen(path, folder, &choice, ret_root, err);
}

int bundle_manifest(const char *path, struct manifest *ret_manifest, struct error *err)
{
    struct reader_options options = {.max_files = LIMIT_ARCHIVE_FILES,
                                     .max_bytes = LIMIT_ARCHIVE_BYTES,
                                     .needs_manifest = true,
                                     .only_manifest = true};
    struct reader_result result = {0};

    if (reader_run(path, &options, &result, err) < 0)
        return -1;
    free(result.root);
    *ret_manifest = result.manifest;
    return 0;
}

#endif

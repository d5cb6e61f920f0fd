/* reader.h - go through an archive once: check, compare, unpack
 *
 * Only the tar reader and the zstd and gzip filters of libarchive are used (most of its
 * security bugs were in the others). Nothing but regular files, folders and links with
 * safe names passes, and links must stay inside; see manifest.h for what a safe name
 * is.
 * */
#ifndef COLLECTOR_ARCHIVE_READER_H
#define COLLECTOR_ARCHIVE_READER_H

#include <stdbool.h>
#include <stddef.h>

#include "collector/archive/manifest.h"
#include "collector/archive/unpack.h"
#include "launcher/common/error.h"

struct reader_options {
    size_t max_files;             /* members of every kind */
    unsigned long long max_bytes; /* of all files, unpacked */
    bool needs_manifest;
    struct unpack *to; /* borrowed; NULL: read and compare only */
    bool (*wants)(void *context, const char *name); /* NULL: all; else those alone are
                                                       written, and neither folders nor
                                                       links for themselves */
    void *context;                                  /* of `wants` */
    unsigned long long max_written; /* with `wants`: of the files written */
    bool only_manifest;             /* stop behind the manifest */
};

struct reader_result {
    size_t n_files; /* without the manifest */
    size_t n_links;
    unsigned long long bytes;
    char *root; /* owned: the one top folder, "." if there is not exactly one */
    struct manifest manifest; /* owned; with `only_manifest` alone */
};

/* Every file of a manifest must be there once and have its sum, and no other file may
 * be there. ERROR_INPUT for content, ERROR_FILE for the system, ERROR_INTERRUPT. The
 * result is the caller's to free (`root`) on success, untouched otherwise. */
int reader_run(const char *path, const struct reader_options *options,
               struct reader_result *ret_result, struct error *err);

#endif

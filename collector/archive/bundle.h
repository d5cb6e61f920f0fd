/* bundle.h - an archive: one .tar.zst with a manifest of SHA-256 sums
 *
 * Same input, same bytes: sorted names, fixed times, modes and owners. All members lie
 * in one top folder, the prefix. The first is <prefix>/MANIFEST.sha256, in the form
 * that `sha256sum -c` reads inside that folder; beside the archive lies
 * <archive>.sha256, in the same form. (libarchive before 3.8.2 writes zstd frames
 * without checksum: 65 % of random bit flips went unnoticed, so the manifest is what
 * proves the content.)
 *
 * libarchive is optional at build time (ARCHIVE=0): the functions that need it then
 * fail with ERROR_USAGE and say so. Kinds of failure: ERROR_INPUT for what an archive
 * holds, ERROR_FILE for what the system refuses. Names are byte strings.
 */
#ifndef COLLECTOR_ARCHIVE_BUNDLE_H
#define COLLECTOR_ARCHIVE_BUNDLE_H

#include <stdbool.h>
#include <stddef.h>

#include "collector/archive/manifest.h"
#include "launcher/common/error.h"
#include "launcher/common/text/text.h"

struct bundle_report {
    size_t n_files;                /* without the manifest */
    size_t n_links;                /* not among the files */
    unsigned long long bytes;      /* of the files */
    unsigned long long size_bytes; /* of the archive */
    char sha256[65];               /* of the archive */
};

bool bundle_is_built_in(void);

struct bundle_check {
    /* What is to be written, once all is summed; -1: it is not to be. */
    int (*may_write)(void *context, struct manifest *manifest, struct error *err);
    void *context;
};

/* Write the regular files `names` and the links among them that stay inside (relative
 * to `folder`, any order; a link that leads out is ERROR_FILE) to `path`: a temp file
 * beside it, fsync, read back and verified against the manifest, then rename. Members
 * are named <prefix>/<name>; `prefix` is one component. An own manifest among the names
 * (an unpacked archive is archived again) is left out. A file that changes while it is
 * read is an error. Until success, an older archive at `path` stays as it is. `check`
 * (may be NULL) is asked before anything is written. */
int bundle_write(const char *path, const char *folder, const char *prefix,
                 const struct words *names, const struct bundle_check *check,
                 struct bundle_report *ret_report, struct error *err);

/* Read every member and compare with the manifest, and the whole file with
 * <path>.sha256 if that is there. An archive without manifest is an error. */
int bundle_verify(const char *path, struct bundle_report *ret_report,
                  struct error *err);

/* Unpack into `folder` (must not exist, or be empty): regular files, folders, and links
 * that stay inside (manifest_link_is_safe()), no absolute names, no "..", modes 0666
 * and 0777 less the umask, at most LIMIT_ARCHIVE_FILES and LIMIT_ARCHIVE_BYTES;
 * verified like bundle_verify(). A foreign archive without manifest is unpacked too.
 * After a failure nothing of it is left. `*ret_root` is owned: the one top folder
 * inside (the prefix), or "." when a foreign archive has not exactly one. */
int bundle_extract(const char *path, const char *folder, char **ret_root,
                   struct error *err);

/* The same for one who reads results: only what collect looks at (journal, points,
 * outputs, verdicts, logs of workers, tables) is written, the rest is compared and
 * dropped, and no links. What it would write is limited by the archive's own size
 * (LIMIT_COLLECT_BYTES and LIMIT_COLLECT_RATIO): ERROR_INPUT. All functions here end
 * with ERROR_INTERRUPT once an interrupt is pending. */
int bundle_extract_results(const char *path, const char *folder, char **ret_root,
                           struct error *err);

struct bundle_choice {
    bool (*wants)(void *context,
                  const char *name); /* of a member, with the top folder */
    bool (*accepts)(void *context, const char *sha256); /* of the archive; NULL: any */
    void *context;
};

/* The same, of the members that are wanted. ERROR_INPUT for an archive whose sum is not
 * accepted: nothing of it is unpacked then. (The sum beside it does not matter then.)
 * */
int bundle_extract_chosen(const char *path, const char *folder,
                          const struct bundle_choice *choice, char **ret_root,
                          struct error *err);

/* The names and sums that the archive says it holds; the members themselves are not
 * read. The manifest is the caller's. */
int bundle_manifest(const char *path, struct manifest *ret_manifest, struct error *err);

/* A regular file whose name (.tar .tar.gz .tgz .tar.zst .tzst) or whose first bytes are
 * an archive's. A damaged archive is still one, so that reading it fails by name. */
bool bundle_is_archive(const char *path);

#endif

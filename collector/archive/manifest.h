/* manifest.h - the list of files and SHA-256 sums inside an archive
 *
 * The text form is that of sha256sum: 64 hex digits, two spaces (or space and '*'), the
 * name. Where a name holds a backslash, a newline or a carriage return, the line starts
 * with a backslash and the three are written \\ \n \r (coreutils' own rule).
 */
#ifndef COLLECTOR_ARCHIVE_MANIFEST_H
#define COLLECTOR_ARCHIVE_MANIFEST_H

#include <stdbool.h>
#include <stddef.h>

#include "launcher/common/error.h"
#include "launcher/common/files/hash.h"
#include "launcher/common/text/text.h"

#define MANIFEST_NAME "MANIFEST.sha256"

struct manifest_entry {
    char *name; /* owned */
    char sha256[HASH_HEX_SIZE];
    bool is_seen; /* for the reader: this file was there and right */
};

/* A zeroed manifest is valid and empty. */
struct manifest {
    struct manifest_entry *entries; /* owned; in byte order of the names once sorted */
    size_t count, cap;
};

void manifest_release(struct manifest *manifest);
#define cleanup_manifest __attribute__((cleanup(manifest_release)))

/* Append; -1 (ERROR_INPUT) for a name that is not safe. */
int manifest_add(struct manifest *manifest, const char *name,
                 const char sha256[HASH_HEX_SIZE], struct error *err);

/* Needed before manifest_find() (a hostile list cannot make a sort slow, as it could a
 * hash table). -1 (ERROR_INPUT) when a name stands twice. */
int manifest_sort(struct manifest *manifest, struct error *err);

struct manifest_entry *manifest_find(struct manifest *manifest, const char *name);

/* Append one line; pure. */
void manifest_add_line(struct text *text, const char *name, const char *sha256);

/* Read the text form (hostile): ERROR_INPUT names `source` and the line. The result is
 * sorted; on failure it is left empty. */
int manifest_parse(const char *bytes, size_t size, const char *source,
                   struct manifest *ret_manifest, struct error *err);

/* Can the name be made below a folder without leaving it? Relative, no empty, "." or
 * ".." component, none over 255 bytes, at most 64 of them and LIMIT_NAME_BYTES in all.
 */
bool manifest_name_is_safe(const char *name);

/* Does a link of that (safe) name stay below the first component of the name? Its
 * target is relative, ".." stands only in front (behind a component that is a link
 * itself it would lead anywhere), and not too often. */
bool manifest_link_is_safe(const char *name, const char *target);

#endif

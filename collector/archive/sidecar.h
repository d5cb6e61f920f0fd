/* sidecar.h - <archive>.sha256, the sum of the whole file, in `sha256sum -c` form */
#ifndef COLLECTOR_ARCHIVE_SIDECAR_H
#define COLLECTOR_ARCHIVE_SIDECAR_H

#include "launcher/common/error.h"
#include "launcher/common/files/hash.h"

int sidecar_write(const char *path, const char sha256[HASH_HEX_SIZE],
                  struct error *err);

/* Before an archive is replaced, so that a crash in between leaves no wrong sum. */
int sidecar_remove(const char *path, struct error *err);

/* Compare; success when there is no sidecar. The name in it does not matter: archives
 * are renamed. ERROR_INPUT when the sum is another. */
int sidecar_check(const char *path, const char sha256[HASH_HEX_SIZE],
                  struct error *err);

#endif

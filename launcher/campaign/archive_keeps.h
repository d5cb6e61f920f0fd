/* archive_keeps.h - may a new archive of a sweep take the place of the old one?
 *
 * Only if it still holds every result of the old one: each whole result in an output or
 * a worker's log, byte for byte, under the same name, and each row with a result in
 * results.jsonl (a newer attempt's row, or another result of the same one, will do).
 */
#ifndef LAUNCHER_CAMPAIGN_ARCHIVE_KEEPS_H
#define LAUNCHER_CAMPAIGN_ARCHIVE_KEEPS_H

#include "collector/archive/manifest.h"
#include "launcher/common/error.h"
#include "launcher/sweep/model.h"

/* `path`: of the old one, which need not be there; `manifest`: of the new one, made of
 * the sweep's folder. What is equal in both is not read. One that cannot be read may be
 * replaced if the output of every attempt that ended is there. ERROR_POLICY: it may
 * not; the message says what is missing, and what to do. */
int archive_keeps(const struct sweep *sweep, const char *path,
                  struct manifest *manifest, struct error *err);

#endif

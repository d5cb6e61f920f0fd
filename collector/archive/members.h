/* members.h - read chosen members of a .tar.gz into memory, one after the other
 *
 * For the log archives of a job (<base>.ray/<node>.tar.gz), which a program that the
 * user runs could have written: nothing is unpacked to disk, only regular files are
 * given, links and devices are passed over, and every size has a ceiling.
 */
#ifndef COLLECTOR_ARCHIVE_MEMBERS_H
#define COLLECTOR_ARCHIVE_MEMBERS_H

#include <stdbool.h>
#include <stddef.h>

#include "launcher/common/error.h"

struct member {
    const char *name;  /* path in the archive, any bytes but NUL */
    double changed_at; /* seconds since the epoch, 0 unknown */
    const char *bytes; /* NUL behind the last one */
    size_t size;
};

/* Is the member of that name wanted? Its bytes are read only then. */
typedef bool (*members_wants_fn)(void *context, const char *name);

/* All of `member` is borrowed until the function returns. */
typedef void (*members_take_fn)(void *context, const struct member *member);

/* Go through the archive in its own order. At most LIMIT_LOG_MEMBERS members and
 * LIMIT_LOG_BYTES of all members together, unpacked. ERROR_INPUT: damaged, too large or
 * no such archive (what came before the damage was given); ERROR_FILE: it cannot be
 * opened; ERROR_USAGE: built without libarchive; ERROR_INTERRUPT. */
int members_read(const char *path, members_wants_fn wants, members_take_fn take,
                 void *context, struct error *err);

#endif

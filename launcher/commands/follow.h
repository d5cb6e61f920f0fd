/* follow.h - copy what is appended to a file, as it comes
 *
 * Files may be of any size: each of these ends early, and that is no error, while an
 * interrupt is pending (interrupt.h).
 */
#ifndef LAUNCHER_COMMANDS_FOLLOW_H
#define LAUNCHER_COMMANDS_FOLLOW_H

#include <stdint.h>
#include <stdio.h>

#include "launcher/common/error.h"
#include "launcher/common/text/text.h"

struct follow {
    uint64_t offset; /* bytes copied so far; 0 at first */
};

/* Copy from follow->offset to the present end. No file yet: nothing to copy. A file
 * that became shorter is followed from its beginning. Keeps nothing open (network file
 * systems show news only at open). Byte for byte, but where `to` is a terminal without
 * colours, and control characters and marks of direction are '?' there. */
int follow_copy(struct follow *follow, const char *path, FILE *to, struct error *err);

/* Append to `text`, whose maximum is the ceiling (ERROR_INPUT), what stands behind the
 * offset. */
int follow_read(const struct follow *follow, const char *path, struct text *text,
                struct error *err);

/* Set the offset so that only the last `lines` lines follow. */
int follow_tail(struct follow *follow, const char *path, long lines, struct error *err);

#endif

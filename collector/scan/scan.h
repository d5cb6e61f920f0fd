/* scan.h - find `TMGG_RESULT:` and take the one JSON value behind it
 *
 * The scan is by marker, never by line: writers that share one file glue lines together
 * (seen: 91-99 % of results lost by line-wise parsers). A marker counts anywhere, if
 * one complete JSON object follows, and it is neither inside an earlier value nor on a
 * line that begins with `Running command on head node:` (after an optional `N: `,
 * srun's label): that is symmetric-run's echo of the whole entrypoint. After a bad
 * value the scan goes on right behind its marker. NUL, CR, ANSI colours (also right
 * behind the marker), Ray's and srun's prefixes and any text behind the value are
 * allowed. NaN and infinity are accepted in each spelling of value.h.
 */
#ifndef COLLECTOR_SCAN_SCAN_H
#define COLLECTOR_SCAN_SCAN_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "collector/scan/marker.h"
#include "collector/scan/scan_report.h"
#include "launcher/common/error.h"

/* Scan bytes in memory. Pure. With `only_last_start`, only what stands behind the last
 * "raylaunch: start K of job J" counts (a requeued job appends). */
void scan_bytes(const char *bytes, size_t size, enum scan_pick pick,
                bool only_last_start, struct scan_report *ret_report);

/* Scan a file by read(2) in blocks (never mmap: Slurm truncates files under readers,
 * SIGBUS). Regular files only, opened O_NONBLOCK|O_NOFOLLOW: where the user names a
 * link, the caller resolves it first. Memory is bounded by LIMIT_RESULT_BYTES and what
 * is kept. ERROR_FILE; ENOENT in errno when the file is not there. ERROR_INTERRUPT once
 * an interrupt is pending: what was read so far says nothing. */
int scan_file(const char *path, enum scan_pick pick, bool only_last_start,
              struct scan_report *ret_report, struct error *err);

#endif

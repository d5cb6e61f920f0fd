/* earlier.h - results of attempts whose output files are gone
 *
 * Files are removed for their number, moved, or expire from scratch. What was found
 * once for an attempt stays: its output is looked for in the sweep's archive, then its
 * row in the archive's results.jsonl, then in the folder's own. All of it is judged: an
 * archive counts when the journal knows its SHA-256 sum, a row when point, attempt and
 * job are the sweep's. Only what is asked for is unpacked.
 */
#ifndef LAUNCHER_JOBS_EARLIER_H
#define LAUNCHER_JOBS_EARLIER_H

#include "collector/scan/scan.h"
#include "collector/table/row.h"
#include "launcher/jobs/earlier_rows.h"
#include "launcher/sweep/sweep.h"

/* A zeroed one holds nothing. */
struct earlier {
    struct earlier_rows rows;     /* of the folder's results.jsonl */
    struct earlier_rows archived; /* of the archive's */
    char *unpacked;               /* owned: a private folder; NULL none */
    char *root;                   /* owned: the archive's top folder in it */
    struct words troubles;        /* owned: what could not be used, and why */
};

/* Read the results.jsonl of the folder. A missing one is an empty one. ERROR_INTERRUPT
 * alone; all else is a trouble. */
int earlier_read(struct earlier *earlier, const struct sweep *sweep, struct error *err);

/* Unpack what `path` holds of `attempts`. As above. */
int earlier_unpack(struct earlier *earlier, const struct sweep *sweep, const char *path,
                   const struct attempt *const *attempts, size_t count,
                   struct error *err);

/* What was found once for the attempt. False: nothing; all is untouched then.
 * `ret_sources`: as of struct inspection (empty where it stood in the output). */
bool earlier_take(const struct earlier *earlier, const struct sweep *sweep,
                  const struct attempt *attempt, enum scan_pick pick,
                  struct scan_report *ret_scan, struct words *ret_sources,
                  enum row_source *ret_source);

void earlier_release(struct earlier *earlier);

#endif

/* scan_report.h - what a scan found: results, and what they say */
#ifndef COLLECTOR_SCAN_SCAN_REPORT_H
#define COLLECTOR_SCAN_SCAN_REPORT_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "collector/outcome/result_status.h"

#define SCAN_KEEP_BYTES (1UL << 30) /* most bytes of results kept of one file */

enum scan_pick { SCAN_PICK_LAST, SCAN_PICK_FIRST, SCAN_PICK_ALL };

struct scan_result {
    uint64_t offset; /* of the marker in the file, bytes */
    char *json;      /* owned: the value exactly as written, NUL-terminated */
    size_t size;
};

/* What the whole results say, whichever of them are picked. */
struct scan_statement {
    enum result_status last;          /* of the last one */
    char unknown[RESULT_STATUS_WORD]; /* its word, if that is none that is known */
    size_t n_completed;
    uint64_t completed_hash; /* of the bytes of the first one that says completed */
    size_t completed_size;
    bool completed_differ; /* of those that say completed not all are the same bytes */
    bool is_torn_behind;   /* a marker without a whole object stands behind the last */
};

struct scan_report {
    struct scan_result *results; /* owned; by pick: at most one, or all in file order */
    size_t count;
    struct scan_result unpicked_last; /* owned: the last one where it is not the last of
                                         `results`, else zeroed; see scan_last() */
    struct scan_statement says;
    size_t n_good;      /* complete objects seen, also those not picked */
    size_t n_malformed; /* markers without a whole object (torn, not JSON, too large) */
    bool good_differ;   /* two good ones were not the same bytes */
    uint64_t malformed_offset; /* of the last malformed one */
    char malformed_why[256];   /* what is wrong with it, and what stands there */
    uint64_t size;             /* bytes looked at */
    bool has_restarted;        /* a start line of the job stood in it */
    bool is_full;              /* SCAN_PICK_ALL: later ones were counted but not kept
                                  (SCAN_KEEP_BYTES) */
};

void scan_report_release(struct scan_report *report);

/* The last whole result, whatever was picked: borrowed, NULL if there is none. */
const struct scan_result *scan_last(const struct scan_report *report);

/* Add what `behind` says to `says`: the results of another file, read after it. */
void scan_statement_join(struct scan_statement *says,
                         const struct scan_statement *behind, bool has_results);

#endif

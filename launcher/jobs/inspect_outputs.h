/* inspect_outputs.h - what an attempt's files say, joined with what the scheduler said
 *
 * Opens the claim, the verdict and the output anew at each call (network file systems
 * show changes only at open) and keeps nothing open.
 */
#ifndef LAUNCHER_JOBS_INSPECT_OUTPUTS_H
#define LAUNCHER_JOBS_INSPECT_OUTPUTS_H

#include "collector/outcome/evidence.h"
#include "collector/outcome/outcome.h"
#include "collector/scan/scan.h"
#include "collector/table/row.h"
#include "launcher/sweep/sweep.h"

struct earlier;

struct inspect_options {
    bool require_result;
    enum scan_pick pick;
    bool is_grace_over;   /* the files were given fs_grace to appear */
    enum job_witness job; /* what is known of the job; attempt->seen holds the rest */
    const struct earlier
        *earlier; /* borrowed; asked where no result is found (earlier.h);
                                      NULL: nobody */
};

struct inspection {
    struct outcome outcome;
    struct verdict verdict;
    struct scan_report scan;
    struct words sources; /* scan.results[i] stood in sources.items[i], a worker's log
                             below the sweep's folder; empty: in .out */
    struct evidence evidence; /* the line of a log that proves outcome.cause */
    bool has_claim;
    char *claim_job; /* owned: the job id in the claim, NULL none */
    bool has_output;
    bool is_cut_short;      /* by an interrupt: it says nothing of the attempt's end */
    enum row_source source; /* of the results */
};

/* Look at the attempt's files and decide. What is there and cannot be read is a warning
 * of the outcome, which is decided from the rest. */
void inspect_outputs(const struct sweep *sweep, const struct attempt *attempt,
                     const struct inspect_options *options,
                     struct inspection *ret_inspection);
void inspection_release(struct inspection *examination);

/* Where result `index` stood, if not in .out: borrowed, else NULL. */
const char *inspection_output(const struct inspection *found, size_t index);

/* The file of the evidence, relative to the sweep's folder: owned, "" without a
 * evidence. */
char *inspection_evidence_file(const struct sweep *sweep, const struct attempt *attempt,
                               const struct inspection *found);

/* Set the members `evidence` and `output` of a "final" event, as far as there are any.
 */
void inspection_note(const struct sweep *sweep, const struct attempt *attempt,
                     const struct inspection *found, json_t *event);

/* The job id in an attempt's claim: owned, or NULL when there is no claim. */
char *inspect_claim(const struct sweep *sweep, const struct attempt *attempt);

/* Add the point's row (or with SCAN_PICK_ALL one row a result). `attempt` NULL: a
 * planned point. For a final attempt the journal's state stands and only the results
 * are read. */
void inspect_add_rows(const struct sweep *sweep, const struct sweep_point *point,
                      const struct inspect_options *options, struct table *table);

#endif

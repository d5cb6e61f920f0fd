/* result_witness.h - what an attempt's results tell the one who decides (outcome.h)
 *
 * One function for sweeps and for loose files, so that both judge alike. Which result a
 * row shows (--pick) has no say in it.
 */
#ifndef COLLECTOR_SCAN_RESULT_WITNESS_H
#define COLLECTOR_SCAN_RESULT_WITNESS_H

#include "collector/outcome/outcome.h"
#include "collector/scan/scan.h"

/* Set the result's part of `witnesses`: result, is_from_worker, results_differ,
 * is_torn_behind, unknown_status (borrowed from `scan`) and result_error (borrowed from
 * `scan` or `*ret_error`, which is owned, NULL none, and must outlive `witnesses`). */
void result_witness_take(struct witnesses *witnesses, const struct scan_report *scan,
                         bool is_from_worker, char **ret_error);

/* Append what a scan passed over beside its whole results: markers without a whole
 * object. Nothing where there is no whole result; then that is the outcome's cause. */
void result_witness_warn(const struct scan_report *scan, struct words *warnings);

#endif

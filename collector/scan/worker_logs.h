/* worker_logs.h - result lines that reached only the log file of a Ray worker
 *
 * A remote task prints on its worker's stdout. Ray carries that to the driver, but not
 * with log_to_driver=False, and not when the driver ends first. The line then stands in
 * the worker's own file of the session: in <base>.ray/<node>.tar.gz of an attempt, or
 * in the logs folder of a session that somebody kept. It is a second source: asked when
 * an output file holds no whole result, and always named in the row.
 *
 * Files of workers are `worker-<hex>-*.out` and `job-driver-*.log`, also rotated ones
 * (`.out.1`). Archives are hostile until read: see members.h for their ceilings.
 */
#ifndef COLLECTOR_SCAN_WORKER_LOGS_H
#define COLLECTOR_SCAN_WORKER_LOGS_H

#include "collector/scan/scan.h"
#include "launcher/common/text/text.h"

struct worker_logs {
    struct scan_report scan; /* of all files in the order of their last change, so that
                                the last result is the last file's last */
    struct words sources;    /* scan.results[i] stood in sources.items[i]:
                                "<shown>/rl2.tar.gz#worker-….out" */
    size_t n_files;          /* files that hold a whole result */
    struct words troubles;   /* what could not be read, and why */
};

/* Look into every .tar.gz and every worker's file right in `folder` (at most
 * LIMIT_LOG_FILES), which need not be there. `shown` is what stands for the folder in
 * the sources. Never fails. `*ret_logs` is released by worker_logs_release(). */
void worker_logs_read(const char *folder, const char *shown, enum scan_pick pick,
                      struct worker_logs *ret_logs);
void worker_logs_release(struct worker_logs *logs);

/* Is this (the last part of a path) the name of a worker's file? */
bool worker_logs_is_name(const char *name);

#endif

/* loose_outputs.h - rows from output files that nobody submitted with raylaunch
 *
 * A folder without a journal means its `*.out`, `*.log` and `*.err` files at any depth;
 * a file means itself. One row a file (by pick), or one a result with SCAN_PICK_ALL; a
 * file without a result line is a `no_result` row. Links to folders are not followed;
 * archives count only when named.
 *
 * The logs folder of a Ray session (raylet.out or worker files in it) is one row,
 * called after the session: its workers' files are read, not Ray's own. `<x>.out`
 * without a result and `<x>.ray/` beside it: its workers' logs, too. Such a row says
 * so.
 */
#ifndef COLLECTOR_LOOSE_LOOSE_OUTPUTS_H
#define COLLECTOR_LOOSE_LOOSE_OUTPUTS_H

#include "collector/scan/scan.h"
#include "collector/table/row.h"
#include "launcher/common/error.h"

struct loose_options {
    enum scan_pick pick;
    bool require_result;
};

struct loose_rows {
    struct table *table;   /* borrowed: rows are appended */
    size_t n_files;        /* added to: outputs found, also those in trouble */
    struct words troubles; /* owned: a line for each thing below the folder that could
                              not be read or looked at */
};

/* Add the rows of `path` (a folder or a regular file), ordered by name. ERROR_FILE of
 * `path` itself alone, ERROR_INTERRUPT. */
int loose_outputs_add_rows(const char *path, const struct loose_options *options,
                           struct loose_rows *rows, struct error *err);

#endif

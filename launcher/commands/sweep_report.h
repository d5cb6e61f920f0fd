/* sweep_report.h - what verbs say of a sweep at their end: table, files, archive
 *
 * The table is the product and goes to stdout; the line of counts and the hints are for
 * people and go to stderr.
 */
#ifndef LAUNCHER_COMMANDS_SWEEP_REPORT_H
#define LAUNCHER_COMMANDS_SWEEP_REPORT_H

#include "launcher/campaign/report.h"
#include "launcher/commands/command.h"

/* Wait for the selected points (feeding `queue`), then report: table on stdout (or JSON
 * rows), count line and hints on stderr; result files; archive when all is final.
 * Returns 0, or 1 if a final point is not completed; or -1. */
int sweep_wait_and_report(struct invocation *in, struct campaign *campaign,
                          struct work_queue *queue, struct error *err);

/* Name what the archive does not hold, the first ten. */
void warn_left_out(const struct words *left_out);

/* Tell how many rows have their results from the archive or an earlier table, and how
 * many of which the results are gone; and what could not be used. */
void warn_of_sources(const struct table *table, const struct words *troubles);

/* Print a table in the invocation's format. */
int print_table(const struct invocation *in, const struct table *table,
                const char *metric, const char *format, struct error *err);

/* The completed rows of one sweep ran several versions of the code: say so. */
void warn_code(const struct table *table);

#endif

/* report.h - a sweep as a table, its result files, and its archive
 *
 * Results are derived: results.jsonl, results.csv and summary.json can be deleted and
 * made again.
 */
#ifndef LAUNCHER_CAMPAIGN_REPORT_H
#define LAUNCHER_CAMPAIGN_REPORT_H

#include "collector/archive/bundle.h"
#include "collector/table/row.h"
#include "launcher/campaign/campaign.h"
#include "launcher/campaign/report_rows.h"

/* report_rows(), sorted by the metric of the settings (or a guessed one). With
 * `is_asked` false nobody asked a scheduler: verdicts, results and the journal decide
 * alone. */
int report_table(const struct campaign *campaign, bool is_asked,
                 struct table *ret_table, struct words *troubles, struct error *err);

/* The metric in use: the setting's, else table_guess_metric(). Borrowed; may be NULL.
 */
const char *report_metric(const struct campaign *campaign, const struct table *table);

/* Write results.jsonl, results.csv and summary.json into the folder. */
int report_write(const struct campaign *campaign, const struct table *table,
                 struct error *err);

/* The same for all points of the sweep, where `table` may have only the selected ones.
 * */
int report_write_all(const struct campaign *campaign, bool is_asked,
                     const struct table *table, struct error *err);

/* Write an archive of the folder to `path` (archived_files.h: which files, and what is
 * appended to `left_out`), and note it in the journal. Waits for another one that is
 * being written, up to ten minutes. ERROR_POLICY where an older archive holds results
 * that this one would not, unless `is_forced` (archive_keeps.h). */
int report_archive(struct campaign *campaign, const char *path, bool is_forced,
                   struct words *left_out, struct bundle_report *ret_report,
                   struct error *err);

/* Every selected point final, and something ended since the last archive. */
bool report_needs_archive(const struct campaign *campaign);

/* Write resolved.yaml: what was asked, resolved, with the origin of each setting. As
 * --file it gives the same points, so rows of points files (which change, or came by a
 * pipe) are kept beside it. `plan` was made of `command` and `grids`. */
int report_write_resolved(const struct campaign *campaign, const struct words *command,
                          const struct words *grids, const struct plan *plan,
                          struct error *err);

#endif

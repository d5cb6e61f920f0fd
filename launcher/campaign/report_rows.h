/* report_rows.h - the rows of a sweep's points, with the results of files that are gone
 *
 * Below report.h, which sorts and writes them.
 */
#ifndef LAUNCHER_CAMPAIGN_REPORT_ROWS_H
#define LAUNCHER_CAMPAIGN_REPORT_ROWS_H

#include "collector/scan/scan.h"
#include "collector/table/row.h"
#include "launcher/campaign/campaign.h"

/* Which of several results of a point counts: the setting `pick`. */
enum scan_pick report_pick(const struct settings *settings);

/* "<sweep folder>/<name>.tar.zst". Owned. */
char *report_archive_path(const struct campaign *campaign);

/* Rows of the selected points, in their order. Where no result is found for an attempt
 * that once had one, it is looked for as earlier.h says; `troubles` (may be NULL) gets
 * a line for what could not be used there. ERROR_INTERRUPT alone. */
int report_rows(const struct campaign *campaign, bool is_asked, struct table *ret_table,
                struct words *troubles, struct error *err);

#endif

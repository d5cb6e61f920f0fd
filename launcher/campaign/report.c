#include "launcher/campaign/report.h"

#include <string.h>

#include "collector/table/aggregate.h"
#include "collector/table/format.h"
#include "launcher/common/files/file.h"
#include "launcher/common/memory.h"
#include "launcher/common/trees/json_io.h"
#include "launcher/jobs/inspect_outputs.h"
#include "launcher/sweep/archived_files.h"

#define RESOLVED_POINTS "resolved.points.jsonl"
#define ARCHIVE_WAIT_MS 600000 /* for another one to be written */

static enum direction direction_of(const struct campaign *campaign)
{
    return settings_chose(campaign->settings, CHOICE_DIRECTION_MAX) ? DIRECTION_MAX
                                                                    : DIRECTION_MIN;
}

enum scan_pick report_pick(const struct settings *settings)
{
    return settings_chose(settings, CHOICE_PICK_ALL)     ? SCAN_PICK_ALL
           : settings_chose(settings, CHOICE_PICK_FIRST) ? SCAN_PICK_FIRST
                                                         : SCAN_PICK_LAST;
}

const char *report_metric(const struct campaign *campaign, const struct table *table)
{
    const char *asked = settings_text(campaign->settings, SETTING_METRIC);

    return *asked ? asked : table_guess_metric(table);
}

void report_table(const struct campaign *campaign, bool is_asked,
                  struct table *ret_table)
{
    struct inspect_options options = {
        .require_result = settings_switch(campaign->settings, SETTING_REQUIRE_RESULT),
        .pick = report_pick(campaign->settings),
        .is_grace_over = !is_asked};

    for (size_t i = 0; i < campaign->n_selected; i++) {
        const struct sweep_point *point =
            campaign->sweep->points[campaign->selected[i]];
        const struct attempt *attempt = sweep_attempt(point);
        options.job = attempt && is_asked ? attempt_witness(attempt) : JOB_NOT_ASKED;
        /* Asked, gone, and not settled yet: its files may still appear. */
        if (attempt && is_asked && !attempt->is_final && options.job != JOB_LIVE &&
            options.job != JOB_NOT_ASKED) {
            options.job = JOB_LIVE;
        }
        size_t first = ret_table->count;
        inspect_add_rows(campaign->sweep, point, &options, ret_table);
        if (attempt && !attempt->is_final && is_asked && first < ret_table->count &&
            !state_is_final(sweep_state(point)))
            ret_table->rows[first].state = sweep_state(point);
    }
    table_sort(ret_table, report_metric(campaign, ret_table), direction_of(campaign));
}

static int write_format(const struct campaign *campaign, const struct table *table,
                        enum format format, const char *name, struct error *err)
{
    cleanup_text struct text text = {0};
    cleanup_free char *path = path_join(campaign->sweep->path, name);
    struct format_options options = {.format = format,
                                     .metric = report_metric(campaign, table)};

    format_table(table, &options, &text);
    return file_write_atomic(path, text_string(&text), text.size, FILE_CACHED, err);
}

int report_write(const struct campaign *campaign, const struct table *table,
                 struct error *err)
{
    cleanup_text struct text text = {0};
    cleanup_free char *path = path_join(campaign->sweep->path, "summary.json");
    json_auto_t *summary =
        table_summary(table, campaign->sweep->name, report_metric(campaign, table),
                      direction_of(campaign));

    jsonio_add(&text, summary);
    text_add_char(&text, '\n');
    if (write_format(campaign, table, FORMAT_JSONL, "results.jsonl", err) < 0 ||
        write_format(campaign, table, FORMAT_CSV, "results.csv", err) < 0)
        return -1;
    return file_write_atomic(path, text.bytes, text.size, FILE_CACHED, err);
}

char *report_archive_path(const struct campaign *campaign)
{
    return xasprintf("%s/%s.tar.zst", campaign->sweep->path, campaign->sweep->name);
}

bool report_needs_archive(const struct campaign *campaign)
{
    struct sweep_counts counts;
    cleanup_free char *path = report_archive_path(campaign);

    campaign_count(campaign, &counts);
    return counts.total > 0 && counts.n_final == counts.total &&
           (campaign->sweep->changed_seq > campaign->sweep->archived_seq ||
            !file_exists(path));
}

static int write_archive(struct campaign *campaign, const char *path,
                         struct words *left_out, struct bundle_report *ret_report,
                         struct error *err)
{
    cleanup_words struct words names = {0};
    struct sweep *sweep = campaign->sweep;

    archived_files(sweep->path, path_base(path), &names, left_out);
    if (bundle_write(path, sweep->path, sweep->name, &names, ret_report, err) < 0)
        return -1;
    if (sweep_lock(sweep, SWEEP_LOCK_WAIT_MS, err) < 0)
        return -1;
    int rc = sweep_event(sweep, EVENT_ARCHIVED,
                         json_pack("{s:s, s:I}", "sha256", ret_report->sha256, "files",
                                   (json_int_t)ret_report->n_files),
                         err);
    if (rc == 0)
        rc = sweep_flush(sweep, true, err);
    sweep_unlock(sweep);
    return rc;
}

/* A lock of its own: a large archive takes minutes, and the sweep can be changed
 * meanwhile. Two at a time would meet each other's event in the journal. */
int report_archive(struct campaign *campaign, const char *path, struct words *left_out,
                   struct bundle_report *ret_report, struct error *err)
{
    struct lock lock;

    lock_init_named(&lock, campaign->sweep->path, "lock.archive");
    int rc = lock_take(&lock, ARCHIVE_WAIT_MS, err);
    if (rc == 0)
        rc = write_archive(campaign, path, left_out, ret_report, err);
    lock_release(&lock);
    return rc;
}

static void add_list(struct text *text, const char *key, const struct words *words)
{
    text_addf(text, "%s: [", key);
    for (size_t i = 0; i < words->count; i++) {
        text_add(text, i ? ", " : "");
        jsonio_add_string(text, words->items[i]);
    }
    text_add(text, "]\n");
}

static int write_rows(const struct campaign *campaign, const struct plan *plan,
                      struct error *err)
{
    cleanup_text struct text lines = {0};
    cleanup_free char *path = path_join(campaign->sweep->path, RESOLVED_POINTS);

    plan_add_rows(plan, &lines);
    return file_write_atomic(path, text_string(&lines), lines.size, FILE_CACHED, err);
}

int report_write_resolved(const struct campaign *campaign, const struct words *command,
                          const struct words *grids, const struct plan *plan,
                          struct error *err)
{
    if (plan->n_rows > 0 && write_rows(campaign, plan, err) < 0)
        return -1;
    cleanup_text struct text text = {0};
    cleanup_free char *path = path_join(campaign->sweep->path, "resolved.yaml");

    text_addf(&text, "# what was asked of sweep %s, resolved by raylaunch %s\n",
              campaign->sweep->name, RAYLAUNCH_VERSION);
    add_list(&text, "command", command);
    if (grids->count > 0)
        add_list(&text, "grid", grids);
    if (plan->n_rows > 0)
        text_add(&text, "points: " RESOLVED_POINTS "\n");
    settings_add_yaml(campaign->settings, true, &text);
    return file_write_atomic(path, text.bytes, text.size, FILE_CACHED, err);
}

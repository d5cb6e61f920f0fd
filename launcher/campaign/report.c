#include "launcher/campaign/report.h"

#include <stdlib.h>
#include <string.h>

#include "collector/table/aggregate.h"
#include "collector/table/format.h"
#include "launcher/campaign/archive_keeps.h"
#include "launcher/common/files/file.h"
#include "launcher/common/memory.h"
#include "launcher/common/trees/json_io.h"
#include "launcher/sweep/archived_files.h"
#include "launcher/sweep/sweep_user.h"

#define RESOLVED_POINTS "resolved.points.jsonl"
#define ARCHIVE_WAIT_MS 600000 /* for another one to be written */

static enum direction direction_of(const struct campaign *campaign)
{
    return settings_chose(campaign->settings, CHOICE_DIRECTION_MAX) ? DIRECTION_MAX
                                                                    : DIRECTION_MIN;
}

const char *report_metric(const struct campaign *campaign, const struct table *table)
{
    const char *asked = settings_text(campaign->settings, SETTING_METRIC);

    return *asked ? asked : table_guess_metric(table);
}

int report_table(const struct campaign *campaign, bool is_asked,
                 struct table *ret_table, struct words *troubles, struct error *err)
{
    if (report_rows(campaign, is_asked, ret_table, troubles, err) < 0)
        return -1;
    table_sort(ret_table, report_metric(campaign, ret_table), direction_of(campaign));
    return 0;
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

    if (sweep_user_check_folder(campaign->sweep, err) < 0)
        return -1;
    jsonio_add(&text, summary);
    text_add_char(&text, '\n');
    if (write_format(campaign, table, FORMAT_JSONL, "results.jsonl", err) < 0 ||
        write_format(campaign, table, FORMAT_CSV, "results.csv", err) < 0)
        return -1;
    return file_write_atomic(path, text.bytes, text.size, FILE_CACHED, err);
}

int report_write_all(const struct campaign *campaign, bool is_asked,
                     const struct table *table, struct error *err)
{
    struct campaign all = *campaign;
    struct table own = {0};

    if (campaign->n_selected >= campaign->sweep->n_points)
        return report_write(campaign, table, err);
    all.selected = NULL;
    campaign_select_all(&all);
    int rc = report_table(&all, is_asked, &own, NULL, err);
    if (rc == 0)
        rc = report_write(&all, &own, err);
    table_release(&own);
    free(all.selected);
    return rc;
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

struct replacing {
    const struct sweep *sweep;
    const char *path;
};

static int may_replace(void *context, struct manifest *manifest, struct error *err)
{
    const struct replacing *replacing = context;

    return archive_keeps(replacing->sweep, replacing->path, manifest, err);
}

static int write_archive(struct campaign *campaign, const char *path, bool is_forced,
                         struct words *left_out, struct bundle_report *ret_report,
                         struct error *err)
{
    cleanup_words struct words names = {0};
    struct sweep *sweep = campaign->sweep;

    archived_files(sweep->path, path_base(path), &names, left_out);
    struct replacing replacing = {sweep, path};
    struct bundle_check check = {.may_write = may_replace, .context = &replacing};
    if (bundle_write(path, sweep->path, sweep->name, &names, is_forced ? NULL : &check,
                     ret_report, err) < 0)
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
int report_archive(struct campaign *campaign, const char *path, bool is_forced,
                   struct words *left_out, struct bundle_report *ret_report,
                   struct error *err)
{
    struct lock lock;

    if (sweep_user_check_folder(campaign->sweep, err) < 0)
        return -1;
    lock_init_named(&lock, campaign->sweep->path, "lock.archive");
    int rc = lock_take(&lock, ARCHIVE_WAIT_MS, err);
    if (rc == 0)
        rc = write_archive(campaign, path, is_forced, left_out, ret_report, err);
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
    if (plan->no_split)
        text_add(&text, "split: no\n");
    if (plan->n_rows > 0)
        text_add(&text, "points: " RESOLVED_POINTS "\n");
    settings_add_yaml(campaign->settings, true, &text);
    return file_write_atomic(path, text.bytes, text.size, FILE_CACHED, err);
}

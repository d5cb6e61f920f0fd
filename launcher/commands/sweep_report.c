#include <string.h>

#include "collector/table/aggregate.h"
#include "collector/table/code_versions.h"
#include "collector/table/columns.h"
#include "collector/table/format.h"
#include "collector/table/metric_check.h"
#include "launcher/campaign/report.h"
#include "launcher/commands/command.h"
#include "launcher/commands/progress.h"
#include "launcher/commands/sweep_report.h"
#include "launcher/commands/term.h"
#include "launcher/common/files/file.h"
#include "launcher/common/memory.h"

#define LEFT_OUT_SHOWN ((size_t)10)

int print_table(const struct invocation *in, const struct table *table,
                const char *metric, const char *format, struct error *err)
{
    cleanup_text struct text text = {0};
    cleanup_words struct words warnings = {0};
    size_t n_left_out = 0;
    struct format_options options = {.format = in->json ? FORMAT_JSONL : FORMAT_TABLE,
                                     .columns = term_is(1) ? term_columns(1) : 0,
                                     .has_colour = term_has_colour(1),
                                     .metric = metric,
                                     .ret_n_left_out = &n_left_out};

    if (format && format_from_name(format, &options.format, err) < 0)
        return -1;
    format_table(table, &options, &text);
    if (metric)
        metric_check(table, metric, &warnings);
    if (n_left_out > 0)
        words_addf(&warnings,
                   "%zu values were left out: there are more than %d names of metrics "
                   "or parameters; --format jsonl has them all",
                   n_left_out, COLUMNS_MAX);
    for (size_t i = 0; i < warnings.count; i++)
        warn_user("%s", warnings.items[i]);
    return options.format == FORMAT_TABLE ? print_own(&text, err)
                                          : print_text(&text, err);
}

void warn_code(const struct table *table)
{
    struct code_versions versions = {0};
    cleanup_text struct text text = {0};

    code_versions_of(table, &versions);
    if (code_versions_warn(&versions, &text))
        warn_user("%s", text_string(&text));
    code_versions_release(&versions);
}

static size_t report_count_bad(const struct table *table, bool is_cancelled)
{
    size_t count = 0;

    for (size_t i = 0; i < table->count; i++) {
        enum state state = table->rows[i].state;
        count += state_is_final(state) && state != STATE_COMPLETED &&
                 (state == STATE_CANCELLED) == is_cancelled;
    }
    return count;
}

static void say_retry(const struct invocation *in, const struct table *table,
                      const char *name)
{
    if (report_count_bad(table, false) > 0)
        say(in, "try the failed ones again: raylaunch retry %s --failed", name);
    if (report_count_bad(table, true) > 0)
        say(in, "try the cancelled ones again: raylaunch retry %s --cancelled", name);
}

static void say_failures(const struct invocation *in, const struct table *table)
{
    size_t shown = 0;

    for (size_t i = 0; i < table->count; i++) {
        const struct row *row = &table->rows[i];
        if (!state_is_final(row->state) || row->state == STATE_COMPLETED)
            continue;
        if (++shown > 10) {
            say(in, "  … (`raylaunch status` tells all)");
            return;
        }
        say(in, "  %s: %s%s%s%s", row->point, state_name(row->state),
            *row->cause ? " (" : "", row->cause, *row->cause ? ")" : "");
        if (*row->message)
            say(in, "    %s", row->message);
    }
}

static void say_warnings(const struct invocation *in, const struct table *table)
{
    size_t shown = 0;

    for (size_t i = 0; i < table->count; i++) {
        for (size_t j = 0; j < table->rows[i].warnings.count && shown < 10;
             j++, shown++)
            say(in, "  %s: warning: %s", table->rows[i].point,
                table->rows[i].warnings.items[j]);
    }
}

void warn_left_out(const struct words *left_out)
{
    for (size_t i = 0; i < left_out->count && i < LEFT_OUT_SHOWN; i++)
        warn_user("left out of the archive: %s", left_out->items[i]);
    if (left_out->count > LEFT_OUT_SHOWN)
        warn_user("left out of the archive: %zu more (`raylaunch archive --json` "
                  "names all)",
                  left_out->count - LEFT_OUT_SHOWN);
}

void warn_of_sources(const struct table *table, const struct words *troubles)
{
    size_t n_archive = 0, n_earlier = 0, n_lost = 0;

    for (size_t i = 0; i < table->count; i++) {
        n_archive += table->rows[i].source == ROW_SOURCE_ARCHIVE;
        n_earlier += table->rows[i].source == ROW_SOURCE_EARLIER;
        n_lost += table->rows[i].is_lost;
    }
    warn_of(troubles);
    if (n_archive > 0)
        warn_user("%zu row%s from the archive: the output files are gone, or hold no "
                  "result any more",
                  n_archive, n_archive == 1 ? " is" : "s are");
    if (n_earlier > 0)
        warn_user("%zu row%s from an earlier results.jsonl, which is all that is left: "
                  "the output files are gone, or hold no result any more",
                  n_earlier, n_earlier == 1 ? " is" : "s are");
    if (n_lost > 0)
        warn_user(
            "%zu row%s no result any more: neither the output nor the archive nor "
            "an earlier table holds what there was",
            n_lost, n_lost == 1 ? " has" : "s have");
}

static int archive_if_needed(struct invocation *in, struct campaign *campaign,
                             struct error *err)
{
    struct bundle_report report;
    cleanup_words struct words left_out = {0};
    cleanup_free char *path = report_archive_path(campaign);

    if (!settings_switch(in->settings, SETTING_ARCHIVE) || !bundle_is_built_in() ||
        !report_needs_archive(campaign))
        return 0;
    struct error own = {0};
    if (report_archive(campaign, path, false, &left_out, &report, &own) < 0 &&
        own.kind == ERROR_POLICY) {
        warn_user("%s", own.text);
        return 0;
    }
    if (own.kind != ERROR_NONE) {
        *err = own;
        return error_prefix(err, "cannot archive the sweep");
    }
    warn_left_out(&left_out);
    say(in, "archived %zu files in %s", report.n_files, path_shown(path));
    return 0;
}

static void say_others(const struct invocation *in, const struct campaign *campaign)
{
    size_t others = campaign->sweep->n_points - campaign->n_selected;

    if (others > 0)
        say(in, "the folder holds %zu other point%s (`raylaunch collect %s` shows all)",
            others, others == 1 ? "" : "s", campaign->sweep->name);
}

static int sweep_report(struct invocation *in, struct campaign *campaign, bool is_asked,
                        bool may_archive, struct error *err)
{
    struct table table = {0};
    cleanup_text struct text line = {0};
    bool adds_up, is_bad;

    cleanup_words struct words troubles = {0};
    if (report_table(campaign, is_asked, &table, &troubles, err) < 0)
        return -1;
    int rc = print_table(in, &table, report_metric(campaign, &table), NULL, err);
    warn_code(&table);
    adds_up = table_count_line(&table, &line);
    say(in, "%s", text_string(&line));
    say_failures(in, &table);
    say_warnings(in, &table);
    warn_of_sources(&table, &troubles);
    say_others(in, campaign);
    is_bad = report_count_bad(&table, false) + report_count_bad(&table, true) > 0;
    if (rc == 0 && !campaign->sweep->is_others)
        rc = report_write_all(campaign, is_asked, &table, err);
    if (rc == 0 && may_archive && !campaign->sweep->is_others)
        rc = archive_if_needed(in, campaign, err);
    if (rc == 0 && adds_up)
        say_retry(in, &table, campaign->sweep->name);
    table_release(&table);
    if (rc == 0 && !adds_up)
        return error_set(err, ERROR_BUG,
                         "the points do not add up: %s; please report this",
                         text_string(&line));
    return rc < 0 ? -1 : is_bad ? 1 : 0;
}

int sweep_wait_and_report(struct invocation *in, struct campaign *campaign,
                          struct work_queue *queue, struct error *err)
{
    struct progress progress = {.in = in};
    enum campaign_end end = CAMPAIGN_ALL_FINAL;

    progress_hook(&progress, campaign);
    int rc = campaign_wait(campaign, queue, &end, err);
    progress_close(&progress);
    campaign->hooks = (struct campaign_hooks){0};
    if (rc < 0)
        return -1;
    if (end == CAMPAIGN_INTERRUPTED) {
        struct sweep_counts counts;
        campaign_count(campaign, &counts);
        say(in,
            "stopped waiting; %zu of %zu points are final, %zu jobs go on. Type the "
            "command again to finish, or `raylaunch cancel %s` to end them",
            counts.n_final, counts.total, counts.n_live, campaign->sweep->name);
    }
    rc = sweep_report(in, campaign, true, end == CAMPAIGN_ALL_FINAL, err);
    return rc == 0 && end == CAMPAIGN_INTERRUPTED ? 1 : rc;
}

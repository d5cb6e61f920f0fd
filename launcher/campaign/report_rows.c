#include "launcher/campaign/report_rows.h"

#include <stdlib.h>

#include "collector/archive/bundle.h"
#include "collector/outcome/causes.h"
#include "launcher/common/files/file.h"
#include "launcher/common/memory.h"
#include "launcher/common/processes/interrupt.h"
#include "launcher/common/trees/json_io.h"
#include "launcher/jobs/earlier.h"
#include "launcher/jobs/inspect_outputs.h"

enum scan_pick report_pick(const struct settings *settings)
{
    return settings_chose(settings, CHOICE_PICK_ALL)     ? SCAN_PICK_ALL
           : settings_chose(settings, CHOICE_PICK_FIRST) ? SCAN_PICK_FIRST
                                                         : SCAN_PICK_LAST;
}

char *report_archive_path(const struct campaign *campaign)
{
    return xasprintf("%s/%s.tar.zst", campaign->sweep->path, campaign->sweep->name);
}

static bool needs_result(const struct campaign *campaign)
{
    return settings_switch(campaign->settings, SETTING_REQUIRE_RESULT);
}

static void add_point(const struct campaign *campaign, const struct sweep_point *point,
                      bool is_asked, const struct earlier *earlier, struct table *table)
{
    const struct attempt *attempt = sweep_attempt(point);
    struct inspect_options options = {
        .require_result = needs_result(campaign),
        .pick = report_pick(campaign->settings),
        .job = attempt && is_asked ? attempt_witness(attempt) : JOB_NOT_ASKED,
        .earlier = earlier};
    size_t first = table->count;

    /* A job of another user's that is not shown may be hidden: its files speak. */
    bool is_hidden =
        is_asked && options.job == JOB_NOT_ASKED && !campaign->sweep->user.is_caller;
    options.is_grace_over = !is_asked || is_hidden;
    /* Asked, gone, and not settled yet: its files may still appear. */
    if (attempt && !attempt->is_final && options.job != JOB_NOT_ASKED)
        options.job = JOB_LIVE;
    inspect_add_rows(campaign->sweep, point, &options, table);
    if (!attempt || attempt->is_final || !is_asked || first == table->count ||
        state_is_final(sweep_state(point)))
        return;
    struct row *row = &table->rows[first];
    if (!is_hidden || row->state == STATE_UNKNOWN)
        row->state = sweep_state(point);
}

/* ---- what is gone ---- */

/* The journal says that there was a result. */
static bool had_result(const struct campaign *campaign, const struct attempt *attempt)
{
    return attempt->is_final &&
           ((attempt->state == STATE_COMPLETED && needs_result(campaign)) ||
            cause_is_reported(jsonio_string(attempt->final, "cause", "")));
}

/* Did the job begin, as far as the journal knows? Others never had an output. */
static bool has_begun(const struct attempt *attempt)
{
    return jsonio_string(attempt->final, "started_at", NULL) ||
           jsonio_integer(attempt->final, "exit_code", -1) >= 0 ||
           *jsonio_string(attempt->final, "signal", "");
}

/* An archive may be large: it is asked only where it can have what is missing. */
static bool may_be_archived(const struct campaign *campaign,
                            const struct attempt *attempt,
                            const struct earlier *earlier)
{
    cleanup_free char *out = attempt_path(campaign->sweep, attempt, ".out");
    size_t ignored;

    return attempt->is_final &&
           (had_result(campaign, attempt) ||
            earlier_rows_find(&earlier->rows, attempt, &ignored) > 0 ||
            (!file_exists(out) && has_begun(attempt)));
}

struct gap {
    size_t row; /* of the table */
    const struct sweep_point *point;
};

struct gaps {
    struct gap *items; /* owned */
    size_t count;
};

static void gaps_release(struct gaps *gaps)
{
    free(gaps->items);
}

static void find_gaps(const struct campaign *campaign, const struct table *table,
                      struct gaps *gaps)
{
    gaps->items = xcalloc(table->count + 1, sizeof *gaps->items);
    for (size_t i = 0; i < table->count; i++) {
        const struct row *row = &table->rows[i];
        if (row->attempt > 0 && !row->result)
            gaps->items[gaps->count++] =
                (struct gap){i, campaign->sweep->points[row->index]};
    }
}

static int ask_archive(const struct campaign *campaign, const struct gaps *gaps,
                       struct earlier *earlier, struct error *err)
{
    cleanup_free char *path = report_archive_path(campaign);
    const struct attempt **attempts = xcalloc(gaps->count, sizeof *attempts);
    size_t count = 0;
    int rc = 0;

    for (size_t i = 0; i < gaps->count; i++) {
        const struct attempt *attempt = sweep_attempt(gaps->items[i].point);
        if (may_be_archived(campaign, attempt, earlier))
            attempts[count++] = attempt;
    }
    if (count > 0 && bundle_is_built_in() && file_exists(path))
        rc = earlier_unpack(earlier, campaign->sweep, path, attempts, count, err);
    free(attempts);
    return rc;
}

/* A row without result is replaced by those that there once were. */
static void fill_gap(const struct campaign *campaign, const struct gap *gap,
                     bool is_asked, const struct earlier *earlier, struct table *table)
{
    const struct attempt *attempt = sweep_attempt(gap->point);
    struct table found = {0};

    add_point(campaign, gap->point, is_asked, earlier, &found);
    bool is_found = found.count > 0 && found.rows[0].result;
    for (size_t i = 0; is_found && i < found.count; i++) {
        struct row *row = i == 0 ? &table->rows[gap->row] : table_add(table);
        row_release(row);
        *row = found.rows[i];
        row_init(&found.rows[i]);
    }
    table_release(&found);
    table->rows[gap->row].is_lost =
        had_result(campaign, attempt) && !table->rows[gap->row].result;
}

static int fill_gaps(const struct campaign *campaign, bool is_asked,
                     struct earlier *earlier, struct table *table, struct error *err)
{
    cleanup_with(gaps_release) struct gaps gaps = {0};

    find_gaps(campaign, table, &gaps);
    if (gaps.count == 0)
        return 0;
    if (earlier_read(earlier, campaign->sweep, err) < 0 ||
        ask_archive(campaign, &gaps, earlier, err) < 0)
        return -1;
    for (size_t i = 0; i < gaps.count; i++) {
        fill_gap(campaign, &gaps.items[i], is_asked, earlier, table);
        if (interrupt_is_pending())
            return interrupt_error(err, "while reading results");
    }
    return 0;
}

int report_rows(const struct campaign *campaign, bool is_asked, struct table *ret_table,
                struct words *troubles, struct error *err)
{
    struct table table = {0};
    cleanup_with(earlier_release) struct earlier earlier = {0};
    int rc = 0;

    for (size_t i = 0; rc == 0 && i < campaign->n_selected; i++) {
        add_point(campaign, campaign->sweep->points[campaign->selected[i]], is_asked,
                  NULL, &table);
        if (interrupt_is_pending())
            rc = interrupt_error(err, "while reading results");
    }
    if (rc == 0)
        rc = fill_gaps(campaign, is_asked, &earlier, &table, err);
    if (rc < 0) {
        table_release(&table);
        return -1;
    }
    if (troubles)
        words_copy(troubles, &earlier.troubles);
    table_move(ret_table, &table);
    return 0;
}

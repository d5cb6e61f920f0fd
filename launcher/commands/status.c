#include <string.h>

#include "collector/table/aggregate.h"
#include "collector/table/format.h"
#include "launcher/commands/open_sweep.h"
#include "launcher/commands/sweep_run.h"
#include "launcher/common/clock.h"
#include "launcher/common/memory.h"

static const struct option_spec options[] = {{0}};

static void add_age(const struct row *row, struct text *text)
{
    char span[CLOCK_SPAN_SIZE];

    if (row->state == STATE_RUNNING && row->started_at > 0) {
        clock_span(clock_wall() - row->started_at, span);
        text_addf(text, ", for %s", span);
    } else if (row->duration_s > 0) {
        clock_span(row->duration_s, span);
        text_addf(text, ", %s", span);
    }
}

/* Running and failed points one by one; the others only as counts. */
static void add_rows(const struct table *table, struct text *text)
{
    size_t shown = 0, hidden = 0;

    for (size_t i = 0; i < table->count; i++) {
        const struct row *row = &table->rows[i];
        if (row->state == STATE_COMPLETED || row->state == STATE_PLANNED)
            continue;
        if (++shown > 40) {
            hidden++;
            continue;
        }
        text_addf(text, "  %-10s %s", state_name(row->state), row->point);
        if (*row->job_id)
            text_addf(text, "  job %s", row->job_id);
        add_age(row, text);
        if (*row->cause)
            text_addf(text, "  %s", row->cause);
        if (*row->message)
            text_addf(text, ": %s", row->message);
        text_add_char(text, '\n');
    }
    if (hidden > 0)
        text_addf(text, "  … and %zu more (--json lists all)\n", hidden);
}

static int print_status(struct invocation *in, const struct campaign *campaign,
                        const struct table *table, struct error *err)
{
    cleanup_text struct text text = {0};
    cleanup_text struct text counts = {0};

    if (in->json)
        return print_table(in, table, NULL, "jsonl", err);
    bool adds_up = table_count_line(table, &counts);
    text_addf(&text, "%s: %s\n", campaign->sweep->name, text_string(&counts));
    add_rows(table, &text);
    if (print_text(&text, err) < 0)
        return -1;
    return adds_up ? 0
                   : error_set(err, ERROR_BUG,
                               "the points do not add up; please report this");
}

static int run(struct invocation *in, struct error *err)
{
    struct campaign campaign = {0};
    struct table table = {0};
    bool is_asked = false;

    int rc = open_sweep_and_look(in, &campaign, &is_asked, err);
    if (rc == 0) {
        report_table(&campaign, is_asked, &table);
        rc = print_status(in, &campaign, &table, err);
        table_release(&table);
    }
    campaign_close(&campaign);
    return rc;
}

const struct command verb_status = {
    .name = "status",
    .summary = "counts by state, the running and the failed points with their causes",
    .usage = "[options] [SWEEP]",
    .examples = "  raylaunch status                      # the newest sweep\n"
                "  raylaunch status train-1a2b3c4d --json\n",
    .details = "Exit code 0 unless raylaunch itself fails.\n",
    .options = options,
    .scope = SCOPE_SWEEP,
    .run = run,
};

#include "launcher/commands/status/status_print.h"

#include <string.h>

#include "collector/outcome/verdict.h"
#include "collector/scan/scan.h"
#include "launcher/common/clock.h"
#include "launcher/common/memory.h"
#include "launcher/common/text/utf8.h"

#define BAR_CELLS 40
#define MOST_RUNNING 8
#define MOST_SINGLE 8 /* failed points shown one by one; more go by cause */
#define MOST_GROUPS 6
#define RESULT_BYTES 200

/* Put `line` into the text, without what would move a cursor, cut to the terminal. */
static void end_line(const struct status_view *view, const struct text *line,
                     struct text *text)
{
    cleanup_text struct text clean = {0};

    utf8_add_printable(&clean, text_string(line), line->size);
    if (view->columns > 0 && utf8_columns(text_string(&clean)) > view->columns) {
        size_t at = 0;
        cleanup_text struct text cut = {0};
        while (at < clean.size && utf8_columns(text_string(&cut)) + 2 < view->columns) {
            size_t size = utf8_char_size(clean.bytes + at, clean.size - at);
            size = size ? size : 1;
            text_add_bytes(&cut, clean.bytes + at, size);
            at += size;
        }
        text_add(&cut, "…");
        text_add(text, text_string(&cut));
    } else {
        text_add(text, text_string(&clean));
    }
    text_add_char(text, '\n');
}

static void add_bar(const struct status_view *view, struct text *text)
{
    const struct sweep_counts *counts = &view->overview->counts;
    size_t good = counts->by_state[STATE_COMPLETED];
    char cells[BAR_CELLS + 1];

    if (counts->total < 2 || counts->n_final == counts->total)
        return;
    size_t n_good = good * BAR_CELLS / counts->total;
    size_t n_final = counts->n_final * BAR_CELLS / counts->total;
    for (size_t i = 0; i < BAR_CELLS; i++)
        cells[i] = i < n_good ? '#' : i < n_final ? 'x' : '.';
    cells[BAR_CELLS] = '\0';
    text_addf(text, "[%s] %zu %% final\n", cells,
              counts->n_final * 100 / counts->total);
}

static void add_span(struct text *line, const char *before, double seconds,
                     const char *after)
{
    char span[CLOCK_SPAN_SIZE];

    clock_span(seconds > 0 ? seconds : 0, span);
    text_addf(line, "%s%s%s", before, span, after);
}

/* The last result in a file, as written; nothing where there is none. */
static void add_result(const struct sweep *sweep, const struct attempt *attempt,
                       const char *before, struct text *line)
{
    cleanup_free char *path = attempt_path(sweep, attempt, ".out");
    struct scan_report report = {0};
    struct error ignored = {0};

    if (scan_file(path, SCAN_PICK_LAST, true, &report, &ignored) == 0 &&
        report.count > 0) {
        size_t size = report.results[0].size;
        text_add(line, before);
        text_add_bytes(line, report.results[0].json,
                       size < RESULT_BYTES ? size : RESULT_BYTES);
        text_add(line, size > RESULT_BYTES ? " …" : "");
    }
    scan_report_release(&report);
}

/* How far a running job has come: its verdict file says. */
static void add_phase(const struct sweep *sweep, const struct attempt *attempt,
                      struct text *line)
{
    cleanup_free char *path = attempt_path(sweep, attempt, ".verdict.json");
    struct verdict verdict = {0};
    struct error ignored = {0};

    if (verdict_load(path, &verdict, &ignored) == 0 && verdict.is_present &&
        *verdict.phase)
        text_addf(line, ", %s", verdict.phase);
    verdict_release(&verdict);
}

static void begin_point(const struct sweep_point *point, enum state state,
                        struct text *line)
{
    const struct attempt *attempt = sweep_attempt(point);

    text_addf(line, "  %-10s %s", state_name(state), point->point.id);
    if (attempt && attempt->job_id[0])
        text_addf(line, "  job %s", attempt->job_id);
}

static void add_running(const struct status_view *view, struct text *text)
{
    const struct status_summary *overview = view->overview;
    size_t most = view->lists_all ? overview->n_running : MOST_RUNNING;

    for (size_t i = 0; i < overview->n_running && i < most; i++) {
        const struct sweep_point *point = overview->running[i];
        const struct attempt *attempt = sweep_attempt(point);
        cleanup_text struct text line = {0};
        begin_point(point, STATE_RUNNING, &line);
        if (attempt->is_seen && attempt->seen.nodes && *attempt->seen.nodes)
            text_addf(&line, " on %s", attempt->seen.nodes);
        if (attempt_started(attempt) > 0)
            add_span(&line, ", for ", clock_wall() - attempt_started(attempt), "");
        add_phase(view->campaign->sweep, attempt, &line);
        add_result(view->campaign->sweep, attempt, ": ", &line);
        end_line(view, &line, text);
    }
    if (overview->n_running > most)
        text_addf(text, "  … and %zu more that run\n", overview->n_running - most);
}

static void add_failed_point(const struct status_view *view,
                             const struct sweep_point *point, enum state state,
                             struct text *text)
{
    const struct attempt *attempt = sweep_attempt(point);
    double started = attempt ? attempt_started(attempt) : 0;
    cleanup_text struct text line = {0};

    begin_point(point, state, &line);
    if (started > 0 && attempt_ended(attempt) > started)
        add_span(&line, ", ", attempt_ended(attempt) - started, "");
    text_addf(&line, "  %s%s%s", point_cause(point),
              *point_cause(point) && *point_message(point) ? ": " : "",
              point_message(point));
    end_line(view, &line, text);
}

static void add_examples(const struct status_summary_group *group, struct text *line)
{
    for (size_t i = 0; i < group->count && i < STATUS_SUMMARY_EXAMPLES; i++)
        text_addf(line, "%s%s", i ? ", " : "", group->examples[i]->point.id);
    text_add(line, group->count > STATUS_SUMMARY_EXAMPLES ? ", …" : "");
}

static void add_failed_group(const struct status_view *view,
                             const struct status_summary_group *group,
                             struct text *text)
{
    cleanup_text struct text line = {0};
    cleanup_text struct text second = {0};
    const char *message = point_message(group->examples[0]);

    text_addf(&line, "  %-10s %zu x %s%s", state_name(group->state), group->count,
              group->word, *group->word ? ": " : "");
    add_examples(group, &line);
    end_line(view, &line, text);
    if (!*message)
        return;
    text_addf(&second, "  %-10s %s", "", message);
    end_line(view, &second, text);
}

static size_t count_bad(const struct status_summary *overview)
{
    return overview->counts.n_final - overview->counts.by_state[STATE_COMPLETED];
}

static void add_failed(const struct status_view *view, struct text *text)
{
    const struct status_summary *overview = view->overview;
    const struct campaign *campaign = view->campaign;

    if (view->lists_all || count_bad(overview) <= MOST_SINGLE) {
        for (size_t i = 0; i < campaign->n_selected; i++) {
            enum state state = overview->states[i];
            if (state_is_final(state) && state != STATE_COMPLETED)
                add_failed_point(view, campaign->sweep->points[campaign->selected[i]],
                                 state, text);
        }
        return;
    }
    for (size_t i = 0; i < overview->n_failed && i < MOST_GROUPS; i++)
        add_failed_group(view, &overview->failed[i], text);
    if (overview->n_failed > MOST_GROUPS)
        text_addf(text, "  … and %zu more causes (--all lists every point)\n",
                  overview->n_failed - MOST_GROUPS);
}

void status_add_reason(const struct status_view *view, const char *raw,
                       struct text *text)
{
    const struct wait_reason *reason =
        scheduler_reason(&view->campaign->scheduler, raw);
    const struct scheduler_limits *limits = view->limits;

    if (!*reason->words)
        return;
    text_addf(text, ": %s%s", reason->kind >= REASON_NEVER ? "will never run: " : "",
              reason->words);
    if (reason->number == NUMBER_RUNNING && limits && limits->max_running > 0)
        text_addf(text, " (%s: %ld; %zu of this sweep run now)",
                  limits->max_running_from, limits->max_running,
                  view->overview->n_running);
    if (reason->number == NUMBER_MINUTES && limits && limits->max_minutes > 0) {
        text_addf(text, " (asked: %s; %s:",
                  settings_text(view->campaign->settings, SETTING_TIME),
                  limits->max_minutes_from);
        add_span(text, " ", 60.0 * (double)limits->max_minutes, ")");
    }
}

static void add_waiting_group(const struct status_view *view,
                              const struct status_summary_group *group,
                              struct text *text)
{
    const char *raw = *group->word ? group->word : "None";
    const char *advice = scheduler_reason(&view->campaign->scheduler, raw)->advice;
    bool is_reserved = scheduler_waits_for_reservation(&view->campaign->scheduler, raw);
    cleanup_text struct text line = {0};
    cleanup_text struct text second = {0};

    text_addf(&line, "  %-10s %zu x %s", state_name(group->state), group->count, raw);
    status_add_reason(view, raw, &line);
    if (group->expected_at > clock_wall())
        add_span(&line, "; the first may start in ", group->expected_at - clock_wall(),
                 "");
    end_line(view, &line, text);
    if (!*advice && !is_reserved)
        return;
    const struct attempt *first = sweep_attempt(group->examples[0]);
    text_addf(&second, "  %-10s ", "");
    wait_reason_add_advice(advice, view->campaign->sweep->name,
                           first ? first->job_id : "", &second);
    text_addf(&second, "%s%s", *advice && is_reserved ? "; " : "",
              is_reserved ? "`raylaunch status --why POINT` lists the reservations"
                          : "");
    end_line(view, &second, text);
}

static void add_waiting_point(const struct status_view *view,
                              const struct sweep_point *point, enum state state,
                              struct text *text)
{
    const struct attempt *attempt = sweep_attempt(point);
    const char *raw = attempt && attempt->is_seen ? attempt->seen.reason : "";
    cleanup_text struct text line = {0};

    begin_point(point, state, &line);
    if (raw && *raw) {
        text_addf(&line, "  %s", raw);
        status_add_reason(view, raw, &line);
    }
    end_line(view, &line, text);
}

static void add_waiting(const struct status_view *view, struct text *text)
{
    const struct status_summary *overview = view->overview;
    const struct campaign *campaign = view->campaign;

    for (size_t i = 0; view->lists_all && i < campaign->n_selected; i++) {
        enum state state = overview->states[i];
        if (!state_is_final(state) && state != STATE_RUNNING)
            add_waiting_point(view, campaign->sweep->points[campaign->selected[i]],
                              state, text);
    }
    if (view->lists_all)
        return;
    for (size_t i = 0; i < overview->n_waiting && i < MOST_GROUPS; i++)
        add_waiting_group(view, &overview->waiting[i], text);
    if (overview->n_waiting > MOST_GROUPS)
        text_addf(text, "  … and %zu more reasons (--all lists every point)\n",
                  overview->n_waiting - MOST_GROUPS);
}

static void add_last(const struct status_view *view, struct text *text)
{
    const struct status_summary *overview = view->overview;
    const struct attempt *last = overview->last;
    cleanup_text struct text line = {0};

    if (!last || overview->counts.n_final == overview->counts.total)
        return;
    text_addf(&line, "  last done  %s", last->point->point.id);
    if (attempt_ended(last) > 0)
        add_span(&line, ", ", clock_wall() - attempt_ended(last), " ago");
    add_result(view->campaign->sweep, last, ": ", &line);
    end_line(view, &line, text);
}

static void add_collect(const struct status_view *view, struct text *text)
{
    const char *job_id = view->campaign->sweep->collect.job_id;
    cleanup_text struct text line = {0};

    if (!*job_id || view->overview->counts.n_live == 0)
        return;
    text_addf(&line, "collect job %s makes the table when these have ended", job_id);
    end_line(view, &line, text);
}

static void add_codes(const struct status_view *view, struct text *text)
{
    cleanup_text struct text warning = {0};

    if (code_versions_warn(&view->overview->codes, &warning))
        text_addf(text, "  warning    %s\n", text_string(&warning));
}

bool status_print(const struct status_view *view, struct text *text)
{
    cleanup_text struct text counts = {0};
    bool adds_up = status_summary_count_line(view->overview, &counts);

    text_addf(text, "%s: ", view->campaign->sweep->name);
    utf8_add_printable(text, text_string(&counts), counts.size); /* never cut */
    text_add_char(text, '\n');
    add_bar(view, text);
    add_running(view, text);
    add_failed(view, text);
    add_waiting(view, text);
    add_last(view, text);
    add_collect(view, text);
    add_codes(view, text);
    return adds_up;
}

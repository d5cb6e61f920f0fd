#include "launcher/commands/status/status_why.h"

#include <string.h>

#include "launcher/check/site_warnings.h"
#include "launcher/commands/status/status_reservations.h"
#include "launcher/common/clock.h"
#include "launcher/common/memory.h"
#include "launcher/common/text/utf8.h"
#include "launcher/policy/select_points.h"

static bool why_is_meant(const struct sweep_point *point, const char *word,
                         const struct words *globs)
{
    for (size_t i = 0; i < point->n_attempts; i++) {
        if (strcmp(point->attempts[i]->job_id, word) == 0)
            return true;
    }
    return select_matches(point, globs);
}

static int find(const struct campaign *campaign, const char *word, size_t *ret_index,
                struct error *err)
{
    cleanup_words struct words globs = {0};
    size_t n_found = 0;

    words_add(&globs, word);
    for (size_t i = 0; i < campaign->n_selected; i++) {
        if (!why_is_meant(campaign->sweep->points[campaign->selected[i]], word, &globs))
            continue;
        *ret_index = i;
        n_found++;
    }
    if (n_found == 1)
        return 0;
    return error_set(err, ERROR_USAGE,
                     "%zu points match '%s'; name one by its id or its job's id "
                     "(`raylaunch status --all` lists them)",
                     n_found, word);
}

static void add_clean(struct text *text, const char *string)
{
    utf8_add_printable(text, string, strlen(string));
}

static void add_expected(const struct attempt *attempt, struct text *text)
{
    char span[CLOCK_SPAN_SIZE];
    double left = attempt->seen.expected_at - clock_wall();

    if (!attempt->is_seen || attempt->seen.expected_at <= 0)
        return;
    clock_span(left > 0 ? left : 0, span);
    text_addf(text, "  %s in %s at the %s\n",
              attempt->seen.state == STATE_RUNNING
                  ? "its time limit ends it"
                  : "the scheduler expects it to start",
              span, attempt->seen.state == STATE_RUNNING ? "latest" : "earliest");
}

static void add_advice(const struct status_view *view, const struct wait_reason *reason,
                       const struct attempt *attempt, struct text *text)
{
    text_add(text, "  what to do ");
    wait_reason_add_advice(reason->advice, view->campaign->sweep->name, attempt->job_id,
                           text);
    text_add_char(text, '\n');
}

static void add_reason(const struct status_view *view, const struct attempt *attempt,
                       bool has_reservations, struct text *text)
{
    const char *raw = attempt->is_seen ? attempt->seen.reason : "";
    const struct scheduler *scheduler = &view->campaign->scheduler;
    const struct wait_reason *reason = scheduler_reason(scheduler, raw);

    text_add(text, "  waits      ");
    add_clean(text, *raw ? raw : "no reason given yet");
    status_add_reason(view, raw, text);
    if (has_reservations && scheduler_waits_for_reservation(scheduler, raw))
        text_add(text, " (see `reserved` below)");
    text_add_char(text, '\n');
    if (*reason->advice)
        add_advice(view, reason, attempt, text);
    else if (reason->kind == REASON_UNKNOWN && *raw)
        text_add(text, "  what to do ask the site what this word means (raylaunch "
                       "does not know it)\n");
}

static void add_limit(struct text *text, const char *what, long number,
                      const char *from)
{
    if (number > 0)
        text_addf(text, "  limit      %s: %ld (%s)\n", what, number, from);
}

static void add_limits(const struct status_view *view, struct text *text)
{
    const struct scheduler_limits *limits = view->limits;

    if (!limits)
        return;
    add_limit(text, "your jobs that run at once", limits->max_running,
              limits->max_running_from);
    add_limit(text, "your jobs in the queue", limits->max_submit,
              limits->max_submit_from);
    add_limit(text, "minutes of one job", limits->max_minutes,
              limits->max_minutes_from);
}

static void add_partition(const struct status_view *view, struct scheduler *scheduler,
                          struct text *text)
{
    struct site site = {0};
    struct error ignored = {0};

    if (scheduler_site(scheduler, SITE_NEW, &site, &ignored) < 0)
        return;
    const struct site_partition *partition =
        site_meant_partition(view->campaign->settings, &site);
    if (partition) {
        text_add(text, "  partition  ");
        add_clean(text, partition->name);
        text_addf(text, " is %s: %ld node%s, time limit %s\n",
                  partition->is_up ? "up" : "not up", partition->nodes,
                  partition->nodes == 1 ? "" : "s", partition->time_limit);
    }
    site_release(&site);
}

static void add_live(const struct status_view *view, const struct attempt *attempt,
                     enum state state, struct text *text)
{
    struct campaign *campaign = view->campaign;
    struct status_reservations reservations = {0};

    if (state == STATE_PENDING) {
        status_reservations_take(campaign, &reservations);
        add_reason(view, attempt, reservations.count > 0, text);
    }
    add_expected(attempt, text);
    add_limits(view, text);
    if (scheduler_is_open(&campaign->scheduler))
        add_partition(view, &campaign->scheduler, text);
    status_reservations_add(&reservations, text);
    status_reservations_release(&reservations);
}

int status_why(const struct status_view *view, const char *word, struct text *text,
               struct error *err)
{
    struct campaign *campaign = view->campaign;
    size_t index = 0;

    if (find(campaign, word, &index, err) < 0)
        return -1;
    const struct sweep_point *point =
        campaign->sweep->points[campaign->selected[index]];
    const struct attempt *attempt = sweep_attempt(point);
    enum state state = view->overview->states[index];
    text_addf(text, "%s: %s", point->point.id, state_name(state));
    if (attempt && attempt->job_id[0])
        text_addf(text, ", job %s, attempt %u", attempt->job_id, attempt->number);
    text_add_char(text, '\n');
    if (!attempt && state_is_final(state)) {
        text_addf(text, "  %s: %s\n  see        raylaunch retry %s --cancelled\n",
                  point_cause(point), point_message(point), campaign->sweep->name);
        return 0;
    }
    if (!attempt) {
        text_add(text,
                 "  it has no job: type the sweep's command again to submit it\n");
        return 0;
    }
    if (state_is_final(state)) {
        text_addf(text, "  %s%s", attempt_cause(attempt),
                  *attempt_message(attempt) ? ": " : "");
        add_clean(text, attempt_message(attempt));
        text_addf(text, "\n  see        raylaunch logs %s\n", point->point.id);
        return 0;
    }
    add_live(view, attempt, state, text);
    return 0;
}

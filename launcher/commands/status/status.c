/* status.c - the verb `status` */
#include <stdlib.h>
#include <string.h>

#include "launcher/campaign/report.h"
#include "launcher/commands/command.h"
#include "launcher/commands/open_sweep.h"
#include "launcher/commands/status/status_print.h"
#include "launcher/commands/status/status_reservations.h"
#include "launcher/commands/status/status_why.h"
#include "launcher/commands/sweep_report.h"
#include "launcher/commands/term.h"
#include "launcher/common/clock.h"
#include "launcher/common/memory.h"
#include "launcher/common/processes/interrupt.h"

#define WATCH_DEFAULT_S 10
#define WATCH_LEAST_S 2 /* each look is a message to the controller */
#define WATCH_MOST_S 86400

enum { OPT_ALL = 1, OPT_WATCH, OPT_WHY };

static const struct option_spec verb_status_options[] = {
    {"all", 0, NULL, .id = OPT_ALL},
    {"watch", 0, NULL, .id = OPT_WATCH},
    {"why", 0, "POINT|JOB", .id = OPT_WHY},
    {0},
};

struct status {
    struct invocation *in;
    struct campaign campaign;
    bool has_refreshed; /* the site's numbers were asked anew */
};

static bool ask(struct status *status, struct scheduler_limits *limits)
{
    const struct settings *settings = status->in->settings;

    return scheduler_limits(&status->campaign.scheduler,
                            settings_text(settings, SETTING_PARTITION),
                            settings_text(settings, SETTING_ACCOUNT),
                            settings_text(settings, SETTING_QOS), limits, NULL) == 0;
}

/* Ask all of the site anew, once. */
static void refresh(struct status *status)
{
    struct scheduler *scheduler = &status->campaign.scheduler;

    if (!status->has_refreshed && scheduler_is_open(scheduler))
        scheduler_refresh(scheduler, NULL);
    status->has_refreshed = true;
}

/* Does the site's number that a reason speaks of lack? Then what is kept is old. */
static bool lacks_number(const struct scheduler *scheduler,
                         const struct status_summary *overview,
                         const struct scheduler_limits *limits)
{
    for (size_t i = 0; i < overview->n_waiting; i++) {
        enum reason_number number =
            scheduler_reason(scheduler, overview->waiting[i].word)->number;
        if ((number == NUMBER_RUNNING && limits->max_running <= 0) ||
            (number == NUMBER_MINUTES && limits->max_minutes <= 0))
            return true;
    }
    return false;
}

/* The numbers of the site, only where they help to explain. */
static bool ask_limits(struct status *status, const struct status_summary *overview,
                       struct scheduler_limits *limits)
{
    struct scheduler *scheduler = &status->campaign.scheduler;
    bool has_why = invocation_has(status->in, OPT_WHY);
    bool is_wanted = has_why;
    bool is_new = has_why && !status->has_refreshed; /* to be asked once, not twice */

    for (size_t i = 0; i < overview->n_waiting; i++)
        is_wanted = is_wanted ||
                    scheduler_reason(scheduler, overview->waiting[i].word)->number !=
                        NUMBER_NONE;
    if (!is_wanted || !scheduler_is_open(scheduler) ||
        (!is_new && !ask(status, limits)))
        return false;
    if (!is_new &&
        (status->has_refreshed || !lacks_number(scheduler, overview, limits)))
        return true;
    refresh(status);
    return ask(status, limits);
}

/* --why and --json: only where something waits. */
static int print_reservations(struct status *status, struct error *err)
{
    struct status_reservations reservations = {0};
    struct sweep_counts counts;
    cleanup_text struct text text = {0};

    campaign_count(&status->campaign, &counts);
    if (counts.by_state[STATE_PENDING] == 0)
        return 0;
    refresh(status);
    status_reservations_take(&status->campaign, &reservations);
    if (reservations.is_there)
        status_reservations_add_json(&reservations, &text);
    status_reservations_release(&reservations);
    return print_text(&text, err);
}

static int print_rows(struct status *status, bool is_asked, struct error *err)
{
    struct table table = {0};

    if (report_table(&status->campaign, is_asked, &table, NULL, err) < 0)
        return -1;
    int rc = print_table(status->in, &table, NULL, "jsonl", err);
    warn_code(&table);
    table_release(&table);
    if (rc < 0 || !invocation_has(status->in, OPT_WHY))
        return rc;
    return print_reservations(status, err);
}

/* One screenful. On a terminal, with --watch, it takes the place of the last one. */
static int print_view(struct status *status, bool is_asked, struct error *err)
{
    const struct invocation *in = status->in;
    struct campaign *campaign = &status->campaign;
    struct status_summary overview;
    struct scheduler_limits limits = {0};
    cleanup_text struct text text = {0};
    const char *why = invocation_value(in, OPT_WHY);
    bool adds_up = true;
    int rc = 0;

    status_summary_take(campaign, is_asked, &overview);
    struct status_view view = {
        .campaign = campaign,
        .overview = &overview,
        .limits = ask_limits(status, &overview, &limits) ? &limits : NULL,
        .columns = term_is(1) ? term_columns(1) : 0,
        .lists_all = invocation_has(in, OPT_ALL)};
    if (invocation_has(in, OPT_WATCH) && term_is(1))
        fputs("\033[H\033[J", stdout);
    if (why)
        rc = status_why(&view, why, &text, err);
    else
        adds_up = status_print(&view, &text);
    status_summary_release(&overview);
    if (rc == 0 && interrupt_is_pending()) /* what was cut short says nothing */
        rc = interrupt_error(err, "while reading outputs");
    if (rc < 0 || print_lines(&text, err) < 0)
        return -1;
    return adds_up ? 0
                   : error_set(err, ERROR_BUG,
                               "the points do not add up; please report this");
}

static int print_status(struct status *status, bool is_asked, struct error *err)
{
    return status->in->json ? print_rows(status, is_asked, err)
                            : print_view(status, is_asked, err);
}

static bool is_over(const struct campaign *campaign)
{
    struct sweep_counts counts;

    campaign_count(campaign, &counts);
    return counts.n_live == 0;
}

/* Until nothing lives, or Ctrl-C. */
static int watch(struct status *status, struct error *err)
{
    const struct invocation *in = status->in;
    long long seconds = WATCH_DEFAULT_S;
    bool is_first = true;

    if (settings_is_set(in->settings, SETTING_POLL))
        seconds = settings_integer(in->settings, SETTING_POLL);
    seconds = seconds < WATCH_LEAST_S  ? WATCH_LEAST_S
              : seconds > WATCH_MOST_S ? WATCH_MOST_S
                                       : seconds;
    for (;;) {
        bool is_asked = false;
        if (open_sweep_look(&status->campaign, &is_asked, err) < 0)
            return -1;
        if (!is_first && !in->json && !term_is(1))
            puts("");
        is_first = false;
        if (print_status(status, is_asked, err) < 0)
            return -1;
        if (is_over(&status->campaign))
            return 0;
        if (!interrupt_sleep_ms(seconds * 1000))
            return interrupt_error(err, "while watching; the jobs go on");
    }
}

static int verb_status_run(struct invocation *in, struct error *err)
{
    const char *sweep = NULL;
    struct status status = {.in = in};
    bool is_asked = false;

    int rc = open_sweep_operand(in, &sweep, err);
    if (rc == 0)
        rc = open_sweep_settings(in, sweep, RECALL_TO_SHOW, &status.campaign, err);
    if (rc == 0 && invocation_has(in, OPT_WATCH)) {
        rc = watch(&status, err);
    } else if (rc == 0) {
        rc = open_sweep_look(&status.campaign, &is_asked, err);
        if (rc == 0)
            rc = print_status(&status, is_asked, err);
    }
    campaign_close(&status.campaign);
    return rc;
}

const struct command verb_status = {
    .name = "status",
    .options = verb_status_options,
    .scope = SCOPE_SWEEP,
    .run = verb_status_run,
};

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "launcher/campaign/observe.h"
#include "launcher/commands/open_sweep.h"
#include "launcher/common/memory.h"
#include "launcher/common/term.h"

enum { OPT_POINT = 1, OPT_STATE, OPT_YES };

#define ASK_OVER 10

static const struct option_spec options[] = {
    {"point", 0, "GLOB", "only points whose id or key=value matches (repeatable)",
     OPT_POINT},
    {"state", 0, "STATE", "only points in this state (pending, running; repeatable)",
     OPT_STATE},
    {"yes", 'y', NULL, "do not ask", OPT_YES},
    {0},
};

static bool is_meant(const struct invocation *in, const struct sweep_point *point)
{
    const struct attempt *attempt = sweep_attempt(point);
    const struct words *states = &in->values[OPT_STATE];

    return attempt && attempt_is_live(attempt) &&
           choose_matches(point, &in->values[OPT_POINT]) &&
           (states->count == 0 || words_has(states, state_name(campaign_state(point))));
}

static int confirm(const struct invocation *in, size_t count, struct error *err)
{
    char answer[16] = "";

    if (count <= ASK_OVER || invocation_has(in, OPT_YES))
        return 0;
    if (!term_is(0))
        return error_set(
            err, ERROR_USAGE,
            "this would cancel %zu jobs; say --yes to do it without a question", count);
    fprintf(stderr, "cancel %zu jobs? [y/N] ", count);
    if (fgets(answer, sizeof answer, stdin) && (answer[0] == 'y' || answer[0] == 'Y'))
        return 0;
    return error_set(err, ERROR_USAGE, "nothing was cancelled");
}

static int cancel_points(struct invocation *in, struct campaign *campaign,
                         struct error *err)
{
    size_t *points = xcalloc(campaign->n_selected, sizeof *points);
    size_t n_points = 0, n_done = 0;
    cleanup_text struct text text = {0};

    for (size_t i = 0; i < campaign->n_selected; i++) {
        if (is_meant(in, campaign->sweep->points[campaign->selected[i]]))
            points[n_points++] = campaign->selected[i];
    }
    int rc = confirm(in, n_points, err);
    if (rc == 0)
        rc = campaign_cancel(campaign, points, n_points, &n_done, err);
    free(points);
    if (rc < 0)
        return -1;
    if (in->json)
        text_addf(&text, "{\"type\":\"cancel\",\"sweep\":\"%s\",\"jobs\":%zu}\n",
                  campaign->sweep->name, n_done);
    else
        text_addf(&text, "asked for the end of %zu jobs of %s\n", n_done,
                  campaign->sweep->name);
    return print_text(&text, err);
}

static int run(struct invocation *in, struct error *err)
{
    struct campaign campaign = {0};
    enum state state;

    for (size_t i = 0; i < in->values[OPT_STATE].count; i++) {
        if (!state_from_name(in->values[OPT_STATE].items[i], &state))
            return error_set(err, ERROR_USAGE, "there is no state '%s'",
                             in->values[OPT_STATE].items[i]);
    }
    int rc = open_sweep(in, &campaign, err);
    if (rc == 0)
        rc = campaign_connect(&campaign, err);
    if (rc == 0)
        rc = campaign_look(&campaign, err) == 0 ? 0 : -1;
    if (rc == 0)
        rc = cancel_points(in, &campaign, err);
    campaign_close(&campaign);
    return rc;
}

const struct command verb_cancel = {
    .name = "cancel",
    .summary = "end the jobs of a sweep",
    .usage = "[options] [SWEEP]",
    .examples = "  raylaunch cancel train-1a2b3c4d\n"
                "  raylaunch cancel --state pending\n"
                "  raylaunch cancel --point 'lr=0.1*' --yes\n",
    .details = "Cancelled points stay cancelled when the sweep is typed again;\n"
               "`raylaunch retry SWEEP --cancelled` runs them.\n",
    .options = options,
    .scope = SCOPE_SWEEP,
    .run = run,
};

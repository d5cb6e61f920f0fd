/* retry_plan.h - which points `retry` takes, and what their new attempts get
 *
 * The points by state, cause and name; their resources from what the last attempt had
 * (retry_resources.h); nodes to stay away from (bad_nodes.h). Nothing is submitted.
 */
#ifndef LAUNCHER_COMMANDS_SWEEP_RETRY_PLAN_H
#define LAUNCHER_COMMANDS_SWEEP_RETRY_PLAN_H

#include "launcher/campaign/campaign.h"
#include "launcher/commands/command.h"
#include "launcher/policy/retry_resources.h"

struct retry_request {
    enum select_rule rule;
    const struct words *globs, *causes, *states; /* borrowed; empty: all */
    struct retry_rule adjust;
    bool is_excluding_bad_nodes;
};

struct retry_row {
    struct submit_item item;
    struct resource_change adjustment;
};

struct retry_plan {
    struct retry_row *rows; /* owned; those with equal settings stand together */
    size_t n_rows, cap_rows;
    size_t n_hopeless; /* left out: twice the same end with all that can be had */
    const struct sweep_point *hopeless; /* one of them */
    char *exclude;                      /* owned: nodes; "" none */
};

/* The sweep was looked at, and its intents are cleared. Settings that differ are kept
 * in the campaign. */
void retry_plan_make(struct campaign *campaign, const struct retry_request *request,
                     struct retry_plan *ret_plan);
void retry_plan_release(struct retry_plan *plan);

/* The items of all rows, in their order. */
void retry_plan_queue(const struct retry_plan *plan, struct work_queue *ret_queue);

/* The table of --dry-run; with --json one object a point. */
int retry_plan_print(const struct invocation *in, const struct retry_plan *plan,
                     struct error *err);

/* For people: what is left out and which nodes are avoided. */
void retry_plan_say(const struct invocation *in, const struct retry_plan *plan);

#endif

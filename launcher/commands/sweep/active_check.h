/* active_check.h - max_active_jobs: before `sweep`, `run` and `retry` submit */
#ifndef LAUNCHER_COMMANDS_SWEEP_ACTIVE_CHECK_H
#define LAUNCHER_COMMANDS_SWEEP_ACTIVE_CHECK_H

#include "launcher/campaign/campaign.h"
#include "launcher/commands/command.h"
#include "launcher/common/trees/json_write.h"

/* Something is to be submitted: with a limit, count the user's other jobs (once a
 * process), which may lower the throttle that is chosen. ERROR_POLICY: as many as
 * allowed; with --json an object on stdout says so, too. ERROR_SCHEDULER: they cannot
 * be counted. */
int active_check(const struct invocation *in, struct campaign *campaign,
                 struct error *err);

/* The same before anything is made, if a point of the plan is new to the sweep, and so
 * surely to be submitted. */
int active_check_plan(const struct invocation *in, struct campaign *campaign,
                      const struct plan *plan, struct error *err);

/* How many jobs run at once, and why, where that has a limit. */
void active_say_throttle(const struct invocation *in, const struct campaign *campaign);

/* For a dry run that would submit something: count, and say what would become of it.
 * The campaign may be without a scheduler. */
void active_show(const struct invocation *in, struct campaign *campaign);

/* Limit, count and what they mean, as members of the object that is open. Only with a
 * limit. */
void active_add_members(const struct campaign *campaign, struct json_writer *json);

#endif

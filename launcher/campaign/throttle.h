/* throttle.h - what the engine is told: limits, throttle, dependencies
 *
 * Part of the campaign (campaign.h); the throttle is chosen by campaign_set_throttle().
 */
#ifndef LAUNCHER_CAMPAIGN_THROTTLE_H
#define LAUNCHER_CAMPAIGN_THROTTLE_H

#include "launcher/campaign/campaign.h"

/* Fill in how attempts that run with `settings` are submitted: calls at a time and a
 * second, array or jobs, lanes, dependency. `*ret_dependency` is owned by the caller,
 * `options` borrows it. ERROR_USAGE for dependencies that Slurm cannot join. */
int throttle_options(struct campaign *campaign, const struct settings *settings,
                     struct submit_options *options, char **ret_dependency,
                     struct error *err);

/* Attempts of the sweep that live, or may. */
size_t throttle_count_live(const struct campaign *campaign);

/* A submission has just ended: remember at how many live attempts the scheduler said
 * that there are enough, or that more were taken. ERROR_SCHEDULER when waiting cannot
 * help: the user has no job that could end. */
int throttle_learn(struct campaign *campaign, struct error *err);

#endif

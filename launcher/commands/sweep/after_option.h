/* after_option.h - --after and --after-any: what must end before a point starts */
#ifndef LAUNCHER_COMMANDS_SWEEP_AFTER_OPTION_H
#define LAUNCHER_COMMANDS_SWEEP_AFTER_OPTION_H

#include "launcher/campaign/campaign.h"
#include "launcher/commands/command.h"

/* Each word is a sweep (a name or a path) or a job's id. Sets campaign->dependency, and
 * says what is waited for. ERROR_USAGE on the local scheduler, and for what can never
 * be satisfied. */
int after_option(const struct invocation *in, struct campaign *campaign,
                 const struct words *after, const struct words *after_any,
                 struct error *err);

#endif

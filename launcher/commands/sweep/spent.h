/* spent.h - the calls that a verb made to the scheduler */
#ifndef LAUNCHER_COMMANDS_SWEEP_SPENT_H
#define LAUNCHER_COMMANDS_SWEEP_SPENT_H

#include "launcher/commands/command.h"
#include "launcher/scheduler/scheduler.h"

/* With --verbose one line on stderr; with --json {"type":"calls",…} on stdout. Nothing
 * for a scheduler that runs no commands (local). */
int spent_say(const struct invocation *in, const struct scheduler *scheduler,
              struct error *err);

#endif

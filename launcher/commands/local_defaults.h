/* local_defaults.h - defaults that nobody asked for, for a scheduler that runs here */
#ifndef LAUNCHER_COMMANDS_LOCAL_DEFAULTS_H
#define LAUNCHER_COMMANDS_LOCAL_DEFAULTS_H

#include "launcher/commands/command.h"

/* Adapt them (one node, the CPUs and GPUs found); errors for what local cannot do. */
int sweep_adapt_local(struct invocation *in, struct error *err);

#endif

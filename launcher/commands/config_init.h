/* config_init.h - `raylaunch config --init`: a first configuration from what the site
 * says */
#ifndef LAUNCHER_COMMANDS_CONFIG_INIT_H
#define LAUNCHER_COMMANDS_CONFIG_INIT_H

#include "launcher/commands/command.h"

int config_init_print(const struct invocation *in, struct error *err);

#endif

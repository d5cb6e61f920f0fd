/* config_init.h - `raylaunch config --init`: a first configuration from what the site
 * says */
#ifndef LAUNCHER_COMMANDS_CONFIG_INIT_H
#define LAUNCHER_COMMANDS_CONFIG_INIT_H

#include "launcher/commands/command.h"

/* To the new file `output`, or to stdout where that is NULL. A file that is there is
 * replaced with `force` only (else ERROR_FILE). */
int config_init(const struct invocation *in, const char *output, bool force,
                struct error *err);

#endif

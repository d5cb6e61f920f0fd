/* verbs.h - the table of verbs, in the order of `raylaunch help` */
#ifndef LAUNCHER_VERBS_H
#define LAUNCHER_VERBS_H

#include "launcher/commands/command.h"

extern const struct command *const verbs[]; /* NULL ended */

#endif

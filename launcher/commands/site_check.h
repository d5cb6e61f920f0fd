/* site_check.h - what can be known to fail before anything is made */
#ifndef LAUNCHER_COMMANDS_SITE_CHECK_H
#define LAUNCHER_COMMANDS_SITE_CHECK_H

#include "launcher/scheduler/scheduler.h"
#include "launcher/settings/settings.h"

/* Does the partition exist? A default that nobody asked for says so and lists those
 * that do. Nothing is checked where the site does not tell. */
int site_check(const struct settings *settings, struct scheduler *scheduler,
               struct error *err);

#endif

/* site_check.h - what can be known to fail before anything is made
 *
 * A few calls to the scheduler, most of them answered from the cache (slurm_cache.h).
 */
#ifndef LAUNCHER_COMMANDS_SITE_CHECK_H
#define LAUNCHER_COMMANDS_SITE_CHECK_H

#include "launcher/common/error.h"
#include "launcher/scheduler/scheduler.h"
#include "launcher/settings/settings.h"

/* Does the partition exist? A default that nobody asked for says so and lists those
 * that do. Warn of what would wait for ever or surprise (settings_warnings(),
 * site_warnings()). Nothing is checked where the site does not tell. */
int site_check(const struct settings *settings, struct scheduler *scheduler,
               struct error *err);

/* The same for a dry run: a partition that does not exist is a warning, too. */
void site_warn(const struct settings *settings, struct scheduler *scheduler);

/* The limits that hold for these settings; false: not known, and `*ret_limits` zero. */
bool site_limits(const struct settings *settings, struct scheduler *scheduler,
                 struct scheduler_limits *ret_limits);

#endif

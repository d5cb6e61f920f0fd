/* site_check.h - what can be known to fail before anything is made
 *
 * A few calls to the scheduler, most of them answered from the cache (slurm_cache.h).
 */
#ifndef LAUNCHER_CHECK_SITE_CHECK_H
#define LAUNCHER_CHECK_SITE_CHECK_H

#include "launcher/common/error.h"
#include "launcher/scheduler/scheduler.h"
#include "launcher/settings/settings.h"

/* Does the partition exist? A default that nobody asked for says so and lists those
 * that do. With `will_submit`, and without the setting submit_anyway, jobs that can
 * never run (impossible.h) are refused, after the site was asked anew. What else would
 * wait for ever or surprise is added to `warnings` (settings_warnings(),
 * site_warnings()). Nothing is checked where the site does not tell. ERROR_SCHEDULER.
 */
int site_check(const struct settings *settings, struct scheduler *scheduler,
               bool will_submit, struct words *warnings, struct error *err);

/* Is it certain that none of the partitions that are named will ever run such a job?
 * Each reason is a line; where one partition may run it there are none. */
bool site_judge(const struct settings *settings, struct scheduler *scheduler,
                const struct site *site, struct words *ret_lines);

/* The same for a dry run: a partition that does not exist is a warning, too. */
void site_warn(const struct settings *settings, struct scheduler *scheduler,
               struct words *warnings);

/* The limits that hold for these settings; false: not known, and `*ret_limits` zero. */
bool site_limits(const struct settings *settings, struct scheduler *scheduler,
                 struct scheduler_limits *ret_limits);

#endif

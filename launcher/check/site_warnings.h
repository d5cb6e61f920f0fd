/* site_warnings.h - what a site will not give, said before anything is submitted
 *
 * Slurm accepts much that can never run: a job over the partition's time limit, or of
 * more memory than any node has, waits for ever. These rules only warn: what is known
 * of the site may be a day old (slurm_cache.h), and Slurm has the last word.
 */
#ifndef LAUNCHER_CHECK_SITE_WARNINGS_H
#define LAUNCHER_CHECK_SITE_WARNINGS_H

#include "launcher/scheduler/scheduler.h"
#include "launcher/scheduler/site.h"
#include "launcher/settings/settings.h"

/* All borrowed; now: epoch seconds. */
struct site_facts {
    const struct site *site;
    const struct scheduler_limits *limits;
    const struct site_reservations *reservations;
    double now;
};

/* Append one line for each thing, with what to do about it. */
void site_warnings(const struct settings *settings, const struct site_facts *facts,
                   struct words *warnings);

/* The partition that is meant: the one asked, or the site's default one. Borrowed;
 * NULL: a list of several, or not known. */
const struct site_partition *site_meant_partition(const struct settings *settings,
                                                  const struct site *site);

#endif

/* site_warnings.h - what will make jobs wait longer than one thinks
 *
 * A partition that is down, a maintenance. What can never run: impossible.h.
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

#define SITE_MINUTES_SIZE 32

/* "1-02:30:00", as sbatch takes it. */
void site_show_minutes(long long minutes, char text[SITE_MINUTES_SIZE]);

/* The partition that is meant: the one asked, or the site's default one. Borrowed;
 * NULL: a list of several, or not known. */
const struct site_partition *site_meant_partition(const struct settings *settings,
                                                  const struct site *site);

#endif

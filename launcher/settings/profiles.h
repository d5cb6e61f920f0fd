/* profiles.h - `profiles:`, named settings for one cluster or use
 *
 *     default_profile: cpu
 *     profiles:
 *       cpu: {partition: cpu, gpus_per_task: 0}
 *       gpu: {partition: ai, account: lab, time: 04:00:00}
 *
 * A profile that stands in several files is taken from the nearest, whole.
 */
#ifndef LAUNCHER_SETTINGS_PROFILES_H
#define LAUNCHER_SETTINGS_PROFILES_H

#include "launcher/common/error.h"
#include "launcher/settings/layers.h"
#include "launcher/settings/settings.h"

/* Which profile is asked for, and by whom: both borrowed from what the caller holds. */
struct profile_choice {
    const char *name;     /* NULL or "": the configured `default_profile`, if any */
    const char *origin;   /* "flag --profile", "sweep.yaml:3" */
    enum error_kind kind; /* of the error when there is no such profile */
};

/* Check every profile of every layer, then set the chosen one's settings. */
int profiles_apply(const struct layers *layers, const struct profile_choice *choice,
                   struct settings *settings, struct error *err);

#endif

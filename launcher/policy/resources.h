/* resources.h - memory and time of an attempt, as settings ask for them or as its
 * "settings" event says that it had them
 */
#ifndef LAUNCHER_POLICY_RESOURCES_H
#define LAUNCHER_POLICY_RESOURCES_H

#include "launcher/settings/settings.h"
#include "launcher/sweep/sweep.h"

struct resources {
    enum memory_rule memory;
    long long mib;       /* of each node, or of each CPU; 0: all that the node has */
    long long minutes;   /* the time limit; 0 none */
    long long timeout_s; /* of the entrypoint; 0 never, TIMEOUT_AUTO as `minutes` */
};

/* What `settings` ask for. */
void resources_of_settings(const struct settings *settings,
                           struct resources *ret_resources);

/* What the attempt ran with; what its event does not say is as in `settings`. */
void resources_of_attempt(const struct sweep *sweep, const struct attempt *attempt,
                          const struct settings *settings,
                          struct resources *ret_resources);

/* For people, and as values of the settings mem or mem_per_cpu, and time. Owned. */
char *resources_mib_text(long long mib);         /* "6G", "4916M" */
char *resources_minutes_text(long long minutes); /* "1-02:00:00", "unlimited" */
char *resources_memory_text(const struct resources *resources); /* "4G a CPU" */

#endif

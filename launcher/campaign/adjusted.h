/* adjusted.h - settings made for new attempts whose resources were adjusted
 *
 * Attempts with the same resources share one settings object, and are submitted
 * together. Zero is a valid empty one.
 */
#ifndef LAUNCHER_CAMPAIGN_ADJUSTED_H
#define LAUNCHER_CAMPAIGN_ADJUSTED_H

#include "launcher/campaign/resources.h"
#include "launcher/settings/settings.h"

struct adjusted {
    struct adjusted_item {
        char *key;                 /* owned */
        struct settings *settings; /* owned; NULL: nothing differs */
    } * items;                     /* owned */
    size_t count, cap;
};
void adjusted_release(struct adjusted *adjusted);

/* `settings` with these resources and more nodes to exclude ("" none): borrowed from
 * `adjusted`, or NULL where nothing differs. `settings` is the same at each call. */
const struct settings *adjusted_settings(struct adjusted *adjusted,
                                         const struct settings *settings,
                                         const struct resources *resources,
                                         const char *exclude);

#endif

/* settings_variants.h - settings made for new attempts whose resources were adjusted
 *
 * Attempts with the same resources share one settings object, and are submitted
 * together. Zero is a valid empty one.
 */
#ifndef LAUNCHER_POLICY_SETTINGS_VARIANTS_H
#define LAUNCHER_POLICY_SETTINGS_VARIANTS_H

#include "launcher/policy/resources.h"
#include "launcher/settings/settings.h"

struct settings_variants {
    struct adjusted_item {
        char *key;                 /* owned */
        struct settings *settings; /* owned; NULL: nothing differs */
    } * items;                     /* owned */
    size_t count, cap;
};
void settings_variants_release(struct settings_variants *adjusted);

/* `settings` with these resources and more nodes to exclude ("" none): borrowed from
 * `adjusted`, or NULL where nothing differs. `settings` is the same at each call. */
const struct settings *settings_variants_get(struct settings_variants *adjusted,
                                             const struct settings *settings,
                                             const struct resources *resources,
                                             const char *exclude);

#endif

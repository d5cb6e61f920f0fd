/* store.h - what the files of launcher/settings share and nobody else needs */
#ifndef LAUNCHER_SETTINGS_STORE_H
#define LAUNCHER_SETTINGS_STORE_H

#include <stdbool.h>

#include "launcher/common/error.h"
#include "launcher/settings/settings.h"

enum value_type {
    VALUE_TEXT,
    VALUE_LIST,
    VALUE_INTEGER,
    VALUE_SWITCH,
    VALUE_TIME,
    VALUE_MEMORY,
    VALUE_SECONDS,
    VALUE_MAP,
    VALUE_CHOICE
};

enum value_type setting_type(enum setting key);

/* The known name or alias nearest to `name`, or NULL. */
const char *setting_nearest(const char *name);

/* ERROR_USAGE for what was typed or exported, ERROR_INPUT for what stands in a file. */
enum error_kind settings_error_kind(enum setting_rank rank);

/* Forget the items of a LIST or MAP, as `key: []` in a file says. */
void settings_clear_list(struct settings *settings, enum setting key,
                         enum setting_rank rank, const char *origin);

/* Remember the profile in use (copied). */
void settings_set_profile(struct settings *settings, const char *profile);

#endif

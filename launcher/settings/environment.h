/* environment.h - settings from exported variables
 *
 * RAYLAUNCH_SET_<KEY>, the key in capitals with '_' for '.': RAYLAUNCH_SET_PORTS_FIRST.
 * Lists and maps: one item a line. RAYLAUNCH_SET_PROFILE names a profile. An unknown
 * name is an error. SBATCH_*: those that have a setting (sbatch(1), "INPUT ENVIRONMENT
 * VARIABLES") rank below; the others are passed over here, and the scheduler keeps them
 * from its children.
 */
#ifndef LAUNCHER_SETTINGS_ENVIRONMENT_H
#define LAUNCHER_SETTINGS_ENVIRONMENT_H

#include "launcher/common/error.h"
#include "launcher/settings/settings.h"

/* `variables` is like environ(7): "NAME=value", ends in NULL. ERROR_USAGE names the
 * variable. */
int environment_apply(char *const *variables, struct settings *settings,
                      struct error *err);

#endif

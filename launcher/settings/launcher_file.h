/* launcher_file.h - Hydra's launcher files (`# @package hydra.launcher`)
 *
 * Such a file names its Python class in `_target_`. Its slurm_… keys are aliases of our
 * settings (keys.h); what only concerns that class is passed over.
 */
#ifndef LAUNCHER_SETTINGS_LAUNCHER_FILE_H
#define LAUNCHER_SETTINGS_LAUNCHER_FILE_H

#include <stdbool.h>

#include "launcher/common/trees/tree.h"

bool launcher_file_is(const struct tree *map);
bool launcher_file_ignores(const char *key);

#endif

/* sbatch_option.h - one more option for sbatch (`sbatch:` in a file, --sbatch)
 *
 * `NAME`, `NAME=VALUE` and `--NAME=VALUE` are the same. Refused, with the way to get
 * it: short letters, what raylaunch sets itself (names, output files, arrays),
 * what has a setting of its own, and beginnings of those names, which sbatch would
 * complete.
 */
#ifndef LAUNCHER_SETTINGS_SBATCH_OPTION_H
#define LAUNCHER_SETTINGS_SBATCH_OPTION_H

#include "launcher/common/error.h"

/* `*ret_option` is owned: "name" or "name=value". ERROR_INPUT. */
int sbatch_option_check(const char *text, char **ret_option, struct error *err);

#endif

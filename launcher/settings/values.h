/* values.h - one value as text: is it one of its type, and what does it mean
 *
 * The forms are those that sbatch(1) takes, so that the text can be given to Slurm as
 * it was typed:
 *
 *   TIME     90 (minutes), 1:30 (min:sec), 1:30:00, 1-2 (days-hours), 1-2:30,
 *            1-2:30:00, unlimited. Seconds are rounded up to a minute. 0 and -1 are
 *            refused.
 *   MEMORY   digits alone (MB), or with K, M, G or T, or KB, MB, GB or TB: 4096, 4G,
 *            4GB
 *   SECONDS  a whole number; `timeout` takes auto, too, kept in small letters
 *   SWITCH   yes no true false on off 1 0, kept as "yes" or "no"
 */
#ifndef LAUNCHER_SETTINGS_VALUES_H
#define LAUNCHER_SETTINGS_VALUES_H

#include "launcher/common/error.h"
#include "launcher/settings/settings.h"

/* Check `text` as a value (for LIST and MAP: one item) of `key`.
 * `*ret_text` is owned: the text as it is kept. `*ret_number` is its meaning: the
 * number, 0 or 1, minutes (0 unlimited), MiB, seconds (-1 auto); 0 for other types.
 * Error: ERROR_INPUT, the value in quotes and what to write instead. */
int value_check(enum setting key, const char *text, char **ret_text,
                long long *ret_number, struct error *err);

/* Minutes of a time limit, 0 for unlimited. */
int value_minutes(const char *text, long long *ret_minutes, struct error *err);

/* MiB of a memory size, rounded up. */
int value_mib(const char *text, long long *ret_mib, struct error *err);

#endif

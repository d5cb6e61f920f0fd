/* environment.h - an environment for a child: ours, without some names, with others
 *
 * Pure: nothing here changes our own environment.
 */
#ifndef LAUNCHER_COMMON_PROCESSES_ENVIRONMENT_H
#define LAUNCHER_COMMON_PROCESSES_ENVIRONMENT_H

#include "launcher/common/text/text.h"

/* Append a copy of `source` ("NAME=value" strings, NULL ended; usually environ) to
 * `ret_environment`, whose items are then an envp.
 *   unset  names to drop; a last '*' makes a word a prefix ("SLURM_*")
 *   keep   exceptions to `unset`, in the same form
 *   set    "NAME=value", added last; they replace what was there
 * Each list may be NULL. */
void environment_make(char *const *source, const struct words *unset,
                      const struct words *keep, const struct words *set,
                      struct words *ret_environment);

/* The value of `name` in an envp, borrowed; NULL if it is not there. */
const char *environment_get(char *const *environment, const char *name);

#endif

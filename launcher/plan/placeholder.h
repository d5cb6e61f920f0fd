/* placeholder.h - {key} in the words of a command
 *
 * `{key}` is the value of the parameter, `{{key}}` the text {key}. `${key}` belongs to
 * the shell or to Hydra, and a name that is no parameter is just text: both stay.
 */
#ifndef LAUNCHER_PLAN_PLACEHOLDER_H
#define LAUNCHER_PLAN_PLACEHOLDER_H

#include <stdbool.h>
#include <stddef.h>

#include "launcher/plan/plan.h"

/* Does `word` hold {key}? A leading + or ~ of the key does not count. */
bool placeholder_has(const char *word, const char *key);

/* `word` with the values of `params` filled in. Owned. */
char *placeholder_fill(const char *word, const struct parameter *params, size_t count);

#endif

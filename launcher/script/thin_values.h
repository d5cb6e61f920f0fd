/* thin_values.h - the values of a thin script: only those that are not the runtime's
 *
 * templates/parts/defaults.sh says what a job does when its script says nothing. Its
 * lines are read here too, so each default stands in one place.
 */
#ifndef LAUNCHER_SCRIPT_THIN_VALUES_H
#define LAUNCHER_SCRIPT_THIN_VALUES_H

#include "launcher/script/script.h"
#include "launcher/script/value_list.h"

/* Add `values` and `ray_values` (assignments of what differs from the defaults, a line
 * each), `setup_function`, `runtime_sum`, `runtime_name` and `fs_grace`. Those of the
 * settings must be there already. */
int thin_values_add_same(struct value_list *values,
                         const struct script_request *request, struct error *err);

/* "attempt 2 of point X of sweep Y", for a comment: no byte in it can end the line.
 * Owned. */
char *thin_values_whose(const struct script_request *request);

/* The base as a word that begins with $rl_sweep, where it lies in the sweep, and the
 * sweep as one that begins with $rl_folder. Owned. */
char *thin_values_base(const struct script_request *request);
char *thin_values_sweep(const struct script_request *request);

/* A function that exports `exports` (lines of `export …`), or "". Owned. */
char *thin_values_export_function(const char *exports);

#endif

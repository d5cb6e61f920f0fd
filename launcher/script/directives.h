/* directives.h - the `#SBATCH` lines of a script
 *
 * From the settings alone. sbatch reads these lines, no shell does: so values are
 * quoted as sbatch wants it, and one with a control character is refused.
 */
#ifndef LAUNCHER_SCRIPT_DIRECTIVES_H
#define LAUNCHER_SCRIPT_DIRECTIVES_H

#include "launcher/script/script.h"

/* <base><suffix> as a file name pattern of sbatch: a percent sign doubled. Owned.
 * Public for its test: a table of paths. */
char *script_file_pattern(const char *base, const char *suffix);

/* Seconds before the time limit at which the batch shell gets USR1
 * (`--signal=B:USR1@lead`): the smaller of 120 s and a tenth of the limit, + 60 s
 * because Slurm may be early; 0 (none) under 10 minutes. */
long long script_signal_lead(const struct settings *settings);

/* The lines in two parts: those that are the same for all attempts of a request, and
 * the last two, of the output files. Appended. ERROR_INPUT: a value that no such line
 * can carry. */
int script_add_same_directives(const struct script_request *request, struct text *text,
                               struct error *err);
int script_add_output_directives(const struct script_request *request,
                                 struct text *text, struct error *err);

#endif

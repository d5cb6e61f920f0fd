/* locate.h - which sweep a verb means
 *
 * A name, a path, or nothing: then the newest one (by its journal) of the output
 * folder, of the caller's own if he has any there.
 */
#ifndef LAUNCHER_COMMANDS_LOCATE_H
#define LAUNCHER_COMMANDS_LOCATE_H

#include "launcher/commands/command.h"

/* The folder of the sweep `word` (may be NULL). Owned. ERROR_INPUT when there is none:
 * says which there are. */
int locate_sweep(const struct settings *settings, const char *word, char **ret_path,
                 struct error *err);

/* The folder of the sweep that submitted this job ("123", or "123_4" of an array); the
 * newest one, should several have had that id. Owned. ERROR_INPUT: none in the output
 * folder. */
int locate_job(const struct settings *settings, const char *job_id, char **ret_path,
               struct error *err);

/* Is there a journal in this folder? */
bool locate_is_sweep(const char *path);

#endif

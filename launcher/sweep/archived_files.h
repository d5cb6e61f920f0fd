/* archived_files.h - which files of a sweep's folder go into its archive
 *
 * Every one: regular files and the links that stay inside, dot files too. Left out
 * without a word is what raylaunch makes for the moment or once more: locks, claims,
 * half-written files, the sweep's own archive, and of a file with two names (the output
 * of an array's task) the point's one: the journal knows the other.
 */
#ifndef LAUNCHER_SWEEP_ARCHIVED_FILES_H
#define LAUNCHER_SWEEP_ARCHIVED_FILES_H

#include "launcher/common/text/text.h"

/* Append the names of what goes in, as paths in `folder`, and to `left_out` a line for
 * each other thing that does not: its path and why. `archive` is the name of the
 * sweep's own archive. A folder that is not there gives none. */
void archived_files(const char *folder, const char *archive, struct words *names,
                    struct words *left_out);

#endif

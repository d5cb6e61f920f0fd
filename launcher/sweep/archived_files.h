/* archived_files.h - which files of a sweep's folder go into its archive */
#ifndef LAUNCHER_SWEEP_ARCHIVED_FILES_H
#define LAUNCHER_SWEEP_ARCHIVED_FILES_H

#include "launcher/common/text/text.h"

/* Append the regular files below `folder`, as paths in it. Left out: locks, claims,
 * archives, temp files, and of a file with two names (the output of an array's task)
 * the point's one: the journal knows the other. A folder that cannot be read gives
 * none. */
void archived_files(const char *folder, struct words *names);

#endif

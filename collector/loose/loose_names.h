/* loose_names.h - which files of a folder are outputs of jobs
 *
 * `*.out`, `*.log` and `*.err` at any depth, but not `<x>.err` beside `<x>.out`: one
 * job is one name. Of a file with several names (a task of an array writes one that its
 * point has a link to) the point's counts. The logs folder of a Ray session is one
 * name, with a '/' behind it. Links to folders are not followed.
 */
#ifndef COLLECTOR_LOOSE_LOOSE_NAMES_H
#define COLLECTOR_LOOSE_LOOSE_NAMES_H

#include "launcher/common/error.h"
#include "launcher/common/text/text.h"

/* Output files of an array's tasks, which Slurm names: array-<job id>_<task>.out. */
#define LOOSE_ARRAY_NAME "array"

/* Append the paths in `folder`, in the order of names, and to `troubles` a line for
 * each thing below it that cannot be looked at: the rest counts all the same.
 * ERROR_FILE of `folder` itself, ERROR_INTERRUPT. */
int loose_names_find(const char *folder, struct words *names, struct words *troubles,
                     struct error *err);

#endif

/* local_start.h - start the script of a local job */
#ifndef LAUNCHER_SCHEDULER_LOCAL_LOCAL_START_H
#define LAUNCHER_SCHEDULER_LOCAL_LOCAL_START_H

#include <sys/types.h>

#include "launcher/common/error.h"
#include "launcher/scheduler/scheduler.h"

/* Start `bash SCRIPT` with the environment that local.h tells. The caller reaps
 * `*ret_pid`. ERROR_FILE: an output file or the folder; ERROR_SCHEDULER: bash cannot be
 * run. */
int local_start(const struct submit_request *submission, const char *id, pid_t *ret_pid,
                struct error *err);

#endif

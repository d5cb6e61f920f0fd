/* status_why.h - `status --why POINT|JOB`: all that is known of why it waits */
#ifndef LAUNCHER_COMMANDS_STATUS_STATUS_WHY_H
#define LAUNCHER_COMMANDS_STATUS_STATUS_WHY_H

#include "launcher/commands/status/status_print.h"
#include "launcher/common/error.h"

/* `word`: a point's id or glob, or a job's id. ERROR_USAGE unless it names one point.
 */
int status_why(const struct status_view *view, const char *word, struct text *text,
               struct error *err);

#endif

/* setup_check.h - what the job's own script will refuse, seen from here
 *
 * A job that waited for a day should not die in its first second of a folder that is
 * not there. Only what is the same on the nodes is judged.
 */
#ifndef LAUNCHER_CHECK_SETUP_CHECK_H
#define LAUNCHER_CHECK_SETUP_CHECK_H

#include <stdbool.h>

#include "launcher/common/error.h"
#include "launcher/settings/settings.h"

/* The venv (unless a setup line names it: it may make it) has bin/activate; the sockets
 * of Ray in the temp folder have names that the kernel takes. Without `will_submit`, or
 * with the setting submit_anyway, what is wrong is added to `warnings`. ERROR_INPUT. */
int setup_check(const struct settings *settings, bool will_submit,
                struct words *warnings, struct error *err);

#endif

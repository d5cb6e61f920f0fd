/* bootstrap.h - which way Ray will be started, and why
 *
 * The setting `bootstrap`, and what `auto` means for these nodes. The reason is shown
 * by --dry-run, in the script and in the verdict.
 */
#ifndef LAUNCHER_SCRIPT_BOOTSTRAP_H
#define LAUNCHER_SCRIPT_BOOTSTRAP_H

#include <stdbool.h>

#include "launcher/settings/settings.h"

/* Which bootstrap this will be and why, in one line for people ("direct: nodes may be
 * shared"). */
struct script_bootstrap {
    bool is_symmetric;
    bool is_forced;     /* asked for by name: no fall-back inside the job */
    const char *reason; /* static */
};
struct script_bootstrap script_bootstrap(const struct settings *settings);

#endif

/* progress.h - the line on stderr that says how far a sweep is */
#ifndef LAUNCHER_COMMANDS_PROGRESS_H
#define LAUNCHER_COMMANDS_PROGRESS_H

#include "launcher/campaign/campaign.h"
#include "launcher/commands/command.h"

/* What the hooks remember. It must live as long as the campaign. */
struct progress {
    const struct invocation *in;
    double last_shown; /* monotonic seconds */
    char last_line[256];
    bool is_open;         /* a line without newline stands on the terminal */
    double trouble_since; /* epoch seconds: the scheduler does not answer; 0: it does */
};

/* Hooks that draw the progress line on stderr. */
void progress_hook(struct progress *progress, struct campaign *campaign);
void progress_close(struct progress *progress);

#endif

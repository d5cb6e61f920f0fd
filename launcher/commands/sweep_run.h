/* sweep_run.h - what `sweep`, `run` and `retry` share: plan, submit, wait, report */
#ifndef LAUNCHER_COMMANDS_SWEEP_RUN_H
#define LAUNCHER_COMMANDS_SWEEP_RUN_H

#include "launcher/campaign/report.h"
#include "launcher/commands/command.h"
#include "launcher/plan/plan.h"

/* Adapt defaults that nobody asked for to the local scheduler (one node, the CPUs and
 * GPUs found); errors for what local cannot do. */
int sweep_adapt_local(struct invocation *in, struct error *err);

/* Is the scheduler of these settings `local`? */
bool sweep_is_local(const struct settings *settings);

/* Hooks that draw the progress line on stderr. `progress` must live as long as the
 * campaign. */
struct progress {
    const struct invocation *in;
    double last_shown; /* monotonic seconds */
    char last_line[256];
    bool is_open;         /* a line without newline stands on the terminal */
    double trouble_since; /* epoch seconds: the scheduler does not answer; 0: it does */
};
void progress_hook(struct progress *progress, struct campaign *campaign);
void progress_close(struct progress *progress);

/* Wait for the selected points (feeding `queue`), then report. Returns the exit code or
 * -1. */
int sweep_wait_and_report(struct invocation *in, struct campaign *campaign,
                          struct choice *queue, struct error *err);

/* Table on stdout (or JSON rows), count line and hints on stderr; result files; archive
 * when all is final. Returns 0, or 1 if a final point is not completed; -1 with err. */
int sweep_report(struct invocation *in, struct campaign *campaign, bool is_asked,
                 bool may_archive, struct error *err);

/* Print a table in the invocation's format. */
int print_table(const struct invocation *in, const struct table *table,
                const char *metric, const char *format, struct error *err);

#endif

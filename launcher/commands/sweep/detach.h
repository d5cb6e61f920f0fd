/* detach.h - what a sweep that nobody waits for leaves behind
 *
 * With the local scheduler a process in the background that starts the jobs; with Slurm
 * nothing but the jobs, and with --collect-job one more of them that makes the table.
 */
#ifndef LAUNCHER_COMMANDS_SWEEP_DETACH_H
#define LAUNCHER_COMMANDS_SWEEP_DETACH_H

#include "launcher/campaign/campaign.h"
#include "launcher/commands/command.h"

/* local --detach: the rest runs in a process of its own, which survives the terminal.
 * Returns in the child as 1, in the parent as 0. */
int detach_to_background(const struct campaign *campaign, struct error *err);

/* What is left in `queue` is more than Slurm takes of the user's jobs now: stay until
 * all is submitted. Nothing left: 0 at once. Returns 0, 1 if interrupted with points
 * left (that was said), or -1. */
int detach_top_up(struct invocation *in, struct campaign *campaign,
                  struct work_queue *queue, struct error *err);

/* --collect-job, when the points are submitted. */
int detach_collect(struct invocation *in, struct campaign *campaign, struct error *err);

#endif

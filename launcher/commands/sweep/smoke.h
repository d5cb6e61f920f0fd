/* smoke.h - --smoke: the first point alone, then the rest
 *
 * A mistake that would fail every point fails one. The first point is an ordinary point
 * of the sweep and is not run again.
 */
#ifndef LAUNCHER_COMMANDS_SWEEP_SMOKE_H
#define LAUNCHER_COMMANDS_SWEEP_SMOKE_H

#include "launcher/campaign/campaign.h"
#include "launcher/commands/command.h"

/* Stay until the first selected point is final, submitting it if `queue` holds it. Lock
 * free. 0: it completed, go on with the rest; 1: it did not, or the waiting was
 * interrupted, and that was said; -1. */
int smoke_wait(struct invocation *in, struct campaign *campaign,
               struct work_queue *queue, struct error *err);

/* For a sweep that nobody waits for: submit the first point alone, and let the rest
 * depend on its success (afterok), so that Slurm itself drops them otherwise. Lock held
 * before and after. 0, 1 (it has failed already; that was said) or -1. */
int smoke_detached(struct invocation *in, struct campaign *campaign,
                   struct work_queue *queue, struct error *err);

#endif

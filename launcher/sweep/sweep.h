/* sweep.h - a sweep's folder: opened, locked, read on, and written to
 *
 * The model is only what points.jsonl and journal.jsonl hold, replayed in order; every
 * change goes through sweep_event(), which writes to the journal's batch and applies
 * the same event to the model. docs/formats.md describes both files.
 *
 * Not thread-safe. Pointers to points and attempts stay valid until sweep_close().
 */
#ifndef LAUNCHER_SWEEP_SWEEP_H
#define LAUNCHER_SWEEP_SWEEP_H

#include <jansson.h>
#include <stdbool.h>
#include <stddef.h>

#include "launcher/common/error.h"
#include "launcher/plan/plan.h"
#include "launcher/sweep/events.h"
#include "launcher/sweep/model.h"

/* Open a folder; it need not exist yet (then it is empty and nothing is made). */
int sweep_open(const char *path, struct sweep **ret_sweep, struct error *err);
void sweep_close(struct sweep *sweep);

/* Read what other processes appended since. */
int sweep_refresh(struct sweep *sweep, struct error *err);

/* How long a command waits for another that changes the sweep: what is done under the
 * lock takes seconds, but for a submission of thousands. */
#define SWEEP_LOCK_WAIT_MS 60000
#define SWEEP_LOCK_SOON_MS 5000 /* who looks, and will look again */

/* Make the folder if needed, take the lock (waiting up to wait_ms) and refresh.
 * ERROR_POLICY: it is another user's (sweep_user.h). */
int sweep_lock(struct sweep *sweep, int wait_ms, struct error *err);

/* The same for who can do without it: 1 taken, and refreshed; 0 another has it, which
 * may submit for hours (nothing is changed); -1. */
int sweep_lock_await(struct sweep *sweep, int wait_ms, struct error *err);
void sweep_unlock(struct sweep *sweep);

/* First use: remember command and working folder. Later: refuse another one by name
 * (ERROR_USAGE), and another user's sweep (ERROR_POLICY). Lock held. */
int sweep_begin(struct sweep *sweep, const struct words *literal, const char *folder,
                struct error *err);

/* Check the same without a lock and without writing. */
int sweep_check_command(const struct sweep *sweep, const struct words *literal,
                        const char *folder, struct error *err);

/* Bind it to another working folder: the next jobs run there. Lock held. */
int sweep_bind(struct sweep *sweep, const char *folder, struct error *err);

/* Has the working folder gone (or is it not seen from here)? */
bool sweep_is_moved(const struct sweep *sweep);

/* Append the plan's points that are not there yet (durable); `ret_indexes[i]` is where
 * plan->points[i] stands in the sweep. Lock held. */
int sweep_add_points(struct sweep *sweep, const struct plan *plan, size_t *ret_indexes,
                     struct error *err);

/* Write an event to the journal's batch and apply it. `event` is taken. Lock held;
 * sweep_flush() makes it real. */
int sweep_event(struct sweep *sweep, enum event name, json_t *event, struct error *err);
int sweep_flush(struct sweep *sweep, bool is_durable, struct error *err);

/* Instead of a flush: the events count for this process alone. Of a sweep that is only
 * read; without a lock. */
void sweep_forget(struct sweep *sweep);

#endif

/* replay.h - one journal event applied to the model of a sweep
 *
 * Events (docs/formats.md): sweep, settings, submitting, submitted, adopted, refused,
 * absent, unknown, cancel, final, archived, collect_job. One that names an array
 * instead of a token holds for each of its attempts. An event of a later version that
 * is not known here is passed over.
 */
#ifndef LAUNCHER_SWEEP_REPLAY_H
#define LAUNCHER_SWEEP_REPLAY_H

#include "launcher/sweep/model.h"

int replay_event(struct sweep *sweep, const char *name, const json_t *event,
                 struct error *err);

#endif

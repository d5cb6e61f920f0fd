/* replay.h - one journal event applied to the model of a sweep
 *
 * One function for each event of events.h. An event that names an array instead of a
 * token holds for each of its attempts. An event of a later version that
 * is not known here is passed over.
 */
#ifndef LAUNCHER_SWEEP_REPLAY_H
#define LAUNCHER_SWEEP_REPLAY_H

#include "launcher/sweep/events.h"
#include "launcher/sweep/model.h"

int replay_event(struct sweep *sweep, enum event name, const json_t *event,
                 struct error *err);

#endif

/* sweep_user.h - whose sweep it is
 *
 * Several users may have sweeps in one output folder, and who types another's command
 * meets that one's sweep. It can be read; nothing is written in it and none of its
 * points gets an attempt. A scheduler may hide other users' jobs: so that one is not
 * listed is told of the caller's own alone (model.h, struct sweep_user).
 */
#ifndef LAUNCHER_SWEEP_SWEEP_USER_H
#define LAUNCHER_SWEEP_SWEEP_USER_H

#include <jansson.h>

#include "launcher/common/error.h"
#include "launcher/sweep/model.h"

/* Look whose the folder is, for a sweep without a journal. */
int sweep_user_look(struct sweep *sweep, struct error *err);

/* Say in the event "sweep" who begins it, and hear who did. */
void sweep_user_note(json_t *event);
void sweep_user_hear(struct sweep *sweep, const json_t *event);

/* ERROR_POLICY: it is another user's, so that nothing can be submitted for it. */
int sweep_user_check(const struct sweep *sweep, struct error *err);

/* ERROR_POLICY and errno EPERM: its folder is another user's, so that nothing is
 * written into it. */
int sweep_user_check_folder(const struct sweep *sweep, struct error *err);

#endif

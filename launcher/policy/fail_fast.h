/* fail_fast.h - submit no more when points fail the same way (setting fail_fast)
 *
 * The same way is the same state and cause. What is submitted already goes on; what is
 * not stays planned, and the sweep's command typed again submits it.
 */
#ifndef LAUNCHER_POLICY_FAIL_FAST_H
#define LAUNCHER_POLICY_FAIL_FAST_H

#include "launcher/common/text/text.h"
#include "launcher/settings/settings.h"
#include "launcher/sweep/model.h"

struct fail_fast {
    size_t limit;        /* so many points of one state and cause; 0 never */
    long long since_seq; /* what the journal said before does not count */
    bool is_tripped;     /* hold what is not submitted */
};

/* Start counting now, as the settings say. */
void fail_fast_init(struct fail_fast *fail_fast, const struct settings *settings,
                    const struct sweep *sweep);

/* Count those of `points` (indexes of the sweep) that became final since then. True
 * when the limit is reached, once; `message` (appended) says what failed, one
 * example with its log, and how to go on. `n_held` items are not submitted yet. */
bool fail_fast_check(struct fail_fast *fail_fast, const struct sweep *sweep,
                     const size_t *points, size_t n_points, size_t n_held,
                     struct text *message);

#endif

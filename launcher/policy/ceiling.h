/* ceiling.h - how many live jobs the scheduler was seen to take
 *
 * A limit of the site (MaxSubmitJobs …) is met, not read: at how many live attempts the
 * scheduler said that there are enough. One more is tried after a minute.
 */
#ifndef LAUNCHER_POLICY_CEILING_H
#define LAUNCHER_POLICY_CEILING_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "launcher/scheduler/job.h"

/* Zeroed: nothing is known. */
struct ceiling {
    bool is_known;
    bool is_probed; /* one more than that is being tried */
    size_t n_live;
    int64_t at_ms; /* monotonic */
};

/* A submission has just ended with so many live attempts: at a limit, or not. */
void ceiling_learn(struct ceiling *ceiling, bool is_limited, size_t n_live);

/* How many more may be tried now; SIZE_MAX: nothing is known. */
size_t ceiling_room(struct ceiling *ceiling, size_t n_live);

/* Would waiting be for ever: the limit that `words` tell of is the user's own, and
 * `queue` holds no job of his that could end? */
bool ceiling_is_hopeless(const char *words, const struct job_list *queue);

/* Is it a limit of a group? It goes away as the jobs of others end. */
bool ceiling_is_of_group(const char *words);

#endif

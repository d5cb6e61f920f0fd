/* throttle.h - how many jobs at once, how that is kept, and what the engine is told */
#ifndef LAUNCHER_POLICY_THROTTLE_H
#define LAUNCHER_POLICY_THROTTLE_H

#include "launcher/policy/active_jobs.h"
#include "launcher/scheduler/scheduler.h"
#include "launcher/settings/settings.h"
#include "launcher/submit/submit.h"

/* How --max-concurrent is kept. */
enum throttle {
    THROTTLE_NONE,
    THROTTLE_ARRAY, /* array %N: Slurm itself starts no more than N tasks */
    THROTTLE_LANES, /* N chains of afterany: all is queued, nothing of ours stays */
    THROTTLE_WINDOW /* submitted as others end, while somebody waits */
};

struct throttle_choice {
    enum throttle kind;
    size_t limit;       /* jobs at once; 0 none */
    const char *from;   /* static: the flag that the limit comes from */
    const char *reason; /* static, in words for people */
};

/* From the settings `throttle`, `mode` and `max_concurrent`, what the scheduler can,
 * and whether somebody will wait. ERROR_USAGE for a combination that cannot be. */
int throttle_choose(const struct settings *settings, const struct scheduler *scheduler,
                    const struct active_jobs *active, bool will_wait,
                    struct throttle_choice *ret_choice, struct error *err);

/* The user's other jobs were counted: the limit may be lower now. */
void throttle_lower(struct throttle_choice *choice, const struct settings *settings,
                    const struct active_jobs *active);

/* What decides how attempts are submitted. All borrowed. */
struct throttle_facts {
    const struct settings *settings; /* they run with */
    const struct scheduler *scheduler;
    const struct throttle_choice *choice;
    const struct scheduler_limits
        *limits;            /* that hold for them; zero where not known */
    size_t n_live;          /* attempts of the sweep */
    const char *dependency; /* beside the settings' own; NULL none */
};

/* Fill in calls at a time and a second, array or jobs, lanes, dependency.
 * `*ret_dependency` is owned by the caller, `options` borrows it. ERROR_USAGE for
 * dependencies that Slurm cannot join. */
int throttle_options(const struct throttle_facts *facts, struct submit_options *options,
                     char **ret_dependency, struct error *err);

#endif

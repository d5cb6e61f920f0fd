#include "launcher/policy/active_jobs.h"

#include <string.h>

#include "launcher/common/limits.h"
#include "launcher/jobs/job_match.h"

bool active_jobs_is_full(const struct active_jobs *active)
{
    return active->limit > 0 && active->n_others >= active->limit;
}

size_t active_jobs_at_once(const struct active_jobs *active, size_t max_concurrent)
{
    if (active->limit == 0 || active_jobs_is_full(active))
        return max_concurrent;
    size_t room = active->limit - active->n_others;
    /* Nobody asked for so many lanes: that there can be no more is no error. */
    if (room > LIMIT_LANES)
        room = LIMIT_LANES;
    return max_concurrent > 0 && max_concurrent < room ? max_concurrent : room;
}

/* The job that collects the sweep's results has no attempt. */
static bool is_collect_job(const struct collect_attempt *collect, const struct job *job)
{
    const char *dash = job->name ? strrchr(job->name, '-') : NULL;

    return *collect->token && dash && strcmp(dash + 1, collect->token) == 0;
}

size_t active_jobs_others(const struct sweep *sweep, const struct job_list *jobs)
{
    struct job_match match;
    size_t count = 0;

    job_match_init(&match, sweep);
    for (size_t i = 0; i < jobs->count; i++) {
        const struct job *job = &jobs->jobs[i];
        if (state_is_final(job->state) || job_match_find(&match, job) ||
            job_match_array(&match, job) || is_collect_job(&sweep->collect, job))
            continue;
        count++;
    }
    job_match_release(&match);
    return count;
}

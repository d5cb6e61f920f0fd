#include "launcher/campaign/dependency.h"

#include "launcher/common/clock.h"

#define REMEMBERED_S (90 * 86400.0) /* how far back accounting is asked */

void dependency_release(struct dependency *dependency)
{
    after_release(&dependency->after);
    job_list_release(&dependency->queue);
    *dependency = (struct dependency){0};
}

static int list(struct dependency *dependency, struct error *err)
{
    if (dependency->is_listed)
        return 0;
    if (scheduler_list(dependency->scheduler, &dependency->queue, err) < 0)
        return error_prefix(err, "cannot tell which jobs can be waited for");
    dependency->is_listed = true;
    return 0;
}

/* The queue has forgotten it. */
static int ask_history(struct dependency *dependency, const char *id, bool is_any,
                       struct error *err)
{
    cleanup_words struct words ids = {0};
    struct job_list records = {0};
    bool is_kept = false;

    words_add(&ids, id);
    int rc = scheduler_history(dependency->scheduler, clock_wall() - REMEMBERED_S, &ids,
                               &records, &is_kept, err);
    if (rc == 0)
        rc = after_judge_ended(&records, is_kept, id, is_any, err);
    job_list_release(&records);
    return rc;
}

int dependency_add_job(struct dependency *dependency, const char *id, bool is_any,
                       struct error *err)
{
    if (list(dependency, err) < 0)
        return -1;
    int rc = after_add_job(&dependency->after, &dependency->queue, id, is_any, err);
    return rc == 1 ? ask_history(dependency, id, is_any, err) : rc;
}

int dependency_add_sweep(struct dependency *dependency, const struct sweep *sweep,
                         bool is_any, struct error *err)
{
    if (list(dependency, err) < 0)
        return -1;
    return after_add_sweep(&dependency->after, &dependency->queue, sweep, is_any, err);
}

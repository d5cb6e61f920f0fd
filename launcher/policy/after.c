#include "launcher/policy/after.h"

#include <string.h>

#include "launcher/common/memory.h"

void after_release(struct after *after)
{
    words_release(&after->ids[0]);
    words_release(&after->ids[1]);
    *after = (struct after){0};
}

bool after_is_job(const char *word)
{
    size_t size = strspn(word, "0123456789");

    if (size == 0 || size > 10)
        return false;
    if (!word[size])
        return true;
    const char *task = word + size + 1;
    return word[size] == '_' && *task && strspn(task, "0123456789") == strlen(task);
}

/* The job itself, or a task of the array: "123_4" and "123_[5-9]" are of 123. */
static bool is_of(const struct job *job, const char *id)
{
    size_t size = strlen(id);

    return strncmp(job->id, id, size) == 0 && (!job->id[size] || job->id[size] == '_');
}

struct ends {
    size_t n_live, n_good, n_bad;
    const struct job *bad; /* the first */
};

static void count_ends(const struct job_list *jobs, const char *id, struct ends *ends)
{
    for (size_t i = 0; i < jobs->count; i++) {
        const struct job *job = &jobs->jobs[i];
        if (!is_of(job, id) || job->is_refusal)
            continue;
        if (!state_is_final(job->state)) {
            ends->n_live++;
        } else if (job->state == STATE_COMPLETED) {
            ends->n_good++;
        } else if (ends->n_bad++ == 0) {
            ends->bad = job;
        }
    }
}

static int judge(const char *id, const struct ends *ends, bool is_any,
                 struct error *err)
{
    if (ends->n_bad > 0 && !is_any)
        return error_set(err, ERROR_USAGE,
                         "job %s ended as %s, so nothing would start after it; "
                         "--after-any takes any end",
                         id,
                         *ends->bad->raw_state ? ends->bad->raw_state
                                               : state_name(ends->bad->state));
    return 0;
}

int after_judge_ended(const struct job_list *records, bool is_kept, const char *id,
                      bool is_any, struct error *err)
{
    struct ends ends = {0};

    count_ends(records, id, &ends);
    if (ends.n_good + ends.n_bad == 0)
        return error_set(
            err, ERROR_USAGE,
            "job %s is not among your jobs in the queue, and %s; leave the "
            "--after out if it has ended well",
            id,
            is_kept ? "accounting does not know it"
                    : "this cluster keeps no accounting");
    return judge(id, &ends, is_any, err);
}

static void add_id(struct after *after, const char *id, bool is_any)
{
    struct words *ids = &after->ids[is_any ? 1 : 0];

    if (!words_has(ids, id))
        words_add(ids, id);
}

int after_add_job(struct after *after, const struct job_list *queue, const char *id,
                  bool is_any, struct error *err)
{
    struct ends ends = {0};

    count_ends(queue, id, &ends);
    if (ends.n_live + ends.n_good + ends.n_bad == 0)
        return 1;
    if (judge(id, &ends, is_any, err) < 0)
        return -1;
    if (ends.n_live > 0)
        add_id(after, id, is_any);
    return 0;
}

static int check_sweep(const struct sweep *sweep, bool is_any, struct error *err)
{
    const char *name = sweep->name;
    struct sweep_counts counts;

    sweep_count(sweep, NULL, sweep->n_points, &counts);
    size_t n_bad = counts.n_final - counts.by_state[STATE_COMPLETED];
    if (counts.by_state[STATE_SUBMITTING] > 0)
        return error_set(err, ERROR_USAGE,
                         "a submission of sweep '%s' was interrupted; finish it first "
                         "(raylaunch wait %s)",
                         name, name);
    if (is_any)
        return 0;
    if (n_bad > 0)
        return error_set(err, ERROR_USAGE,
                         "%zu points of sweep '%s' did not complete, so nothing would "
                         "start after it; raylaunch retry %s --failed, or --after-any "
                         "%s to take any end",
                         n_bad, name, name, name);
    if (counts.by_state[STATE_PLANNED] > 0)
        return error_set(err, ERROR_USAGE,
                         "%zu points of sweep '%s' are not submitted yet; type its "
                         "command again first, or --after-any %s",
                         counts.by_state[STATE_PLANNED], name, name);
    return 0;
}

static bool is_listed_live(const struct job_list *queue, const char *id)
{
    struct ends ends = {0};

    count_ends(queue, id, &ends);
    return ends.n_live > 0;
}

int after_add_sweep(struct after *after, const struct job_list *queue,
                    const struct sweep *sweep, bool is_any, struct error *err)
{
    cleanup_words struct words ids = {0};

    if (check_sweep(sweep, is_any, err) < 0)
        return -1;
    for (size_t i = 0; i < sweep->n_points; i++) {
        const struct attempt *attempt = sweep_attempt(sweep->points[i]);
        if (!attempt || !attempt_is_live(attempt))
            continue;
        if (!attempt->is_listed || state_is_final(attempt->seen.state)) {
            if (is_any || attempt->seen.state == STATE_COMPLETED)
                continue;
            return error_set(err, ERROR_USAGE,
                             "point '%s' of sweep '%s' has just ended, and it is not "
                             "known yet how; try again in a moment",
                             attempt->point->point.id, sweep->name);
        }
        const char *id = attempt->array ? attempt->array->job_id : attempt->job_id;
        if (ids.count == 0 || strcmp(ids.items[ids.count - 1], id) != 0)
            words_add(&ids, id);
    }
    /* It waits for all of them, and says with its exit code how they ended. */
    const char *collect = sweep->collect.job_id;
    if (ids.count > AFTER_IDS_MAX && *collect && is_listed_live(queue, collect)) {
        add_id(after, collect, is_any);
        return 0;
    }
    if (ids.count > AFTER_IDS_MAX)
        return error_set(err, ERROR_USAGE,
                         "sweep '%s' has %zu jobs; no more than %d can be waited for. "
                         "Submit it with --mode array or --collect-job",
                         sweep->name, ids.count, AFTER_IDS_MAX);
    for (size_t i = 0; i < ids.count; i++)
        add_id(after, ids.items[i], is_any);
    return 0;
}

char *after_dependency(const struct after *after)
{
    static const char *const kinds[] = {"afterok", "afterany"};
    struct text text = {0};

    for (size_t kind = 0; kind < 2; kind++) {
        const struct words *ids = &after->ids[kind];
        for (size_t i = 0; i < ids->count; i++) {
            if (i == 0)
                text_addf(&text, "%s%s", text.size ? "," : "", kinds[kind]);
            text_addf(&text, ":%s", ids->items[i]);
        }
    }
    return text.size ? text_take(&text) : NULL;
}

#include "launcher/jobs/job_match.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include "launcher/common/memory.h"

#define SCRIPT_SUFFIX ".sbatch"
#define ARRAYS "arrays/"

void job_match_init(struct job_match *match, const struct sweep *sweep)
{
    *match = (struct job_match){.sweep = sweep};
    for (size_t i = 0; i < sweep->n_attempts; i++) {
        const struct attempt *attempt = sweep->by_order[i];
        if (attempt->phase == ATTEMPT_ACCEPTED && attempt->job_id[0] &&
            !attempt->is_final)
            map_set(&match->by_job, attempt->job_id, i);
    }
}

void job_match_release(struct job_match *match)
{
    map_release(&match->by_job);
    map_release(&match->by_base);
    free(match->other);
    *match = (struct job_match){0};
}

bool job_match_task(const char *job_id, size_t *ret_task)
{
    const char *line = strchr(job_id, '_');
    char *end;

    if (!line || line[1] < '0' || line[1] > '9')
        return false;
    errno = 0;
    unsigned long task = strtoul(line + 1, &end, 10);
    if (errno != 0 || *end != '\0')
        return false;
    *ret_task = task;
    return true;
}

static const char *token_of(const struct job *job)
{
    const char *dash = job->name ? strrchr(job->name, '-') : NULL;

    return dash ? dash + 1 : "";
}

/* Is `folder` the sweep's, perhaps by another path? Most jobs have the same. */
static bool is_folder(struct job_match *match, const char *folder)
{
    struct stat info;

    if (strcmp(folder, match->sweep->path) == 0)
        return true;
    if (match->other && strcmp(folder, match->other) == 0)
        return match->is_other_same;
    if (match->folder.st_ino == 0 && stat(match->sweep->path, &match->folder) < 0)
        return false;
    xreplace(&match->other, folder);
    match->is_other_same = stat(folder, &info) == 0 &&
                           info.st_dev == match->folder.st_dev &&
                           info.st_ino == match->folder.st_ino;
    return match->is_other_same;
}

/* Which part of the script's path lies in the sweep's folder: "points/a" of
 * "/…/sweep/points/a.sbatch". Owned; NULL where it is none of ours. */
static char *base_of(struct job_match *match, const char *script)
{
    static const char *const folders[] = {"/points/", "/" ARRAYS};
    size_t size = script ? strlen(script) : 0;
    size_t suffix = sizeof SCRIPT_SUFFIX - 1;

    if (size <= suffix || strcmp(script + size - suffix, SCRIPT_SUFFIX) != 0)
        return NULL;
    cleanup_free char *whole = xmemdup(script, size - suffix);
    for (size_t i = 0; i < sizeof folders / sizeof *folders; i++) {
        char *at = whole;
        while ((at = strstr(at, folders[i]))) {
            *at = '\0';
            bool is_ours = is_folder(match, whole);
            *at++ = '/';
            if (is_ours)
                return xstrdup(at);
        }
    }
    return NULL;
}

static struct attempt *attempt_by_base(struct job_match *match, const char *base)
{
    const struct sweep *sweep = match->sweep;
    size_t index;

    /* A later attempt under the same number stands for an earlier, absent one. */
    for (size_t i = 0; !match->has_bases && i < sweep->n_attempts; i++)
        map_set(&match->by_base, sweep->by_order[i]->base, i);
    match->has_bases = true;
    return map_get(&match->by_base, base, &index) ? sweep->by_order[index] : NULL;
}

static struct attempt *task_of(const struct array *array, const struct job *job)
{
    size_t task;

    if (!array || !job_match_task(job->id, &task) || task >= array->n_attempts)
        return NULL;
    return array->attempts[task];
}

/* Does the job's script say that it is another's? */
static bool is_foreign(const char *base, const struct job *job)
{
    return !base && job->script && *job->script;
}

struct attempt *job_match_find(struct job_match *match, const struct job *job)
{
    const struct sweep *sweep = match->sweep;
    struct attempt *attempt = sweep_by_token(sweep, token_of(job));
    size_t index;

    if (!attempt)
        attempt = task_of(sweep_array(sweep, token_of(job)), job);
    if (attempt)
        return attempt;
    bool has_id = map_get(&match->by_job, job->id, &index);
    if (!has_id && (!job->script || !*job->script))
        return NULL;
    cleanup_free char *base = base_of(match, job->script);
    if (has_id && !is_foreign(base, job))
        return sweep->by_order[index];
    if (!base)
        return NULL;
    if (strncmp(base, ARRAYS, sizeof ARRAYS - 1) == 0)
        return task_of(sweep_array(sweep, base + sizeof ARRAYS - 1), job);
    return attempt_by_base(match, base);
}

struct array *job_match_array(struct job_match *match, const struct job *job)
{
    struct array *array = sweep_array(match->sweep, token_of(job));

    if (array || !job->script || !*job->script)
        return array;
    cleanup_free char *base = base_of(match, job->script);
    if (!base || strncmp(base, ARRAYS, sizeof ARRAYS - 1) != 0)
        return NULL;
    return sweep_array(match->sweep, base + sizeof ARRAYS - 1);
}

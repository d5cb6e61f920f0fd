#include "launcher/scheduler/slurm/slurm_memory.h"

#include <ctype.h>
#include <stdlib.h>
#include <string.h>

#include "launcher/common/memory.h"
#include "launcher/scheduler/slurm/slurm_call.h"
#include "launcher/scheduler/slurm/slurm_fields.h"

#define IDS_MAX_BYTES 60000 /* the rest keeps no peak */
#define MARGIN_S 3600.0     /* the clocks of hosts differ, and summer time changes */
#define MIB_MAX 1e9         /* more is no memory of a node */

enum column { ID, PEAK, N_COLUMNS };

/* "3992164K", "1.50G", "0", "": MiB, rounded up; 0 for what is not such a text. */
static long parse_size(const char *text)
{
    static const char units[] = "KMGTP";
    char *end = NULL;

    if (!isdigit((unsigned char)*text))
        return 0;
    double mib = strtod(text, &end);
    const char *unit = *end ? strchr(units, toupper((unsigned char)*end)) : NULL;
    mib /= unit ? 1024.0 : 1024.0 * 1024.0; /* K, or bytes */
    for (const char *at = units; unit && at < unit; at++)
        mib *= 1024.0;
    return mib > 0 && mib < MIB_MAX ? (long)(mib + 0.999) : 0;
}

/* "123_4.batch" is a step of job "123_4". */
static struct job *job_of_step(struct job_list *jobs, const char *step)
{
    size_t size = strcspn(step, ".");

    for (size_t i = 0; i < jobs->count; i++) {
        if (strlen(jobs->jobs[i].id) == size &&
            memcmp(jobs->jobs[i].id, step, size) == 0)
            return &jobs->jobs[i];
    }
    return NULL;
}

int slurm_memory_parse(const char *bytes, size_t size, const char *separator,
                       struct job_list *jobs, struct error *err)
{
    struct slurm_fields fields = {
        .bytes = bytes, .size = size, .separator = separator, .n_fields = N_COLUMNS};
    bool has_header = false;

    while (slurm_fields_next(&fields)) {
        struct job *job = job_of_step(jobs, fields.values[ID]);
        long peak = parse_size(fields.values[PEAK]);
        has_header = has_header || strcmp(fields.values[ID], "JobID") == 0;
        if (job && peak > job->max_rss_mib)
            job->max_rss_mib = peak;
    }
    slurm_fields_release(&fields);
    if (!has_header || fields.is_cut)
        return error_set(err, ERROR_SCHEDULER, "sacct: its answer is not understood");
    return 0;
}

static double add_ids(const struct job_list *jobs, struct text *ids)
{
    double since = 0;

    for (size_t i = 0; i < jobs->count; i++) {
        const struct job *job = &jobs->jobs[i];
        if (job->state != STATE_OOM || !slurm_fields_is_id(job->id) || ids->is_full)
            continue;
        text_addf(ids, "%s%s", ids->size ? "," : "", job->id);
        if (since <= 0 || job->submitted_at < since)
            since = job->submitted_at;
    }
    return since;
}

void slurm_memory_ask(const struct slurm_site_access *access, struct job_list *jobs)
{
    struct child_command command;
    cleanup_with(child_result_release) struct child_result result = {0};
    cleanup_text struct text ids = {.max = IDS_MAX_BYTES};
    char separator[SLURM_SEPARATOR_SIZE];
    struct error ignored = {0};
    double since = add_ids(jobs, &ids);

    if (ids.size == 0)
        return;
    slurm_fields_separator(separator);
    slurm_call_init(access, "sacct", &command);
    words_add(&command.argv, "-p");
    words_addf(&command.argv, "--delimiter=%s", separator);
    slurm_call_add_since(&command.argv, since - MARGIN_S);
    words_addf(&command.argv, "--jobs=%s", text_string(&ids));
    words_add(&command.argv, "-o");
    words_add(&command.argv, "JobID,MaxRSS");
    if (slurm_call(&command, &result, &ignored) == 0)
        slurm_memory_parse(text_string(&result.out), result.out.size, separator, jobs,
                           &ignored);
}

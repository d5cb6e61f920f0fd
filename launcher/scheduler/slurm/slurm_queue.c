#include "launcher/scheduler/slurm/slurm_queue.h"

#include <stdio.h>
#include <string.h>
#include <unistd.h>

#include "launcher/common/memory.h"
#include "launcher/scheduler/slurm/slurm_fields.h"
#include "launcher/scheduler/slurm/slurm_jobs.h"
#include "launcher/scheduler/slurm/slurm_states.h"

enum column {
    ID,
    STATE,
    REASON,
    SUBMITTED,
    STARTED,
    ENDED,
    NODES,
    NAME,
    SCRIPT,
    N_COLUMNS
};

/* In the order of the columns. No width: squeue then cuts nothing. */
static const char formats[N_COLUMNS][3] = {"%i", "%T", "%r", "%V", "%S",
                                           "%e", "%N", "%j", "%o"};

static char *format_of(const char *separator)
{
    cleanup_text struct text format = {0};

    for (int i = 0; i < N_COLUMNS; i++)
        text_addf(&format, "%s%s", formats[i], separator);
    return text_take(&format);
}

static void fill(struct job *job, char *const *values)
{
    snprintf(job->id, sizeof job->id, "%s", values[ID]);
    slurm_state_set(job, values[STATE]);
    xreplace(&job->reason, slurm_fields_text(values[REASON]));
    xreplace(&job->nodes, slurm_fields_text(values[NODES]));
    xreplace(&job->name, values[NAME]);
    xreplace(&job->script, values[SCRIPT] ? slurm_fields_text(values[SCRIPT]) : "");
    job->submitted_at = slurm_fields_time(values[SUBMITTED]);
    /* For a job that waits, or runs, Slurm prints what it expects. */
    if (job->state == STATE_PENDING)
        job->expected_at = slurm_fields_time(values[STARTED]);
    else
        job->started_at = slurm_fields_time(values[STARTED]);
    if (state_is_final(job->state))
        job->ended_at = slurm_fields_time(values[ENDED]);
    else if (job->state == STATE_RUNNING)
        job->expected_at = slurm_fields_time(values[ENDED]);
    slurm_state_judge(job);
}

int slurm_queue_parse(const char *bytes, size_t size, const char *separator,
                      struct job_list *jobs, struct error *err)
{
    return slurm_jobs_read(bytes, size, separator, N_COLUMNS, fill, "squeue",
                           "; does `squeue` on PATH accept -o?", jobs, err);
}

int slurm_queue_ask(const struct slurm_site_access *access, struct job_list *ret_jobs,
                    struct error *err)
{
    struct child_command command;
    struct child_result result = {0};
    char separator[SLURM_SEPARATOR_SIZE];
    struct job_list jobs = {0};

    slurm_fields_separator(separator);
    slurm_call_init(access, "squeue", &command);
    words_addf(&command.argv, "--user=%u", (unsigned)access->user);
    words_add(&command.argv, "--states=all");
    words_add(&command.argv, "--array");
    words_add(&command.argv, "-o");
    words_take(&command.argv, format_of(separator));
    if (slurm_call(&command, &result, err) < 0)
        return -1;
    int rc = slurm_queue_parse(text_string(&result.out), result.out.size, separator,
                               &jobs, err);
    child_result_release(&result);
    if (rc < 0) {
        job_list_release(&jobs);
        return -1;
    }
    *ret_jobs = jobs;
    return 0;
}

/* fuzz_sacct_text - what sacct printed, with foreign job names; and sbatch's words */
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include "launcher/common/memory.h"
#include "launcher/scheduler/slurm/slurm_history.h"
#include "launcher/scheduler/slurm/slurm_submit.h"

int LLVMFuzzerTestOneInput(const uint8_t *bytes, size_t size);

int LLVMFuzzerTestOneInput(const uint8_t *bytes, size_t size)
{
    struct job_list jobs = {0};
    struct error err;
    char id[JOB_ID_SIZE] = "";
    struct submit_outcome outcome;
    struct child_result result = {.was_started = true, .exit_code = size % 2 ? 1 : 0};

    slurm_history_parse((const char *)bytes, size, "#", &jobs, &err);
    for (size_t i = 0; i < jobs.count; i++) {
        const struct job *job = &jobs.jobs[i];
        if (strlen(job->id) == 0 || job->exit_code < -1 || job->exit_code > 255 ||
            job->signal < 0 || job->signal > 255 ||
            (job->signal && job->exit_code >= 0))
            abort();
    }
    job_list_release(&jobs);

    cleanup_free char *text = xmemdup(bytes, size);
    if (slurm_submit_job_id(text, id) != (id[0] != '\0') ||
        strspn(id, "0123456789") != strlen(id))
        abort();
    text_add(&result.out, text);
    text_add(&result.err_text, text);
    slurm_submit_read(&result, &outcome);
    if ((outcome.class == SUBMIT_ACCEPTED) != (outcome.job_id[0] != '\0'))
        abort();
    submit_outcome_release(&outcome);
    child_result_release(&result);
    return 0;
}

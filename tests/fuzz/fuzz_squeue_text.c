/* fuzz_squeue_text - what squeue printed; job names and reasons in it are foreign text
 */
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include "launcher/scheduler/slurm/slurm_queue.h"

int LLVMFuzzerTestOneInput(const uint8_t *bytes, size_t size);

int LLVMFuzzerTestOneInput(const uint8_t *bytes, size_t size)
{
    struct job_list jobs = {0};
    struct error err;

    slurm_queue_parse((const char *)bytes, size, "#", &jobs, &err);
    for (size_t i = 0; i < jobs.count; i++) {
        const struct job *job = &jobs.jobs[i];
        if (strlen(job->id) == 0 || !job->name || !job->reason ||
            job->submitted_at < 0 || job->started_at < 0 || job->ended_at < 0 ||
            (job->state == STATE_PENDING && job->started_at > 0))
            abort();
    }
    job_list_release(&jobs);
    return 0;
}

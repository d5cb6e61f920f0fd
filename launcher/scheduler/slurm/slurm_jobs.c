#include "launcher/scheduler/slurm/slurm_jobs.h"

#include <ctype.h>
#include <string.h>

#include "launcher/scheduler/slurm/slurm_fields.h"

int slurm_jobs_read(const char *bytes, size_t size, const char *separator,
                    size_t n_columns, slurm_jobs_fn fill, const char *command,
                    const char *advice, struct job_list *jobs, struct error *err)
{
    struct slurm_fields fields = {
        .bytes = bytes, .size = size, .separator = separator, .n_fields = n_columns};
    bool has_header = false;

    if (slurm_fields_columns(bytes, size, separator) == n_columns - 1)
        fields.n_fields = n_columns - 1;
    while (slurm_fields_next(&fields)) {
        const char *id = fields.values[0];
        if (isdigit((unsigned char)*id) && strlen(id) < JOB_ID_SIZE)
            fill(job_list_add(jobs), fields.values);
        else
            has_header = true;
    }
    slurm_fields_release(&fields);
    if (has_header && !fields.is_cut)
        return 0;
    return error_set(err, ERROR_SCHEDULER, "%s: its answer is %s%s", command,
                     has_header ? "cut off" : "not understood", advice);
}

#include "launcher/scheduler/job_environment.h"

static void add_all(const char *const *names, size_t count, struct words *words)
{
    for (size_t i = 0; i < count; i++)
        words_add(words, names[i]);
}

void job_environment_drop_slurm(struct words *unset, struct words *keep)
{
    /* SLURM_CLUSTERS, SLURM_JWT and SLURM_TIME_FORMAT are among SLURM_*. */
    static const char *const names[] = {
        "SLURM_*", "SLURMD_*",  "SBATCH_*", "SQUEUE_*", "SACCT_*",
        "SINFO_*", "SCANCEL_*", "SRUN_*",   "SALLOC_*", "SCONTROL_*"};

    add_all(names, sizeof names / sizeof *names, unset);
    words_add(keep, "SLURM_CONF");
}

void job_environment_drop_own(struct words *unset)
{
    static const char *const names[] = {"RAYLAUNCH_SET_*", "RAYLAUNCH_PARAM*",
                                        "RAYLAUNCH_LOCAL_*"};

    add_all(names, sizeof names / sizeof *names, unset);
}

/* MaxRSS of the steps, as sacct of Slurm 22.05 prints it. */
#include "launcher/scheduler/slurm/slurm_memory.h"

#include <stdio.h>
#include <string.h>

#include "tests/tap/tap.h"

#define HEADER "JobID#MaxRSS#\n"

static void add(struct job_list *jobs, const char *id)
{
    struct job *job = job_list_add(jobs);

    snprintf(job->id, sizeof job->id, "%s", id);
}

int main(void)
{
    static const char text[] = HEADER "1##\n1.batch#745728K#\n1.0#437356K#\n"
                                      "2_3##\n2_3.batch#1.50G#\n2_3.extern#0#\n"
                                      "4.batch##\n5.batch#-1K#\n6.batch#1e400G#\n"
                                      "7.batch#2147483648#\n9.batch#1G#\n";
    static const char *const ids[] = {"1", "2_3", "4", "5", "6", "7", "8"};
    static const long peaks[] = {729, 1536, 0, 0, 0, 2048, 0};
    struct job_list jobs = {0};
    struct error err = {0};

    is_number(slurm_memory_parse("", 0, "#", &jobs, &err), -1,
              "an empty answer is none");
    is_number(slurm_memory_parse(HEADER "1#7", strlen(HEADER) + 3, "#", &jobs, &err),
              -1, "cut off");
    for (size_t i = 0; i < sizeof ids / sizeof *ids; i++)
        add(&jobs, ids[i]);
    is_number(slurm_memory_parse(text, sizeof text - 1, "#", &jobs, &err), 0,
              "a whole answer");
    for (size_t i = 0; i < sizeof ids / sizeof *ids; i++)
        is_number(jobs.jobs[i].max_rss_mib, peaks[i], ids[i]);
    job_list_release(&jobs);
    return tap_done();
}

#include "launcher/scheduler/job.h"

#include <stdlib.h>

#include "launcher/common/memory.h"

struct job *job_list_add(struct job_list *list)
{
    list->jobs = xgrow(list->jobs, list->count, &list->cap, sizeof *list->jobs);
    struct job *job = &list->jobs[list->count++];
    *job = (struct job){.name = xstrdup(""),
                        .raw_state = xstrdup(""),
                        .reason = xstrdup(""),
                        .nodes = xstrdup(""),
                        .output = xstrdup(""),
                        .script = xstrdup(""),
                        .exit_code = -1,
                        .cancelled_by = -1};
    return job;
}

void job_release(struct job *job)
{
    free(job->name);
    free(job->raw_state);
    free(job->reason);
    free(job->nodes);
    free(job->output);
    free(job->script);
    *job = (struct job){0};
}

static char *text_of(const char *text)
{
    return xstrdup(text ? text : "");
}

void job_copy(struct job *to, const struct job *from)
{
    struct job copy = *from;

    copy.name = text_of(from->name);
    copy.raw_state = text_of(from->raw_state);
    copy.reason = text_of(from->reason);
    copy.nodes = text_of(from->nodes);
    copy.output = text_of(from->output);
    copy.script = text_of(from->script);
    job_release(to);
    *to = copy;
}

void job_list_release(struct job_list *list)
{
    for (size_t i = 0; i < list->count; i++)
        job_release(&list->jobs[i]);
    free(list->jobs);
    *list = (struct job_list){0};
}

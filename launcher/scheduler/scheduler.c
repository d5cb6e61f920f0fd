#include "launcher/scheduler/scheduler.h"

#include <stdlib.h>
#include <string.h>

#include "launcher/scheduler/local/local.h"
#include "launcher/scheduler/slurm/slurm_cli.h"

void submit_outcome_release(struct submit_outcome *outcome)
{
    free(outcome->message);
    outcome->message = NULL;
}

bool scheduler_has_slurm(void)
{
    return slurm_cli_is_there();
}

int scheduler_open(const char *name, const struct scheduler_options *options,
                   struct scheduler *ret_scheduler, struct error *err)
{
    if (strcmp(name, "slurm") == 0 || strcmp(name, "auto") == 0)
        return slurm_cli_open(options, ret_scheduler, err);
    if (strcmp(name, "local") == 0)
        return local_open(options, ret_scheduler, err);
    return error_set(err, ERROR_USAGE,
                     "there is no scheduler '%s'; there are: auto, slurm, local", name);
}

void scheduler_close(struct scheduler *scheduler)
{
    if (scheduler->ops)
        scheduler->ops->close(scheduler);
    *scheduler = (struct scheduler){0};
}

size_t scheduler_slots(const struct scheduler *scheduler)
{
    return scheduler->ops->slots ? scheduler->ops->slots(scheduler) : 0;
}

double scheduler_message_timeout(struct scheduler *scheduler)
{
    return scheduler->ops->message_timeout ? scheduler->ops->message_timeout(scheduler)
                                           : 0;
}

int scheduler_limits(struct scheduler *scheduler, const char *partition,
                     const char *account, const char *qos,
                     struct scheduler_limits *ret_limits, struct error *err)
{
    *ret_limits = (struct scheduler_limits){0};
    if (!scheduler->ops->limits)
        return 0;
    return scheduler->ops->limits(scheduler, partition, account, qos, ret_limits, err);
}

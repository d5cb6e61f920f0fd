#include <glob.h>
#include <string.h>
#include <unistd.h>

#include "launcher/campaign/report.h"
#include "launcher/commands/command.h"
#include "launcher/commands/local_defaults.h"
#include "launcher/common/memory.h"
#include "launcher/scheduler/scheduler.h"

/* Does the scheduler of these settings run its jobs on this machine? */
static bool runs_here(const struct settings *settings)
{
    return scheduler_named_can(settings_text(settings, SETTING_SCHEDULER),
                               SCHEDULER_RUNS_HERE);
}

static long count_gpus(void)
{
    glob_t found;
    long count =
        glob("/dev/nvidia[0-9]*", 0, NULL, &found) == 0 ? (long)found.gl_pathc : 0;

    globfree(&found);
    return count;
}

static int set_default(struct settings *settings, enum setting key, long long value,
                       struct error *err)
{
    cleanup_free char *text = xasprintf("%lld", value);

    return settings_set(settings, key, text, RANK_BUILT_IN,
                        "built-in (local scheduler)", err);
}

int sweep_adapt_local(struct invocation *in, struct error *err)
{
    struct settings *settings = in->settings;
    long cpus = sysconf(_SC_NPROCESSORS_ONLN);
    long gpus = count_gpus();

    const char *name = settings_text(settings, SETTING_SCHEDULER);

    if (settings_chose(settings, CHOICE_MODE_ARRAY) &&
        !scheduler_named_can(name, SCHEDULER_HAS_ARRAYS))
        warn_user("the %s scheduler has no job arrays: each point is a job of its own",
                  name);
    if (!runs_here(settings))
        return 0;
    if (scheduler_queues_here())
        warn_user("jobs can be queued from this host, so it may be a login node; "
                  "--scheduler %s runs the points here",
                  name);
    if (!settings_is_asked(settings, SETTING_NODES) &&
        set_default(settings, SETTING_NODES, 1, err) < 0)
        return -1;
    if (settings_integer(settings, SETTING_NODES) > 1)
        return error_set(
            err, ERROR_USAGE,
            "the local scheduler has one node, not %lld (%s); leave --nodes "
            "out, or use --scheduler slurm",
            settings_integer(settings, SETTING_NODES),
            settings_origin(settings, SETTING_NODES));
    if (!settings_is_asked(settings, SETTING_CPUS_PER_TASK) &&
        set_default(settings, SETTING_CPUS_PER_TASK, cpus < 8 ? cpus : 8, err) < 0)
        return -1;
    if (!settings_is_asked(settings, SETTING_GPUS_PER_TASK) &&
        set_default(settings, SETTING_GPUS_PER_TASK, gpus > 0 ? 1 : 0, err) < 0)
        return -1;
    if (!settings_is_asked(settings, SETTING_EXCLUSIVE))
        return settings_set(settings, SETTING_EXCLUSIVE, "no", RANK_BUILT_IN,
                            "built-in (local scheduler)", err);
    return 0;
}

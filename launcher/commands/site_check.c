#include "launcher/commands/site_check.h"

#include <string.h>

#include "launcher/common/memory.h"
#include "launcher/scheduler/slurm_site.h"

static int no_such_partition(const struct settings *settings,
                             const struct slurm_site *site, struct error *err)
{
    const char *name = settings_text(settings, SETTING_PARTITION);
    cleanup_free char *names = slurm_site_names(site);

    if (!settings_is_asked(settings, SETTING_PARTITION))
        return error_set(
            err, ERROR_SCHEDULER,
            "this cluster has no partition '%s', raylaunch's default; there "
            "are: %s. Choose one with --partition, or write it down once: "
            "raylaunch config --init",
            name, names);
    return error_set(err, ERROR_SCHEDULER,
                     "this cluster has no partition '%s' (%s); there are: %s", name,
                     settings_origin(settings, SETTING_PARTITION), names);
}

int site_check(const struct settings *settings, struct scheduler *scheduler,
               struct error *err)
{
    const char *name = settings_text(settings, SETTING_PARTITION);
    struct slurm_site site = {0};
    struct error ignored = {0};
    int rc = 0;

    /* A list "a,b" is Slurm's to judge; a controller that does not answer is found by
     * sbatch. */
    if (!*name || strchr(name, ',') || slurm_site_ask(scheduler, &site, &ignored) < 0)
        return 0;
    if (site.n_partitions > 0 && !slurm_site_find(&site, name))
        rc = no_such_partition(settings, &site, err);
    slurm_site_release(&site);
    return rc;
}

#include "launcher/commands/config_init.h"

#include "launcher/common/memory.h"
#include "launcher/scheduler/scheduler.h"
#include "launcher/settings/init_file.h"

int config_init_print(const struct invocation *in, struct error *err)
{
    struct scheduler scheduler = {0};
    struct scheduler_options options = {0};
    struct site site = {0};
    cleanup_text struct text text = {0};
    struct error trouble = {0};

    if (scheduler_open("auto", &options, &scheduler, &trouble) < 0 ||
        scheduler_site(&scheduler, SITE_NEW, &site, &trouble) < 0)
        warn_user("the cluster was not asked (%s); the file holds the built-in values",
                  trouble.text);
    struct init_partition *rows = xcalloc(site.n_partitions, sizeof *rows);
    for (size_t i = 0; i < site.n_partitions; i++) {
        const struct site_partition *from = &site.partitions[i];
        rows[i] = (struct init_partition){.name = from->name,
                                          .is_default = from->is_default,
                                          .time_limit = from->time_limit,
                                          .nodes = from->nodes,
                                          .cpus = from->cpus,
                                          .memory_mib = from->memory_mib,
                                          .gres = from->gres};
    }
    init_file_add(rows, site.n_partitions, &text);
    memory_free_at(&rows);
    site_release(&site);
    scheduler_close(&scheduler);
    say(in,
        "write it to ~/.config/raylaunch/config.yaml, or to raylaunch.yaml beside your "
        "code");
    return print_text(&text, err);
}

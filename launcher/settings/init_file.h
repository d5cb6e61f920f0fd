/* init_file.h - the file that `raylaunch config --init` writes
 *
 * Pure: from what sinfo says to the text of a commented raylaunch.yaml. Names come from
 * outside and are quoted.
 */
#ifndef LAUNCHER_SETTINGS_INIT_FILE_H
#define LAUNCHER_SETTINGS_INIT_FILE_H

#include <stdbool.h>
#include <stddef.h>

#include "launcher/common/text/text.h"

/* One partition; all texts borrowed. */
struct init_partition {
    const char *name;
    bool is_default;
    const char *time_limit; /* sinfo's words: "1-00:00:00", "infinite" */
    long long nodes;
    long long cpus;       /* of one node, the least */
    long long memory_mib; /* of one node, the least */
    const char *gres;     /* "gpu:h100:4", "(null)" */
};

/* Append the file. With no partition (no Slurm here) only built-in values stand in it.
 */
void init_file_add(const struct init_partition *partitions, size_t count,
                   struct text *text);

#endif

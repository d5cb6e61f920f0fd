#include "launcher/settings/launcher_file.h"

#include <string.h>

bool launcher_file_is(const struct tree *map)
{
    const struct tree *target = tree_get(map, "_target_");

    return target && target->kind == TREE_SCALAR;
}

bool launcher_file_ignores(const char *key)
{
    static const char *const keys[] = {"_target_",  "use_slurm",   "use_ray",
                                       "use_modal", "parallelism", "defaults"};

    for (size_t i = 0; i < sizeof keys / sizeof *keys; i++) {
        if (strcmp(keys[i], key) == 0)
            return true;
    }
    return false;
}

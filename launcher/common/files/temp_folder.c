#include "launcher/common/files/temp_folder.h"

#include <ftw.h>
#include <stdio.h>
#include <stdlib.h>

#include "launcher/common/memory.h"

int temp_folder_make(char **ret_path, struct error *err)
{
    const char *parent = getenv("TMPDIR");
    cleanup_free char *path =
        xasprintf("%s/raylaunch.XXXXXX", parent && *parent ? parent : "/tmp");

    if (!mkdtemp(path))
        return error_set_errno(err, ERROR_FILE, "cannot create a folder like '%s'",
                               path);
    *ret_path = steal(&path);
    return 0;
}

static int remove_one(const char *path, const struct stat *info, int kind,
                      struct FTW *where)
{
    (void)info;
    (void)kind;
    (void)where;
    return remove(path);
}

void temp_folder_remove(const char *path)
{
    nftw(path, remove_one, 16, FTW_DEPTH | FTW_PHYS);
}

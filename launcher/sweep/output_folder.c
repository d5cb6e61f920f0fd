#include "launcher/sweep/output_folder.h"

#include <fcntl.h>
#include <string.h>

#include "launcher/common/files/file.h"
#include "launcher/common/files/own_folder.h"
#include "launcher/common/memory.h"
#include "launcher/settings/settings.h"

/* It helps, and no sweep fails for want of it. */
static void ignore_all(const char *folder)
{
    static const char all[] = "*\n";
    struct error ignored = {0};
    cleanup_free char *path = path_join(folder, ".gitignore");
    cleanup_close int fd = open(path, O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC, 0644);

    if (fd >= 0)
        file_write_fd(fd, path, all, sizeof all - 1, &ignored);
}

int output_folder_make(const char *sweep_path, struct error *err)
{
    cleanup_free char *folder = path_dir(sweep_path);
    bool is_default =
        strcmp(path_base(folder), setting_spec(SETTING_OUTPUT_DIR)->fallback) == 0;
    bool is_new = !folder_exists(folder);

    bool is_made = false;
    if (folder_make_durable(folder, err) < 0 ||
        own_folder_make(sweep_path, &is_made, err) < 0 ||
        (is_made && folder_sync_of(sweep_path, err) < 0))
        return -1;
    if (is_new || is_default)
        ignore_all(folder);
    return 0;
}

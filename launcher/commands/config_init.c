#include "launcher/commands/config_init.h"

#include <errno.h>
#include <fcntl.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "launcher/common/files/file.h"
#include "launcher/common/memory.h"
#include "launcher/scheduler/scheduler.h"
#include "launcher/settings/init_file.h"

static int write_new(const char *path, const struct text *text, struct error *err)
{
    cleanup_close int fd = open(path, O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC, 0644);

    if (fd < 0 && errno == EEXIST)
        return error_set(
            err, ERROR_FILE,
            "'%s' is there already: name another, or replace it with --force", path);
    if (fd < 0)
        return error_set_errno(err, ERROR_FILE, "cannot make '%s'", path);
    if (file_write_fd(fd, path, text_string(text), text->size, err) == 0)
        return 0;
    unlink(path);
    return -1;
}

/* Nobody else can write it, whatever the umask: its lines run as the user. */
static int write_file(const char *path, bool force, const struct text *text,
                      struct error *err)
{
    cleanup_free char *folder = path_dir(path);
    mode_t mask = umask(077);

    umask(mask | 022);
    int rc = folder_make(folder, NULL, err);
    if (rc == 0)
        rc = force ? file_write_atomic(path, text_string(text), text->size, FILE_CACHED,
                                       err)
                   : write_new(path, text, err);
    umask(mask);
    return rc;
}

static int hand_out(const struct invocation *in, const char *output, bool force,
                    const struct text *text, struct error *err)
{
    if (output && strcmp(output, "-") == 0)
        return print_text(text, err);
    if (!output) {
        say(in,
            "write it to ~/.config/raylaunch/config.yaml, or to raylaunch.yaml beside "
            "your code: -o FILE");
        return print_text(text, err);
    }
    if (write_file(output, force, text, err) < 0)
        return -1;
    say(in, "wrote '%s'", output);
    return 0;
}

int config_init(const struct invocation *in, const char *output, bool force,
                struct error *err)
{
    struct scheduler scheduler = {0};
    struct scheduler_options options = {0};
    struct site site = {0};
    cleanup_text struct text text = {0};
    struct error trouble = {0};

    int rc = scheduler_open("auto", &options, &scheduler, &trouble);
    if (rc == 0)
        rc = scheduler_site(&scheduler, SITE_NEW, &site, &trouble);
    scheduler_close(&scheduler);
    if (trouble.kind == ERROR_INTERRUPT) {
        *err = trouble;
        return -1;
    }
    if (rc < 0)
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
    return hand_out(in, output, force, &text, err);
}

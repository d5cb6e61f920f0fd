#include "launcher/commands/sweep/detach.h"

#include <fcntl.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "launcher/campaign/report.h"
#include "launcher/commands/command.h"
#include "launcher/commands/progress.h"
#include "launcher/common/files/file.h"
#include "launcher/common/files/own_folder.h"
#include "launcher/common/limits.h"
#include "launcher/common/memory.h"

int detach_to_background(const struct campaign *campaign, struct error *err)
{
    cleanup_free char *log = path_join(campaign->sweep->path, "detached.log");
    cleanup_close int fd = own_file_open(log, O_WRONLY | O_CREAT | O_APPEND, err);
    cleanup_close int none = open("/dev/null", O_RDONLY | O_CLOEXEC);

    if (fd < 0)
        return -1;
    if (none < 0)
        return error_set_errno(err, ERROR_FILE, "cannot open '/dev/null'");
    fflush(NULL);
    pid_t pid = fork();
    if (pid < 0)
        return error_set_errno(err, ERROR_FILE, "cannot start a background process");
    if (pid > 0)
        return 0;
    setsid();
    dup2(none, 0);
    dup2(fd, 1);
    dup2(fd, 2);
    return 1;
}

int detach_top_up(struct invocation *in, struct campaign *campaign,
                  struct work_queue *queue, struct error *err)
{
    struct progress progress = {.in = in};

    if (queue->count == 0)
        return 0;
    progress_hook(&progress, campaign);
    int rc = campaign_top_up_all(campaign, queue, err);
    progress_close(&progress);
    campaign->hooks = (struct campaign_hooks){0};
    if (rc < 0)
        return -1;
    if (queue->count > 0)
        say(in, "stopped; %zu points are not submitted. Type the command again",
            queue->count);
    return queue->count > 0;
}

/* This very program, as the nodes see it. */
static int find_program(char **ret_program, struct error *err)
{
    static const char *const node_local[] = {"/tmp/", "/dev/shm/", "/run/",
                                             "/var/tmp/"};
    const char *named = getenv("RAYLAUNCH_BIN");
    char path[LIMIT_PATH_BYTES];
    ssize_t size = readlink("/proc/self/exe", path, sizeof path - 1);

    if (named && *named) {
        if (path_absolute(named, ret_program, err) < 0)
            return -1;
    } else {
        if (size <= 0)
            return error_set_errno(err, ERROR_FILE,
                                   "cannot tell where raylaunch itself lies; say it "
                                   "in RAYLAUNCH_BIN");
        path[size] = '\0';
        *ret_program = xstrdup(path);
    }
    for (size_t i = 0; i < sizeof node_local / sizeof *node_local; i++) {
        if (strncmp(*ret_program, node_local[i], strlen(node_local[i])) == 0)
            warn_user("'%s' may be missing on the nodes, where the collect job runs; "
                      "install raylaunch in a shared folder, or name it in "
                      "RAYLAUNCH_BIN",
                      *ret_program);
    }
    return 0;
}

int detach_collect(struct invocation *in, struct campaign *campaign, struct error *err)
{
    cleanup_free char *program = NULL;
    enum collect_result result;
    struct progress progress = {.in = in};

    if (find_program(&program, err) < 0)
        return -1;
    progress_hook(&progress, campaign);
    struct collect_job collect = campaign_collect_job(campaign);
    int rc = collect_job_submit(&collect, program, &result, err);
    progress_close(&progress);
    campaign->hooks = (struct campaign_hooks){0};
    if (rc < 0)
        return -1;
    const char *job_id = campaign->sweep->collect.job_id;
    switch (result) {
    case COLLECT_SUBMITTED:
        say(in, "job %s collects the results when they have ended", job_id);
        break;
    case COLLECT_KNOWN:
        say(in, "job %s, submitted before, collects the results", job_id);
        break;
    case COLLECT_NOTHING:
        say(in, "no job lives, so there is no collect job: raylaunch wait %s",
            campaign->sweep->name);
        break;
    }
    return 0;
}

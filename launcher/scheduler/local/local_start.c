#include "launcher/scheduler/local/local_start.h"

#include <errno.h>
#include <fcntl.h>
#include <string.h>
#include <unistd.h>

#include "launcher/common/files/own_folder.h"
#include "launcher/common/memory.h"
#include "launcher/common/processes/environment.h"
#include "launcher/common/processes/spawn.h"
#include "launcher/scheduler/job_environment.h"
#include "launcher/scheduler/local/local_proc.h"

#define APPEND (O_WRONLY | O_CREAT | O_APPEND)

static void make_environment(const char *id, const char *name,
                             struct words *environment)
{
    cleanup_words struct words unset = {0};
    cleanup_words struct words keep = {0};
    cleanup_words struct words set = {0};

    job_environment_drop_slurm(&unset, &keep);
    job_environment_drop_own(&unset);
    words_addf(&set, LOCAL_PROC_JOB "=%s", id);
    words_addf(&set, LOCAL_PROC_NAME "=%s", name);
    /* The last one: the new process writes its pid over the zeros. */
    words_addf(&set, LOCAL_PROC_PID "=%0*d", SPAWN_PID_DIGITS, 0);
    environment_make(environ, &unset, &keep, &set, environment);
}

int local_start(const struct submit_request *submission, const char *id, pid_t *ret_pid,
                struct error *err)
{
    cleanup_words struct words argv = {0};
    cleanup_words struct words environment = {0};
    int exec_errno = 0;

    cleanup_close int in = open("/dev/null", O_RDONLY | O_CLOEXEC);
    if (in < 0)
        return error_set_errno(err, ERROR_FILE, "cannot open '/dev/null'");
    cleanup_close int out = own_file_open(submission->output, APPEND, err);
    if (out < 0)
        return -1;
    cleanup_close int err_end = own_file_open(submission->error, APPEND, err);
    if (err_end < 0)
        return -1;
    words_add(&argv, "bash");
    words_add(&argv, "-p"); /* as the first line of the script says */
    words_add(&argv, submission->script);
    make_environment(id, submission->job_name, &environment);
    char *last = environment.items[environment.count - 1];
    struct spawn_request request = {.argv = argv.items,
                                    .environment = environment.items,
                                    .folder = submission->folder,
                                    .fds = {in, out, err_end},
                                    .is_session = true,
                                    .pid_digits = strchr(last, '=') + 1};
    if (spawn(&request, ret_pid, &exec_errno, err) < 0)
        return -1;
    errno = exec_errno;
    if (exec_errno)
        return error_set_errno(err, ERROR_SCHEDULER, "cannot run 'bash'");
    return 0;
}

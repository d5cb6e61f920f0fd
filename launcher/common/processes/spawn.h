/* spawn.h - fork and exec, with a failed exec told apart from a program that ended
 *
 * The layer below child.h, for those who do not want to wait: it makes the process and
 * returns as soon as the program runs. The child's signal mask is empty, SIGPIPE is as
 * usual again, and no descriptor but 0, 1 and 2 is handed on (all of ours are
 * close-on-exec).
 */
#ifndef LAUNCHER_COMMON_PROCESSES_SPAWN_H
#define LAUNCHER_COMMON_PROCESSES_SPAWN_H

#include <stdbool.h>
#include <sys/types.h>

#include "launcher/common/error.h"

struct spawn_request {
    char *const *argv;        /* borrowed; argv[0] is looked up on our PATH */
    char *const *environment; /* borrowed envp */
    const char *folder;       /* borrowed: working folder, NULL = ours */
    int fds[3];       /* become stdin, stdout and stderr; still the caller's to close */
    bool is_session;  /* a session of its own (it lives on without us), else a process
                         group */
    char *pid_digits; /* borrowed, SPAWN_PID_DIGITS bytes inside `environment`: the
                       * child writes its own pid there, zeros in front, before exec;
                       * NULL: not wanted */
};

#define SPAWN_PID_DIGITS 10

/* Start a program. `*ret_exec_errno` is 0, or why exec failed (ENOENT: not found); then
 * there is no process and `*ret_pid` is -1. Fails (ERROR_FILE) when no process can be
 * made or `folder` cannot be entered. The caller reaps the pid. */
int spawn(const struct spawn_request *request, pid_t *ret_pid, int *ret_exec_errno,
          struct error *err);

#endif

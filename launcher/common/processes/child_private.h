/* child_private.h - what child.c and child_wait.c share; nobody else includes it */
#ifndef LAUNCHER_COMMON_PROCESSES_CHILD_PRIVATE_H
#define LAUNCHER_COMMON_PROCESSES_CHILD_PRIVATE_H

#include "launcher/common/processes/child.h"

/* A process that KILL does not end within this time hangs in the kernel (NFS): leave
 * it. */
#define CHILD_GIVE_UP_MS 10000

struct child {
    pid_t pid;
    int pidfd;                      /* -1 none */
    int fds[2];                     /* read ends of stdout and stderr; -1 closed */
    int64_t term_at_ms, kill_at_ms; /* 0 never */
    size_t max_output;
    bool is_ended;
    struct child_result result;
};

void child_close_fd(int *fd); /* and -1 for it; accepts -1 */

/* KILL to the groups of those that have not ended, and wait up to timeout_ms for their
 * ends; no interrupt shortens it. */
void child_kill(struct child *const *children, size_t count, int timeout_ms);

#endif

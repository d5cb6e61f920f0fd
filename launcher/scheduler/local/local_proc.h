/* local_proc.h - local jobs in /proc */
#ifndef LAUNCHER_SCHEDULER_LOCAL_LOCAL_PROC_H
#define LAUNCHER_SCHEDULER_LOCAL_LOCAL_PROC_H

#include <stddef.h>
#include <sys/types.h>

#include "launcher/common/error.h"
#include "launcher/scheduler/scheduler.h"

#define LOCAL_PROC_JOB "RAYLAUNCH_LOCAL_JOB"
#define LOCAL_PROC_NAME "RAYLAUNCH_LOCAL_NAME"
#define LOCAL_PROC_PID "RAYLAUNCH_LOCAL_PID"

struct local_process {
    pid_t pid; /* of the script, the leader of its session */
    char id[JOB_ID_SIZE];
    char *name;        /* owned */
    double started_at; /* epoch seconds */
};

struct local_processes {
    struct local_process *items; /* owned */
    size_t count, cap;
};

/* The scripts of this user's local jobs that run now, whoever started them. A process
 * that merely inherited a job's environment is not one. ERROR_SCHEDULER without /proc.
 */
int local_proc_scan(struct local_processes *ret_processes, struct error *err);
void local_processes_release(struct local_processes *processes);

/* Send a signal to every process of a session. */
void local_proc_signal_session(pid_t leader, int signal);

/* What of /proc/PID/stat is used. */
struct local_stat {
    char state;
    pid_t session;
    double start_ticks; /* since boot */
};

/* Returns -1 if `text` is not such a line. The name of the program in it may hold
 * anything, spaces and brackets too. Public for its test. */
int local_proc_parse_stat(const char *text, struct local_stat *ret_stat);

#endif

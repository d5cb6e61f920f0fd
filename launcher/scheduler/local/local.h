/* local.h - jobs as processes of this machine, without Slurm
 *
 * A job is `bash SCRIPT` in a session of its own: it outlives us (also our SIGKILL),
 * has /dev/null as stdin and appends to its output files. Its environment is ours,
 * without what a surrounding Slurm job or raylaunch left, and with
 *     RAYLAUNCH_LOCAL_JOB=local-<token>   the job's id
 *     RAYLAUNCH_LOCAL_NAME=<job name>
 *     RAYLAUNCH_LOCAL_PID=<pid>           of the script
 * by which any raylaunch on this machine finds it in /proc. How a job ended is known to
 * the raylaunch that started it, as long as that lives; for others it is not listed any
 * more.
 */
#ifndef LAUNCHER_SCHEDULER_LOCAL_LOCAL_H
#define LAUNCHER_SCHEDULER_LOCAL_LOCAL_H

#include "launcher/scheduler/scheduler.h"

/* From TERM to KILL. The script itself gives its entrypoint 20 s to end, then 10 s
 * more. */
#define LOCAL_KILL_WAIT_MS 40000

/* cancel() sends TERM to the script and does not wait. Called a second time for a job,
 * it kills the job's whole session; so does list(), LOCAL_KILL_WAIT_MS after the TERM.
 */
extern const struct scheduler_ops local_ops;

#endif

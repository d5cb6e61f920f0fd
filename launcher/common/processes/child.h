/* child.h - run programs as children: argv vectors, never a shell
 *
 * A command is described apart from being run. stdout and stderr are drained together
 * (poll), capped, and given back; a program that was not found is told apart from one
 * that exited or was killed. The deadline sends TERM to the child's process group, and
 * KILL five seconds later. An interrupt (interrupt.h) is heard at once, whatever the
 * child does. When we are killed, so are they (prctl(2) PR_SET_PDEATHSIG). All
 * descriptors are close-on-exec. EINTR is handled.
 */
#ifndef LAUNCHER_COMMON_PROCESSES_CHILD_H
#define LAUNCHER_COMMON_PROCESSES_CHILD_H

#include <stdbool.h>
#include <stdint.h>
#include <sys/types.h>

#include "launcher/common/error.h"
#include "launcher/common/text/text.h"

struct child_command {
    struct words argv;
    struct words unset; /* environment names to drop; a last '*' means a prefix */
    struct words keep;  /* exceptions to `unset` */
    struct words set;   /* "NAME=value" */
    const char *folder; /* borrowed: working folder, NULL = ours */
    const char *input;  /* borrowed: bytes for stdin, NULL = /dev/null */
    size_t input_size;
    int64_t timeout_ms; /* 0 = none */
    size_t max_output;  /* bytes of stdout kept; more is cut and marked; 0 =
                           LIMIT_CHILD_OUTPUT */
};

struct child_result {
    bool was_started; /* false: exec failed, `exec_errno` says why */
    int exec_errno;
    bool is_timed_out;
    bool is_interrupted; /* of child_run(): ended because of an interrupt */
    bool is_cut;         /* stdout was longer than max_output */
    int exit_code;       /* -1 if killed by a signal */
    int signal;          /* 0 if it exited */
    struct text out;
    struct text err_text; /* stderr, the first LIMIT_CHILD_STDERR bytes */
};

struct child; /* one that runs */

void child_command_release(struct child_command *command);
void child_result_release(struct child_result *result);

/* Run to the end, or until an interrupt is pending: then its process group is killed,
 * and the result says so. Fails (ERROR_FILE) only when no process can be made at all.
 */
int child_run(const struct child_command *command, struct child_result *ret_result,
              struct error *err);

/* Start and go on; the command may be released at once. */
int child_start(const struct child_command *command, struct child **ret_child,
                struct error *err);

/* Why exec failed (ENOENT: no such program), 0 if the program runs or ran. Known as
 * soon as child_start() returns. */
int child_exec_errno(const struct child *child);

/* Let time pass for up to timeout_ms (-1 no limit, 0 just look) until one of `children`
 * (NULLs are passed over) has ended; returns its index or -1. While an interrupt is
 * pending it does not wait. */
long child_wait_any(struct child *const *children, size_t count, int timeout_ms);

/* Take the result of an ended child and free it. */
void child_finish(struct child *child, struct child_result *ret_result);

/* End them all now (KILL to their groups) and free them, within half a second: one that
 * hangs in the kernel is left behind. NULLs are passed over. */
void child_abandon(struct child *const *children, size_t count);

/* "sbatch: exit code 1: <first line of stderr>" for messages. Appends. */
void child_describe(const char *program, const struct child_result *result,
                    struct text *text);

#endif

#include "launcher/common/processes/child.h"

#include <assert.h>
#include <errno.h>
#include <fcntl.h>
#include <signal.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/syscall.h>
#include <unistd.h>

#include "launcher/common/clock.h"
#include "launcher/common/files/file.h"
#include "launcher/common/limits.h"
#include "launcher/common/memory.h"
#include "launcher/common/processes/child_private.h"
#include "launcher/common/processes/environment.h"
#include "launcher/common/processes/interrupt.h"
#include "launcher/common/processes/spawn.h"

void child_command_release(struct child_command *command)
{
    words_release(&command->argv);
    words_release(&command->unset);
    words_release(&command->keep);
    words_release(&command->set);
    *command = (struct child_command){0};
}

void child_result_release(struct child_result *result)
{
    text_release(&result->out);
    text_release(&result->err_text);
    *result = (struct child_result){0};
}

#define ABANDON_MS 500

static int open_pidfd(pid_t pid)
{
#ifdef SYS_pidfd_open
    return (int)syscall(SYS_pidfd_open, pid, 0); /* close-on-exec by itself */
#else
    (void)pid;
    return -1;
#endif
}

/* stdin: the bytes in a file without a name, so that nobody has to feed a pipe. */
static int open_input(const struct child_command *command, struct error *err)
{
    if (!command->input) {
        int fd = open("/dev/null", O_RDONLY | O_CLOEXEC);
        return fd >= 0 ? fd
                       : error_set_errno(err, ERROR_FILE, "cannot open '/dev/null'");
    }
    cleanup_close int fd = memfd_create("input", MFD_CLOEXEC);
    if (fd < 0)
        return error_set_errno(err, ERROR_FILE, "cannot make a file in memory");
    if (file_write_fd(fd, "input of a child", command->input, command->input_size,
                      err) < 0)
        return -1;
    if (lseek(fd, 0, SEEK_SET) < 0)
        return error_set_errno(err, ERROR_FILE, "cannot rewind a file in memory");
    int whole = fd;
    fd = -1;
    return whole;
}

/* A pipe whose read end, ours, does not block. */
static int open_pipe(int *ret_read, int *ret_write, struct error *err)
{
    int fds[2];

    if (pipe2(fds, O_CLOEXEC) < 0)
        return error_set_errno(err, ERROR_FILE, "cannot make a pipe");
    fcntl(fds[0], F_SETFL, O_NONBLOCK);
    *ret_read = fds[0];
    *ret_write = fds[1];
    return 0;
}

static void child_free(struct child *child)
{
    child_close_fd(&child->pidfd);
    child_close_fd(&child->fds[0]);
    child_close_fd(&child->fds[1]);
    child_result_release(&child->result);
    free(child);
}

static int launch(struct child *child, const struct child_command *command,
                  struct error *err)
{
    cleanup_words struct words environment = {0};
    cleanup_close int in = open_input(command, err);
    cleanup_close int out = -1;
    cleanup_close int err_end = -1;

    if (in < 0 || open_pipe(&child->fds[0], &out, err) < 0 ||
        open_pipe(&child->fds[1], &err_end, err) < 0)
        return -1;
    environment_make(environ, &command->unset, &command->keep, &command->set,
                     &environment);
    char *empty[] = {NULL};
    struct spawn_request request = {
        .argv = command->argv.items,
        .environment = environment.count > 0 ? environment.items : empty,
        .folder = command->folder,
        .fds = {in, out, err_end}};
    return spawn(&request, &child->pid, &child->result.exec_errno, err);
}

int child_start(const struct child_command *command, struct child **ret_child,
                struct error *err)
{
    assert(command->argv.count > 0);
    struct child *child = xcalloc(1, sizeof *child);
    *child = (struct child){.pid = -1, .pidfd = -1, .fds = {-1, -1}};
    child->max_output = command->max_output ? command->max_output : LIMIT_CHILD_OUTPUT;
    child->result.exit_code = -1;
    if (launch(child, command, err) < 0) {
        child_free(child);
        return -1;
    }
    if (child->pid < 0) {
        child->is_ended = true;
    } else {
        child->result.was_started = true;
        child->pidfd = open_pidfd(child->pid);
        if (command->timeout_ms > 0)
            child->term_at_ms = clock_monotonic_ms() + command->timeout_ms;
    }
    *ret_child = child;
    return 0;
}

int child_exec_errno(const struct child *child)
{
    return child->result.exec_errno;
}

void child_finish(struct child *child, struct child_result *ret_result)
{
    assert(child->is_ended);
    *ret_result = child->result;
    child->result = (struct child_result){0};
    child_free(child);
}

void child_abandon(struct child *const *children, size_t count)
{
    child_kill(children, count, ABANDON_MS);
    for (size_t i = 0; i < count; i++) {
        if (children[i])
            child_free(children[i]);
    }
}

int child_run(const struct child_command *command, struct child_result *ret_result,
              struct error *err)
{
    struct child *child = NULL;

    if (child_start(command, &child, err) < 0)
        return -1;
    if (child_wait_any(&child, 1, -1) < 0) {
        child_kill(&child, 1, ABANDON_MS);
        child->result.is_interrupted = true;
        child->is_ended = true;
    }
    child_finish(child, ret_result);
    return 0;
}

void child_describe(const char *program, const struct child_result *result,
                    struct text *text)
{
    const char *said = text_string(&result->err_text);

    said += strspn(said, " \t\r\n");
    text_addf(text, "%s: ", program);
    if (!result->was_started && result->exec_errno == ENOENT)
        text_add(text, "not found on PATH");
    else if (!result->was_started)
        text_addf(text, "cannot be run: %s", strerror(result->exec_errno));
    else if (result->is_timed_out)
        text_add(text, "no answer in time, so it was ended");
    else if (result->is_interrupted)
        text_add(text, "interrupted, so it was ended");
    else if (result->signal)
        text_addf(text, "killed by signal %d (%s)", result->signal,
                  strsignal(result->signal));
    else
        text_addf(text, "exit code %d", result->exit_code);
    if (*said)
        text_addf(text, ": %.*s", (int)strcspn(said, "\r\n"), said);
}

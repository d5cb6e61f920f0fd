/* child_wait.c - wait for children and read their output (child.h) */
#include <errno.h>
#include <poll.h>
#include <signal.h>
#include <stdlib.h>
#include <sys/wait.h>
#include <unistd.h>

#include "launcher/common/clock.h"
#include "launcher/common/limits.h"
#include "launcher/common/memory.h"
#include "launcher/common/processes/child_private.h"
#include "launcher/common/processes/interrupt.h"

#define GRACE_MS 5000               /* from TERM to KILL */
#define REAP_POLL_MS 20             /* without pidfd_open (Linux before 5.3) */
#define DRAIN_MAX (1UL * LIMIT_MIB) /* no pipe holds more than this */

void child_close_fd(int *fd)
{
    if (*fd >= 0)
        close(*fd);
    *fd = -1;
}

/* Keep what fits; the rest is read and dropped, so that the child never blocks on us.
 */
static void take_bytes(struct child *child, int which, const char *bytes, size_t size)
{
    struct text *text = which == 0 ? &child->result.out : &child->result.err_text;
    size_t max = which == 0 ? child->max_output : LIMIT_CHILD_STDERR;
    size_t room = text->size < max ? max - text->size : 0;

    text_add_bytes(text, bytes, size < room ? size : room);
    if (which == 0 && size > room)
        child->result.is_cut = true;
}

static void drain(struct child *child, int which)
{
    char buffer[16 * 1024];
    size_t total = 0;

    while (child->fds[which] >= 0 && total < DRAIN_MAX) {
        ssize_t size = read(child->fds[which], buffer, sizeof buffer);
        if (size > 0) {
            take_bytes(child, which, buffer, (size_t)size);
            total += (size_t)size;
        } else if (size == 0 || (errno != EINTR && errno != EAGAIN)) {
            child_close_fd(&child->fds[which]);
        } else if (errno == EAGAIN) {
            return;
        }
    }
}

static void end_child(struct child *child, int status)
{
    child->is_ended = true;
    if (WIFEXITED(status))
        child->result.exit_code = WEXITSTATUS(status);
    else
        child->result.signal = WTERMSIG(status);
    /* What it left in its group was told to end, too. */
    if (child->result.is_timed_out)
        kill(-child->pid, SIGKILL);
    /* Its own bytes are all in the pipes. Not to wait for the end of the pipes: a
     * grandchild may hold them for ever. */
    for (int i = 0; i < 2; i++) {
        drain(child, i);
        child_close_fd(&child->fds[i]);
    }
}

static void enforce_deadline(struct child *child, int64_t now)
{
    if (child->term_at_ms > 0 && now >= child->term_at_ms) {
        child->term_at_ms = 0;
        child->kill_at_ms = now + GRACE_MS;
        child->result.is_timed_out = true;
        kill(-child->pid, SIGTERM);
    } else if (child->kill_at_ms > 0 && now >= child->kill_at_ms) {
        kill(-child->pid, SIGKILL);
        if (now >= child->kill_at_ms + CHILD_GIVE_UP_MS)
            end_child(child, SIGKILL);
    }
}

/* Do what can be done without waiting. */
static void step(struct child *child, int64_t now)
{
    int status;

    if (child->is_ended)
        return;
    drain(child, 0);
    drain(child, 1);
    pid_t pid = waitpid(child->pid, &status, WNOHANG);
    if (pid == child->pid)
        end_child(child, status);
    else if (pid < 0 && errno == ECHILD)
        end_child(child,
                  SIGKILL); /* somebody else reaped it: never seen, never success */
    else
        enforce_deadline(child, now);
}

/* When step() has something to do although no descriptor says so. */
static int64_t next_look(const struct child *child, int64_t now)
{
    int64_t next = INT64_MAX;

    if (child->term_at_ms > 0)
        next = child->term_at_ms;
    else if (child->kill_at_ms > 0)
        next = child->kill_at_ms > now ? child->kill_at_ms : now + 1000;
    if (child->pidfd < 0 && now + REAP_POLL_MS < next)
        next = now + REAP_POLL_MS;
    return next;
}

static void sleep_on(struct child *const *children, size_t count, int64_t end,
                     bool is_deaf)
{
    struct pollfd *polls = xcalloc(3 * count + 1, sizeof *polls);
    nfds_t n_polls = 0;
    int64_t now = clock_monotonic_ms();

    for (size_t i = 0; i < count; i++) {
        const struct child *child = children[i];
        if (!child || child->is_ended)
            continue;
        const int fds[3] = {child->fds[0], child->fds[1], child->pidfd};
        for (int j = 0; j < 3; j++) {
            if (fds[j] >= 0)
                polls[n_polls++] = (struct pollfd){.fd = fds[j], .events = POLLIN};
        }
        int64_t next = next_look(child, now);
        end = next < end ? next : end;
    }
    int64_t left = end - now;
    left = left <= 0 ? 0 : left > 60000 ? 60000 : left;
    if (is_deaf)
        poll(polls, n_polls, (int)left);
    else
        interrupt_poll(polls, n_polls, left);
    free(polls);
}

long child_wait_any(struct child *const *children, size_t count, int timeout_ms)
{
    int64_t now = clock_monotonic_ms();
    int64_t end = timeout_ms < 0 ? INT64_MAX : now + timeout_ms;
    bool is_any = false;

    for (;; now = clock_monotonic_ms()) {
        for (size_t i = 0; i < count; i++) {
            if (!children[i])
                continue;
            is_any = true;
            step(children[i], now);
            if (children[i]->is_ended)
                return (long)i;
        }
        if (now >= end || (!is_any && timeout_ms < 0) || interrupt_is_pending())
            return -1;
        sleep_on(children, count, end, false);
    }
}

static bool have_ended(struct child *const *children, size_t count, int64_t now)
{
    bool are_all = true;

    for (size_t i = 0; i < count; i++) {
        if (!children[i])
            continue;
        step(children[i], now);
        are_all = are_all && children[i]->is_ended;
    }
    return are_all;
}

void child_kill(struct child *const *children, size_t count, int timeout_ms)
{
    int64_t end = clock_monotonic_ms() + timeout_ms;

    for (size_t i = 0; i < count; i++) {
        if (children[i] && !children[i]->is_ended)
            kill(-children[i]->pid, SIGKILL);
    }
    for (int64_t now = end - timeout_ms; !have_ended(children, count, now) && now < end;
         now = clock_monotonic_ms())
        sleep_on(children, count, end, true);
}

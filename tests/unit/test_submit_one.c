/* One script outside of the engine: heartbeat, Ctrl-C, an end. */
#include "launcher/submit/submit_one.h"

#include <sys/wait.h>

#include "launcher/common/clock.h"
#include "launcher/common/processes/interrupt.h"
#include "launcher/scheduler/scheduler_ops.h"
#include "tests/tap/scratch.h"
#include "tests/tap/tap.h"
#include "tests/unit/fake_clock.h"
#include "tests/unit/fake_disk.h"

/* A scheduler whose one call has no answer for so long. */
static struct {
    double hang_s, hung_s, type_at_s[2];
    bool loses_lock;
    int64_t timeout_ms; /* that it was given */
    size_t n_silent;    /* seconds without a heartbeat */
    size_t n_beats, n_warnings;
} call;

static int begin(struct scheduler *scheduler, size_t slot,
                 const struct submit_request *request, struct error *err)
{
    (void)scheduler;
    call.timeout_ms = request->timeout_ms;
    return slot == 0 ? 0 : error_set(err, ERROR_BUG, "slot");
}

static int next(struct scheduler *scheduler, int timeout_ms, size_t *ret_slot,
                struct submit_outcome *ret_outcome)
{
    double before = call.hung_s;

    (void)scheduler;
    if (call.hung_s >= call.hang_s) {
        *ret_slot = 0;
        *ret_outcome = (struct submit_outcome){
            .class = SUBMIT_ACCEPTED, .job_id = "7", .message = xstrdup("")};
        return 1;
    }
    call.n_silent += before > 0 && disk_n_heartbeats == call.n_beats;
    call.n_beats = disk_n_heartbeats;
    call.hung_s += timeout_ms / 1000.0;
    fake_slept_s += timeout_ms / 1000.0;
    for (int i = 0; i < 2; i++) {
        if (before < call.type_at_s[i] && call.hung_s >= call.type_at_s[i])
            raise(SIGINT);
    }
    if (call.loses_lock)
        scratch_write("lock.held", "elsewhere b 1 eve", 17);
    return 0;
}

static const struct scheduler_ops ops = {
    .name = "hanging", .submit_begin = begin, .submit_next = next};

static void on_warning(void *context, const char *text)
{
    (void)context;
    call.n_warnings++;
    printf("# %s\n", text);
}

/* 1: accepted, 2: unknown, 3: the lock was lost, 4: anything else. */
static int submit(bool has_lock)
{
    struct scheduler scheduler = {.ops = &ops};
    struct submit_request request = {.script = "s", .job_name = "n"};
    cleanup_with(submit_outcome_release) struct submit_outcome outcome = {0};
    struct lock lock;
    struct submit_one how = {.scheduler = &scheduler,
                             .lock = has_lock ? &lock : NULL,
                             .on_warning = on_warning};
    struct error err = {0};

    lock_init(&lock, scratch());
    if (has_lock && lock_take(&lock, 0, &err) < 0)
        return 4;
    int rc = submit_one(&how, &request, &outcome, &err);
    lock_release(&lock);
    printf("# rc %d after %.0f s: %s%s\n", rc, call.hung_s, err.text,
           rc == 0 ? outcome.message : "");
    fflush(stdout);
    if (rc < 0)
        return strstr(err.text, "lost the lock") ? 3 : 4;
    return outcome.class == SUBMIT_ACCEPTED  ? 1
           : outcome.class == SUBMIT_UNKNOWN ? 2
                                             : 4;
}

static void test_answer(void)
{
    memset(&call, 0, sizeof call);
    call.hang_s = 30;
    is_number(submit(true), 1, "half a minute, and accepted");
    is_number(call.n_silent, 0, "the lock's heartbeat goes on");
    is_number(call.timeout_ms, SUBMIT_ONE_MS, "the scheduler knows when to end it");
    memset(&call, 0, sizeof call);
    call.hang_s = 3;
    is_number(submit(false), 1, "without a lock");
}

static void test_no_end(void)
{
    memset(&call, 0, sizeof call);
    call.hang_s = 1e9;
    is_number(submit(true), 2, "no answer at all: not known");
    ok(call.hung_s >= SUBMIT_ONE_MS / 1000 && call.hung_s < 60,
       "after %.0f s, while others still wait for the lock", call.hung_s);
    memset(&call, 0, sizeof call);
    call.hang_s = 1e9;
    call.loses_lock = true;
    is_number(submit(true), 3, "the lock was taken over meanwhile");
    cleanup_free char *held = scratch_path("lock.held");
    ok(unlink(held) == 0, "it is the other's");
}

/* In a process of its own, since the count stays. */
static void interrupted(const char *what, double second_s, int wanted)
{
    int status = -1;
    pid_t pid = fork();

    if (pid == 0) {
        signal(SIGINT, SIG_DFL);
        interrupt_install();
        memset(&call, 0, sizeof call);
        call.hang_s = 20;
        call.type_at_s[0] = 3;
        call.type_at_s[1] = second_s;
        int rc = submit(true);
        _exit(call.n_warnings == 1 ? rc : 9);
    }
    waitpid(pid, &status, 0);
    is_number(WIFEXITED(status) ? WEXITSTATUS(status) : -1, wanted, what);
}

int main(void)
{
    disk_has_no_locks = true;
    test_answer();
    test_no_end();
    fflush(stdout);
    interrupted("the first Ctrl-C says so, and waits for the answer", 0, 1);
    interrupted("the second does not", 6, 2);
    scratch_remove();
    return tap_done();
}

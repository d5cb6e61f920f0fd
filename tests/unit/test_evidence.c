/* Which line of a log proves a cause. */
#include "collector/outcome/evidence.h"

#include <stdio.h>
#include <string.h>

#include "tests/tap/tap.h"

#define SCRIPT "raylaunch: [   12.3s] "
#define SLURM "slurmstepd: error: *** JOB 7 ON n1 CANCELLED AT t "

static void check(const char *log, const char *cause, const char *line,
                  const char *what)
{
    struct log_hint hint = {0};
    struct outcome outcome = {.state = STATE_FAILED};
    struct evidence evidence;

    snprintf(outcome.cause, sizeof outcome.cause, "%s", cause);
    log_hint_scan(log, strlen(log), true, &hint);
    evidence_choose(&hint, &outcome, &evidence);
    is_string(evidence.line, line, what);
    ok(!evidence.is_out, "not of .out");
    evidence_release(&evidence);
    log_hint_release(&hint);
}

static void nothing(void)
{
    check("", "entrypoint_exit", NULL, "an empty log");
    check("ValueError: x\n", "", NULL, "completed");
    check("ValueError: x\n", "no_trace", NULL, "what no log says");
    check(SCRIPT "failed: ray_start: x\n", "setup", NULL, "another cause");
    check(SCRIPT "failed: " SCRIPT "failed\n", "failed", NULL, "no cause in the line");
    check(SCRIPT "failed: a_cause_that_is_much_longer_than_any_of_ours: x\n", "a", NULL,
          "a long cause");
    check("raylaunch: failed: setup: x\n", "setup", NULL, "not as the script writes");
}

static void script(void)
{
    check("ValueError: handled\n" SCRIPT "failed: ray_start: node rl2: no luck\n"
          "more\n",
          "ray_start", SCRIPT "failed: ray_start: node rl2: no luck",
          "what the script said");
    check(SCRIPT "timeout: timeout: it ran longer than its 3 s\n", "timeout",
          SCRIPT "timeout: timeout: it ran longer than its 3 s", "the time is over");
    check(SCRIPT "the entrypoint has ended: exit code 0\n", "no_result",
          SCRIPT "the entrypoint has ended: exit code 0", "it ended, and said nothing");
    check("note: loading\n" SCRIPT "failed: entrypoint_exit: exit code 3\n",
          "entrypoint_exit", SCRIPT "failed: entrypoint_exit: exit code 3",
          "an exit code rather than the program's last words");
    check("oh no\n", "entrypoint_exit", "oh no", "which are better than nothing");
    check("oh no\n", "no_result", NULL, "but prove no missing line");
    check("ValueError: x\n", "no_result", "ValueError: x", "as a traceback may");
}

static void program(void)
{
    check("Traceback (most recent call last):\nValueError: x\n" SCRIPT
          "failed: entrypoint_exit: exit code 1\n",
          "entrypoint_exit", "ValueError: x", "a traceback rather than an exit code");
    check("RuntimeError: No CUDA GPUs are available\n" SCRIPT
          "failed: entrypoint_exit: exit code 1\n",
          "cuda_missing", "RuntimeError: No CUDA GPUs are available", "a known line");
    check("OSError: [Errno 98] Address already in use\n" SCRIPT
          "failed: port_in_use: node n2: port 10000\n",
          "port_in_use", "OSError: [Errno 98] Address already in use",
          "of two that say so the program's");
}

static void slurm(void)
{
    check(SLURM "DUE TO TIME LIMIT ***\n" SCRIPT "failed: killed: by SIGTERM\n",
          "time_limit", SLURM "DUE TO TIME LIMIT ***", "Slurm's word counts most");
    check(SLURM "***\nValueError: x\n", "by_user", SLURM "***", "scancel");
    check(SCRIPT "failed: killed: the job was ended by SIGTERM\nValueError: x\n",
          "by_user", SCRIPT "failed: killed: the job was ended by SIGTERM",
          "else what the script felt");
    check("ValueError: x\n", "node_fail", NULL, "a traceback proves no node's end");
    check("error: Detected 1 oom_kill event in StepId=1.batch.\n", "out_of_memory",
          "error: Detected 1 oom_kill event in StepId=1.batch.", "out of memory");
}

static void cut(void)
{
    char bytes[2 * EVIDENCE_MAX_BYTES + 1];
    struct evidence evidence = {0};

    for (size_t i = 0; i < sizeof bytes - 1; i++)
        bytes[i] = (char)(i % 2 ? 0xA9 : 0xC3);
    evidence_set_result(&evidence, "m", bytes, sizeof bytes - 1);
    ok(evidence.is_out, "of .out");
    is_number(strlen(evidence.line), EVIDENCE_MAX_BYTES - 1,
              "cut before a character's middle");
    evidence_set_result(&evidence, "TMGG_RESULT:", "{\"a\":\x1b[1m\n}", 11);
    is_string(evidence.line, "TMGG_RESULT:{\"a\":?[1m", "one line, printable");
    evidence_release(&evidence);
}

int main(void)
{
    nothing();
    script();
    program();
    slurm();
    cut();
    return tap_done();
}

/* What becomes of a point: every combination of the witnesses, then the important ones
 * by name. */
#include "collector/outcome/outcome.h"

#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "launcher/common/memory.h"
#include "tests/tap/tap.h"

/* ---- every combination ---- */

static char completed_word[] = "completed", failed_word[] = "failed";
static char timeout_word[] = "timeout", running_word[] = "running";
static char done_word[] = "done", entry_word[] = "entrypoint", empty_word[] = "";
static char cause_exit[] = "entrypoint_exit", cause_killed[] = "killed";
static char cause_setup[] = "setup", cause_signal[] = "entrypoint_signal";
static char sigkill[] = "SIGKILL",
            odd_cause[] = "a_cause_longer_than_thirty_two_bytes_is";

#define VERDICT(state_, cause_, exit_, signal_, final_)                             \
    {                                                                               \
        .is_present = true, .is_final = final_,                                     \
        .phase = final_ ? done_word : entry_word, .state = state_, .cause = cause_, \
        .message = empty_word, .exit_code = exit_, .signal = signal_, .starts = 1   \
    }

static const struct verdict verdicts[] = {
    {.exit_code = -1},
    VERDICT(running_word, empty_word, -1, empty_word, false),
    VERDICT(completed_word, empty_word, 0, empty_word, true),
    VERDICT(failed_word, cause_exit, 3, empty_word, true),
    VERDICT(failed_word, cause_signal, -1, sigkill, true),
    VERDICT(failed_word, cause_killed, -1, sigkill, true),
    VERDICT(failed_word, cause_setup, -1, empty_word, true),
    VERDICT(failed_word, odd_cause, 1, empty_word, true),
    VERDICT(timeout_word, timeout_word, -1, empty_word, true),
};
#define N_VERDICTS (sizeof verdicts / sizeof *verdicts)

static const char *const log_causes[] = {NULL, "cuda_oom", "out_of_memory",
                                         "time_limit", "by_user"};
#define N_LOG_CAUSES (sizeof log_causes / sizeof *log_causes)

static long combinations;
static char first_bad[256];

static void must(bool is_good, const struct witnesses *witnesses, size_t verdict,
                 const struct outcome *outcome, const char *rule)
{
    if (is_good || first_bad[0])
        return;
    snprintf(first_bad, sizeof first_bad,
             "%s: attempt %d claim %d output %d grace %d require %d cancelled %d "
             "verdict %zu "
             "result %d job %d %s log %s: got %s (%s)",
             rule, witnesses->has_attempt, witnesses->has_claim, witnesses->has_output,
             witnesses->is_grace_over, witnesses->require_result,
             witnesses->was_cancelled, verdict, (int)witnesses->result,
             (int)witnesses->job, state_name(witnesses->job_state),
             witnesses->log_cause ? witnesses->log_cause : "-",
             state_name(outcome->state), outcome->cause);
}

static bool can_be_exit_0(const struct witnesses *witnesses)
{
    const struct verdict *verdict = witnesses->verdict;

    return verdict->is_present
               ? strcmp(verdict->state, "completed") == 0 && verdict->exit_code == 0
               : witnesses->job == JOB_ENDED && witnesses->job_state == STATE_COMPLETED;
}

/* The rules of outcome.h, said once more. */
static bool does_count(const struct witnesses *witnesses)
{
    const struct verdict *verdict = witnesses->verdict;
    bool is_clean = !witnesses->results_differ && !witnesses->is_torn_behind &&
                    !witnesses->is_from_worker;

    if (witnesses->result == RESULT_FAILED || witnesses->result == RESULT_TIMEOUT)
        return true;
    if (witnesses->result == RESULT_COMPLETED && is_clean)
        return true;
    if (verdict->is_present || witnesses->job == JOB_ENDED)
        return (!verdict->is_present || verdict->is_final) && can_be_exit_0(witnesses);
    return !witnesses->log_cause || strcmp(witnesses->log_cause, "cuda_oom") == 0;
}

/* A result that does not count: as without, and a warning says so. */
static void check_without(const struct witnesses *witnesses, size_t verdict,
                          const struct outcome *outcome)
{
    struct witnesses without = *witnesses;
    struct outcome other;

    without.result = RESULT_NONE;
    without.result_error = NULL;
    without.has_output = without.has_output || !witnesses->is_from_worker;
    outcome_decide(&without, &other);
    must(outcome->state == other.state && strcmp(outcome->cause, other.cause) == 0,
         witnesses, verdict, outcome, "what does not count changes nothing");
    must(!state_is_final(outcome->state) ||
             outcome->warnings.count > other.warnings.count,
         witnesses, verdict, outcome, "and is told");
    outcome_release(&other);
}

static void check_one(const struct witnesses *witnesses, size_t verdict)
{
    struct outcome outcome;
    bool is_whole = witnesses->result >= RESULT_PLAIN;
    bool is_counted = is_whole && does_count(witnesses);

    outcome_decide(witnesses, &outcome);
    combinations++;
    bool is_final = state_is_final(outcome.state);
    bool is_completed = outcome.state == STATE_COMPLETED;
    bool has_trace = witnesses->has_claim || witnesses->has_output ||
                     witnesses->verdict->is_present || witnesses->result != RESULT_NONE;
    must(outcome.state >= 0 && outcome.state < STATE_COUNT, witnesses, verdict,
         &outcome, "one state");
    must((outcome.cause[0] == 0) == (is_completed || !is_final), witnesses, verdict,
         &outcome, "a cause if and only if it is final and not completed");
    must((outcome.message[0] == 0) == (outcome.cause[0] == 0), witnesses, verdict,
         &outcome, "a message if and only if there is a cause");
    must(!strchr(outcome.message, '\n'), witnesses, verdict, &outcome, "one line");
    must(witnesses->job != JOB_LIVE || !is_final, witnesses, verdict, &outcome,
         "a live job is never final");
    must(!is_completed || is_counted ||
             (!witnesses->require_result && can_be_exit_0(witnesses)),
         witnesses, verdict, &outcome,
         "completed needs a result that counts, or exit 0 where none is asked");
    must(!is_final || witnesses->is_grace_over ||
             (witnesses->verdict->is_final && is_whole) ||
             (witnesses->job == JOB_NOT_ASKED && !witnesses->has_attempt),
         witnesses, verdict, &outcome, "final needs grace, or verdict and line");
    must(witnesses->job != JOB_ENDED || !witnesses->is_grace_over || is_final,
         witnesses, verdict, &outcome, "an ended job is final after grace");
    must(witnesses->job != JOB_NOT_KNOWN || !witnesses->is_grace_over ||
             !witnesses->has_attempt || is_final,
         witnesses, verdict, &outcome, "so is one that nobody knows");
    must(outcome.state != STATE_MISSING ||
             (!has_trace && (witnesses->job == JOB_NOT_KNOWN ||
                             (witnesses->has_attempt && witnesses->job == JOB_ENDED &&
                              witnesses->job_state == STATE_COMPLETED))),
         witnesses, verdict, &outcome,
         "missing needs no trace, and no record but one of a job that completed");
    if (is_final && is_counted)
        must(outcome.state == (witnesses->result == RESULT_FAILED    ? STATE_FAILED
                               : witnesses->result == RESULT_TIMEOUT ? STATE_TIMEOUT
                                                                     : STATE_COMPLETED),
             witnesses, verdict, &outcome, "a result that counts decides");
    if (is_whole && !is_counted)
        check_without(witnesses, verdict, &outcome);
    outcome_release(&outcome);
}

static void walk_jobs(struct witnesses *witnesses, size_t verdict)
{
    for (int job = JOB_NOT_ASKED; job <= JOB_ENDED; job++) {
        witnesses->job = (enum job_witness)job;
        bool has_state = job == JOB_LIVE || job == JOB_ENDED;
        for (int state = 0; state < (has_state ? STATE_COUNT : 1); state++) {
            witnesses->job_state = (enum state)state;
            if (job == JOB_ENDED && !state_is_final(witnesses->job_state))
                continue;
            for (int signal = 0; signal <= (job == JOB_ENDED ? 53 : 0); signal += 53) {
                witnesses->job_signal = signal;
                check_one(witnesses, verdict);
            }
        }
    }
}

static void every_combination(void)
{
    for (unsigned bits = 0; bits < 512; bits++) {
        for (size_t verdict = 0; verdict < N_VERDICTS; verdict++) {
            for (int result = RESULT_NONE; result <= RESULT_TIMEOUT; result++) {
                for (size_t log = 0; log < N_LOG_CAUSES; log++) {
                    struct witnesses witnesses = {
                        .has_attempt = bits & 1,
                        .has_claim = bits & 2,
                        .has_output = bits & 4,
                        .is_grace_over = bits & 8,
                        .require_result = bits & 16,
                        .was_cancelled = bits & 32,
                        .results_differ = bits & 64,
                        .is_torn_behind = bits & 128,
                        .is_from_worker = bits & 256,
                        .verdict = &verdicts[verdict],
                        .result = (enum result_witness)result,
                        .log_cause = log_causes[log],
                        .job_exit_code = -1,
                    };
                    walk_jobs(&witnesses, verdict);
                }
            }
        }
    }
    ok(!first_bad[0], "%ld combinations keep every rule %s", combinations, first_bad);
    ok(combinations > 400000, "they were all walked");
}

/* ---- by name ---- */

static void check(const struct witnesses *witnesses, enum state state,
                  const char *cause, const char *what)
{
    struct outcome outcome;

    outcome_decide(witnesses, &outcome);
    if (!ok(outcome.state == state && strcmp(outcome.cause, cause) == 0, "%s", what))
        printf("#   got %s (%s), wanted %s (%s)\n", state_name(outcome.state),
               outcome.cause, state_name(state), cause);
    printf("#   %s\n", outcome.message);
    for (size_t i = 0; i < outcome.warnings.count; i++)
        printf("#   warning: %s\n", outcome.warnings.items[i]);
    outcome_release(&outcome);
}

/* A job that ended, its files there, grace over, a line asked for; then what differs.
 */
#define ENDED(...)                                                              \
    &(struct witnesses)                                                         \
    {                                                                           \
        .has_attempt = true, .has_claim = true, .has_output = true,             \
        .is_grace_over = true, .require_result = true, .verdict = &verdicts[0], \
        .job = JOB_ENDED, .job_exit_code = -1, __VA_ARGS__                      \
    }
#define NOTHING .has_claim = false, .has_output = false

#pragma GCC diagnostic push
#ifdef __clang__
#pragma GCC diagnostic ignored "-Winitializer-overrides"
#else
#pragma GCC diagnostic ignored "-Woverride-init"
#endif

static void results_decide(void)
{
    check(ENDED(.verdict = &verdicts[2], .result = RESULT_COMPLETED,
                .job_state = STATE_COMPLETED),
          STATE_COMPLETED, "", "all say completed");
    check(ENDED(.verdict = &verdicts[1], .result = RESULT_COMPLETED,
                .job_state = STATE_TIMEOUT),
          STATE_COMPLETED, "", "a line, then the time limit");
    check(ENDED(.verdict = &verdicts[3], .result = RESULT_COMPLETED,
                .job_state = STATE_FAILED),
          STATE_COMPLETED, "", "a line, then exit 3");
    check(ENDED(.verdict = &verdicts[2], .result = RESULT_FAILED,
                .result_error = "diverged\n", .job_state = STATE_COMPLETED),
          STATE_FAILED, "reported_failed", "a line that says failed, and exit 0");
    check(ENDED(.verdict = &verdicts[2], .result = RESULT_TIMEOUT,
                .job_state = STATE_COMPLETED),
          STATE_TIMEOUT, "reported_timeout", "a line that says timeout");
    check(ENDED(.verdict = &verdicts[2], .result = RESULT_PLAIN,
                .job_state = STATE_COMPLETED),
          STATE_COMPLETED, "", "a line without a status, and exit 0");
    check(ENDED(.verdict = &verdicts[3], .result = RESULT_PLAIN,
                .job_state = STATE_FAILED),
          STATE_FAILED, "entrypoint_exit", "a line without a status, then exit 3");
    check(ENDED(.verdict = &verdicts[1], .result = RESULT_PLAIN,
                .job_state = STATE_TIMEOUT),
          STATE_TIMEOUT, "time_limit", "a line without a status, then the time limit");
    check(ENDED(.verdict = &verdicts[0], .result = RESULT_PLAIN,
                .job_state = STATE_COMPLETED),
          STATE_COMPLETED, "", "the same, where only Slurm knows of the end");
    check(ENDED(.verdict = &verdicts[3], .result = RESULT_COMPLETED,
                .results_differ = true, .job_state = STATE_FAILED),
          STATE_FAILED, "entrypoint_exit", "two that say completed and differ, exit 3");
    check(ENDED(.verdict = &verdicts[2], .result = RESULT_COMPLETED,
                .results_differ = true, .job_state = STATE_COMPLETED),
          STATE_COMPLETED, "", "the same, and exit 0");
    check(ENDED(.verdict = &verdicts[3], .result = RESULT_COMPLETED,
                .is_torn_behind = true, .job_state = STATE_FAILED),
          STATE_FAILED, "entrypoint_exit", "a torn one behind it, exit 3");
    check(ENDED(.verdict = &verdicts[2], .job_state = STATE_COMPLETED), STATE_FAILED,
          "no_result", "exit 0 without a line");
    check(ENDED(.verdict = &verdicts[2], .job_state = STATE_COMPLETED,
                .require_result = false),
          STATE_COMPLETED, "", "exit 0 where no line is asked for");
    check(ENDED(.verdict = &verdicts[3], .job_state = STATE_FAILED,
                .require_result = false),
          STATE_FAILED, "entrypoint_exit", "exit 3 where no line is asked for");
    check(ENDED(.verdict = &verdicts[2], .result = RESULT_MALFORMED,
                .result_error = "the file ends inside the value",
                .job_state = STATE_COMPLETED),
          STATE_FAILED, "bad_result", "a torn line");
}

static void slurm_decides(void)
{
    char other[64], self[64];

    snprintf(other, sizeof other, "CANCELLED by %lu", (unsigned long)getuid() + 1);
    snprintf(self, sizeof self, "CANCELLED by %lu", (unsigned long)getuid());
    check(ENDED(.verdict = &verdicts[5], .job_state = STATE_TIMEOUT), STATE_TIMEOUT,
          "time_limit", "the time limit");
    check(ENDED(.verdict = &verdicts[8], .job_state = STATE_TIMEOUT), STATE_TIMEOUT,
          "timeout", "timeout_seconds came first");
    check(ENDED(.verdict = &verdicts[4], .job_state = STATE_OOM), STATE_OOM,
          "out_of_memory", "out of memory");
    check(ENDED(.verdict = &verdicts[2], .job_state = STATE_OOM), STATE_OOM,
          "out_of_memory", "out of memory, though the script went on to exit 0");
    check(ENDED(.verdict = &verdicts[5], .job_state = STATE_CANCELLED,
                .was_cancelled = true),
          STATE_CANCELLED, "by_user", "raylaunch cancel");
    check(ENDED(.verdict = &verdicts[5], .job_state = STATE_CANCELLED, .job_raw = self),
          STATE_CANCELLED, "by_user", "the user's own scancel");
    check(
        ENDED(.verdict = &verdicts[5], .job_state = STATE_CANCELLED, .job_raw = other),
        STATE_CANCELLED, "by_other", "someone else's");
    check(ENDED(.verdict = &verdicts[5], .job_state = STATE_CANCELLED,
                .job_raw = "CANCELLED"),
          STATE_CANCELLED, "by_user", "nobody knows whose");
    check(ENDED(NOTHING, .job_state = STATE_CANCELLED), STATE_CANCELLED, "by_user",
          "cancelled while waiting");
    check(ENDED(.verdict = &verdicts[3], .job_state = STATE_CANCELLED), STATE_FAILED,
          "entrypoint_exit", "it had failed by itself before");
    check(ENDED(.verdict = &verdicts[1], .job_state = STATE_PREEMPTED), STATE_PREEMPTED,
          "preempted", "preempted");
    check(ENDED(.verdict = &verdicts[3], .job_state = STATE_NODE_FAIL), STATE_NODE_FAIL,
          "node_fail", "the node's end made the entrypoint fail");
    check(ENDED(NOTHING, .job_state = STATE_NODE_FAIL, .job_raw = "BOOT_FAIL"),
          STATE_NODE_FAIL, "boot_fail", "a node that did not start");
    check(
        ENDED(NOTHING, .job_state = STATE_FAILED, .job_exit_code = 0, .job_signal = 53),
        STATE_FAILED, "output_path", "FAILED 0:53 and no file");
    check(ENDED(NOTHING, .job_state = STATE_FAILED, .job_exit_code = 1), STATE_FAILED,
          "launch_failed", "FAILED and no file");
}

static void verdict_decides(void)
{
    check(ENDED(.verdict = &verdicts[6], .job_state = STATE_FAILED, .job_exit_code = 1),
          STATE_FAILED, "setup", "a setup line");
    check(ENDED(.verdict = &verdicts[3], .job_state = STATE_FAILED,
                .log_cause = "cuda_oom", .log_hint = "CUDA out of memory"),
          STATE_FAILED, "cuda_oom", "the log names the reason of an exit code");
    check(ENDED(.verdict = &verdicts[6], .job_state = STATE_FAILED,
                .log_cause = "import_error"),
          STATE_FAILED, "setup", "but not of a setup line");
    check(ENDED(.verdict = &verdicts[3], .job_state = STATE_FAILED,
                .log_hint = "ValueError: x\x1b[2J"),
          STATE_FAILED, "entrypoint_exit", "a traceback is told");
    check(ENDED(.verdict = &verdicts[1], .job = JOB_NOT_KNOWN), STATE_FAILED, "killed",
          "not at its end, and the job is gone");
    check(
        ENDED(.verdict = &verdicts[1], .job = JOB_NOT_KNOWN, .log_cause = "time_limit"),
        STATE_TIMEOUT, "time_limit", "the daemon's line says why");
    check(ENDED(.verdict = &verdicts[2], .job = JOB_NOT_KNOWN,
                .result = RESULT_COMPLETED, .is_grace_over = false),
          STATE_COMPLETED, "", "verdict and line need no grace");
    check(ENDED(.verdict = &verdicts[3], .job = JOB_NOT_KNOWN, .is_grace_over = false),
          STATE_RUNNING, "", "without a line they do");
}

/* A line that stands in a worker's log only. */
static void workers(void)
{
#define WORKER(...) ENDED(.is_from_worker = true, __VA_ARGS__)
    check(WORKER(.verdict = &verdicts[2], .result = RESULT_COMPLETED,
                 .job_state = STATE_COMPLETED),
          STATE_COMPLETED, "", "a worker's line, and exit 0");
    check(WORKER(.verdict = &verdicts[3], .result = RESULT_COMPLETED,
                 .job_state = STATE_FAILED),
          STATE_FAILED, "entrypoint_exit", "a worker's line, then exit 3");
    check(WORKER(.verdict = &verdicts[1], .result = RESULT_COMPLETED,
                 .job_state = STATE_TIMEOUT),
          STATE_TIMEOUT, "time_limit", "a worker's line, then the time limit");
    check(WORKER(.verdict = &verdicts[3], .result = RESULT_FAILED,
                 .result_error = "of a task", .job_state = STATE_FAILED),
          STATE_FAILED, "reported_failed", "a worker's word for a failure, and exit 3");
    check(WORKER(.verdict = &verdicts[2], .result = RESULT_FAILED,
                 .job_state = STATE_COMPLETED),
          STATE_FAILED, "reported_failed", "a worker's word for a failure, and exit 0");
    check(WORKER(.verdict = &verdicts[0], .result = RESULT_COMPLETED,
                 .job = JOB_NOT_KNOWN),
          STATE_COMPLETED, "", "a worker's line, and nobody saw the end");
    check(WORKER(.verdict = &verdicts[2], .result = RESULT_COMPLETED, .job = JOB_LIVE,
                 .job_state = STATE_RUNNING),
          STATE_RUNNING, "", "a worker's line while the job ends");
}

static void memory(void)
{
    struct outcome outcome;
    struct witnesses *witnesses = ENDED(.verdict = &verdicts[4], .job_state = STATE_OOM,
                                        .memory = {.option = "--mem",
                                                   .asked = "4G",
                                                   .peak_mib = 3994,
                                                   .is_sampled = true,
                                                   .sweep = "s"});

    outcome_decide(witnesses, &outcome);
    is_string(outcome.message,
              "the job used more memory than it had asked for: asked 4G a node, peak "
              "3.9G (MaxRSS); try --mem 5G, or `raylaunch retry s --cause "
              "out_of_memory --mem-factor 1.2`",
              "how much, and what to do");
    outcome_release(&outcome);
}

/* Of a program that lost its certificate the log only has that it did not connect. */
static void script_knows_more(void)
{
    char cause[] = "ray_connect", why[] = "its environment lacks RAY_USE_TLS";
    struct verdict verdict = verdicts[3];
    struct outcome outcome;
    struct witnesses *witnesses =
        ENDED(.verdict = &verdict, .job_state = STATE_FAILED, .log_cause = cause,
              .log_hint = "RuntimeError: Failed to connect to GCS");

    verdict.cause = cause;
    verdict.message = why;
    outcome_decide(witnesses, &outcome);
    is_string(outcome.cause, "ray_connect", "the script names the cause");
    is_string(outcome.message, why, "and its message is the row's");
    outcome_release(&outcome);
}

static void nothing_is_known(void)
{
    check(ENDED(NOTHING, .job = JOB_NOT_KNOWN), STATE_MISSING, "no_trace", "no trace");
    check(ENDED(NOTHING, .job_state = STATE_COMPLETED), STATE_MISSING, "no_trace",
          "it is said to have completed, but never came to its claim");
    check(ENDED(NOTHING, .job = JOB_NOT_KNOWN, .is_grace_over = false), STATE_UNKNOWN,
          "", "no trace yet");
    check(ENDED(NOTHING, .job = JOB_NOT_ASKED), STATE_UNKNOWN, "", "nobody asked");
    check(ENDED(NOTHING, .job = JOB_NOT_KNOWN, .was_cancelled = true), STATE_CANCELLED,
          "by_user", "cancelled while waiting, and the record is gone");
    check(ENDED(NOTHING, .job = JOB_NOT_ASKED, .has_attempt = false), STATE_PLANNED, "",
          "no attempt");
    check(ENDED(.has_output = false, .job = JOB_NOT_KNOWN), STATE_FAILED, "killed",
          "a claim and nothing else");
    check(ENDED(.verdict = &verdicts[2], .result = RESULT_COMPLETED, .job = JOB_LIVE,
                .job_state = STATE_RUNNING),
          STATE_RUNNING, "", "still ending");
    check(ENDED(.job = JOB_LIVE, .job_state = STATE_COMPLETED), STATE_RUNNING, "",
          "a record that is ahead of the queue");
    check(ENDED(NOTHING, .job = JOB_LIVE, .job_state = STATE_PENDING), STATE_PENDING,
          "", "pending");
}

static void foreign_files(void)
{
#define FOREIGN(...)                                                        \
    ENDED(.has_attempt = false, .has_claim = false, .is_grace_over = false, \
          .job = JOB_NOT_ASKED, .verdict = NULL, __VA_ARGS__)
    check(FOREIGN(.result = RESULT_COMPLETED), STATE_COMPLETED, "", "a foreign file");
    check(FOREIGN(.result = RESULT_PLAIN), STATE_COMPLETED, "", "that says no status");
    check(FOREIGN(.result = RESULT_PLAIN, .log_cause = "time_limit"), STATE_TIMEOUT,
          "time_limit", "which Slurm ended");
    check(FOREIGN(.result = RESULT_COMPLETED, .log_cause = "time_limit"),
          STATE_COMPLETED, "", "which said completed before Slurm ended it");
    check(FOREIGN(.result = RESULT_NONE), STATE_FAILED, "no_result", "without a line");
    check(FOREIGN(.has_attempt = true, .result = RESULT_NONE), STATE_FAILED,
          "no_result", "the same, where someone may have submitted it");
    check(FOREIGN(.has_attempt = true, .verdict = &verdicts[0], .is_grace_over = true),
          STATE_UNKNOWN, "", "our own attempt may still run");
    check(FOREIGN(.result = RESULT_MALFORMED), STATE_FAILED, "bad_result",
          "with a torn one");
    check(FOREIGN(.result = RESULT_NONE, .log_cause = "import_error"), STATE_FAILED,
          "import_error", "with a traceback");
    check(FOREIGN(.result = RESULT_NONE, .log_cause = "time_limit"), STATE_TIMEOUT,
          "time_limit", "with Slurm's line");
    check(FOREIGN(.result = RESULT_NONE, .require_result = false), STATE_FAILED,
          "no_result", "nothing says that it ended with 0");
}

#pragma GCC diagnostic pop

int main(void)
{
    every_combination();
    results_decide();
    slurm_decides();
    verdict_decides();
    workers();
    memory();
    script_knows_more();
    nothing_is_known();
    foreign_files();
    return tap_done();
}

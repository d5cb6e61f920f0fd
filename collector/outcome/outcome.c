#include "collector/outcome/outcome.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "collector/outcome/message.h"
#include "launcher/common/memory.h"

/* Slurm ends a job whose output file cannot be made with this "signal". */
#define SLURM_OUTPUT_SIGNAL 53

static const struct verdict no_verdict = {.exit_code = -1};

static const char *or_empty(const char *string)
{
    return string ? string : "";
}

static bool is(const char *string, const char *word)
{
    return string && strcmp(string, word) == 0;
}

static const struct verdict *verdict_of(const struct witnesses *witnesses)
{
    return witnesses->verdict && witnesses->verdict->is_present ? witnesses->verdict
                                                                : &no_verdict;
}

static bool is_whole(enum result_witness result)
{
    return result >= RESULT_PLAIN;
}

/* Does the result decide by itself, however the job ended? */
static bool is_decisive(const struct witnesses *witnesses)
{
    if (witnesses->result == RESULT_FAILED || witnesses->result == RESULT_TIMEOUT)
        return true;
    return witnesses->result == RESULT_COMPLETED && !witnesses->results_differ &&
           !witnesses->is_torn_behind && !witnesses->is_from_worker;
}

static bool has_trace(const struct witnesses *witnesses)
{
    return witnesses->has_claim || witnesses->has_output ||
           verdict_of(witnesses)->is_present || witnesses->result != RESULT_NONE;
}

static void end(struct outcome *outcome, enum cause cause)
{
    outcome->state = cause_state(cause);
    snprintf(outcome->cause, sizeof outcome->cause, "%s", cause_name(cause));
}

/* The script's own word, which may be none of ours. */
static void fail(struct outcome *outcome, const char *cause)
{
    outcome->state = STATE_FAILED;
    snprintf(outcome->cause, sizeof outcome->cause, "%s", cause);
}

static enum state ended_as(const struct witnesses *witnesses)
{
    return witnesses->job == JOB_ENDED ? witnesses->job_state : STATE_UNKNOWN;
}

/* ---- not final ---- */

static enum state live_state(const struct witnesses *witnesses)
{
    if (state_is_final(witnesses->job_state)) /* its record is ahead of the queue */
        return STATE_RUNNING;
    return witnesses->job_state == STATE_PLANNED ? STATE_SUBMITTED
                                                 : witnesses->job_state;
}

/* A file that raylaunch did not make: it is all there is to know. */
static bool is_foreign(const struct witnesses *witnesses)
{
    return witnesses->job == JOB_NOT_ASKED &&
           (!witnesses->has_attempt || !witnesses->verdict);
}

/* May anything be decided yet? Files on a network may be hidden for a while. */
static bool is_settled(const struct witnesses *witnesses)
{
    return witnesses->is_grace_over || is_foreign(witnesses) ||
           (verdict_of(witnesses)->is_final && is_whole(witnesses->result));
}

/* Nobody asked the scheduler, and the files do not tell that the job has ended. */
static bool is_open(const struct witnesses *witnesses)
{
    if (witnesses->job != JOB_NOT_ASKED || is_whole(witnesses->result) ||
        message_slurm_cause(witnesses))
        return false;
    if (verdict_of(witnesses)->is_present)
        return !verdict_of(witnesses)->is_final;
    return !is_foreign(witnesses);
}

static bool decide_open(const struct witnesses *witnesses, struct outcome *outcome)
{
    if (witnesses->job == JOB_LIVE) {
        outcome->state = live_state(witnesses);
    } else if (!witnesses->has_attempt && !has_trace(witnesses) &&
               witnesses->job != JOB_ENDED) {
        outcome->state = STATE_PLANNED;
    } else if (!is_settled(witnesses)) {
        outcome->state = has_trace(witnesses) ? STATE_RUNNING : STATE_UNKNOWN;
    } else if (is_open(witnesses)) {
        outcome->state = STATE_UNKNOWN;
    } else {
        return false;
    }
    return true;
}

/* ---- a whole result line ---- */

static void warn_about_end(const struct witnesses *witnesses, struct outcome *outcome)
{
    const struct verdict *verdict = verdict_of(witnesses);
    enum state job =
        witnesses->job == JOB_ENDED ? witnesses->job_state : STATE_COMPLETED;
    struct words *warnings = &outcome->warnings;
    bool is_odd = job != STATE_COMPLETED && job != STATE_FAILED;

    if (is_odd)
        words_addf(warnings, "it was done, then the job ended as %s", state_name(job));
    if (is(verdict->state, state_name(STATE_TIMEOUT)))
        words_add(warnings, "it was done, then the entrypoint was ended by its "
                            "timeout_seconds");
    else if (verdict->exit_code > 0)
        words_addf(warnings,
                   "it was done, then the entrypoint ended with exit "
                   "code %d",
                   verdict->exit_code);
    else if (verdict->is_final && is(verdict->state, state_name(STATE_FAILED)))
        words_addf(warnings, "it was done, then the script ended as failed (%s)",
                   *or_empty(verdict->cause) ? verdict->cause : "no cause");
    else if (verdict->is_present && !verdict->is_final && !is_odd)
        words_addf(warnings, "it was done, then the script was killed in phase %s",
                   verdict->phase);
    else if (job == STATE_FAILED && !verdict->is_present)
        words_addf(warnings,
                   "it was done, then the job ended as failed "
                   "(exit code %d, signal %d)",
                   witnesses->job_exit_code, witnesses->job_signal);
}

static void decide_result(const struct witnesses *witnesses, struct outcome *outcome)
{
    if (witnesses->result == RESULT_TIMEOUT) {
        end(outcome, CAUSE_REPORTED_TIMEOUT);
    } else if (witnesses->result == RESULT_FAILED) {
        end(outcome, CAUSE_REPORTED_FAILED);
    } else {
        end(outcome, CAUSE_NONE);
        warn_about_end(witnesses, outcome);
    }
}

/* ---- no result line ---- */

/* The script saw its entrypoint end by itself: no kill from outside explains it. */
static bool is_own_end(const struct verdict *verdict)
{
    bool is_killed =
        cause_is(verdict->cause, CAUSE_KILLED) ||
        (cause_is(verdict->cause, CAUSE_ENTRYPOINT_SIGNAL) &&
         (is(verdict->signal, "SIGKILL") || is(verdict->signal, "SIGTERM")));

    return verdict->is_final && !is_killed;
}

/* The end of a node or a preemption may make the entrypoint fail before the script
 * itself is killed: what Slurm says then is the reason. */
static bool is_taken_down(const struct witnesses *witnesses,
                          const struct verdict *verdict)
{
    enum state job = ended_as(witnesses);

    return (job == STATE_NODE_FAIL || job == STATE_PREEMPTED) &&
           (cause_is(verdict->cause, CAUSE_ENTRYPOINT_EXIT) ||
            cause_is(verdict->cause, CAUSE_ENTRYPOINT_SIGNAL) ||
            cause_is(verdict->cause, CAUSE_RAY_DIED));
}

static void decide_cancelled(const struct witnesses *witnesses, struct outcome *outcome)
{
    const char *by = witnesses->job_raw ? strstr(witnesses->job_raw, " by ") : NULL;
    bool is_other = false;

    if (!witnesses->was_cancelled && by && by[4] >= '0' && by[4] <= '9')
        is_other = strtoul(by + 4, NULL, 10) != (unsigned long)getuid();
    else if (!witnesses->was_cancelled)
        is_other = is(witnesses->job_reason, "DependencyNeverSatisfied") ||
                   is(witnesses->job_reason, "Dependency"); /* accounting's word */
    end(outcome, is_other ? CAUSE_BY_OTHER : CAUSE_BY_USER);
}

/* What ended the job from outside, in Slurm's words, its daemon's, or our own
 * journal's. */
static bool decide_outside(const struct witnesses *witnesses, struct outcome *outcome)
{
    enum state job = ended_as(witnesses);
    /* The line in the log may be of an earlier start of a requeued job. */
    bool is_clear = job == STATE_TIMEOUT || job == STATE_PREEMPTED ||
                    job == STATE_NODE_FAIL || job == STATE_CANCELLED;
    enum cause said = is_clear ? CAUSE_NONE : message_slurm_cause(witnesses);

    if (job == STATE_TIMEOUT || said == CAUSE_TIME_LIMIT)
        end(outcome, CAUSE_TIME_LIMIT);
    else if (job == STATE_PREEMPTED || said == CAUSE_PREEMPTED)
        end(outcome, CAUSE_PREEMPTED);
    else if (job == STATE_NODE_FAIL || said == CAUSE_NODE_FAIL)
        end(outcome, strncmp(or_empty(witnesses->job_raw), "BOOT_FAIL", 9) == 0
                         ? CAUSE_BOOT_FAIL
                         : CAUSE_NODE_FAIL);
    else if (job == STATE_CANCELLED || said == CAUSE_BY_USER)
        decide_cancelled(witnesses, outcome);
    else if (witnesses->was_cancelled && !is_own_end(verdict_of(witnesses)) &&
             job != STATE_COMPLETED)
        end(outcome, CAUSE_BY_USER);
    else
        return false;
    return true;
}

static bool is_out_of_memory(const struct witnesses *witnesses)
{
    enum cause said = message_slurm_cause(witnesses);

    return ended_as(witnesses) == STATE_OOM || said == CAUSE_OUT_OF_MEMORY;
}

/* Exit code 0 and no line. */
static void decide_no_result(const struct witnesses *witnesses, bool is_exit_0,
                             struct outcome *outcome)
{
    if (is_exit_0 && !witnesses->require_result)
        end(outcome, CAUSE_NONE);
    else
        end(outcome,
            witnesses->result == RESULT_MALFORMED ? CAUSE_BAD_RESULT : CAUSE_NO_RESULT);
    if (outcome->state == STATE_COMPLETED)
        warn_about_end(witnesses, outcome);
}

/* An exit code says little where the log names the reason. */
static const char *refined(const struct witnesses *witnesses, const char *cause)
{
    bool is_open_to_it = cause_is(cause, CAUSE_ENTRYPOINT_EXIT) ||
                         cause_is(cause, CAUSE_ENTRYPOINT_SIGNAL) ||
                         cause_is(cause, CAUSE_NO_RESULT);

    return witnesses->log_cause && is_open_to_it && !message_slurm_cause(witnesses)
               ? witnesses->log_cause
               : cause;
}

static void decide_verdict(const struct witnesses *witnesses,
                           const struct verdict *verdict, struct outcome *outcome)
{
    if (!verdict->is_final)
        end(outcome, CAUSE_KILLED);
    else if (is(verdict->state, state_name(STATE_COMPLETED)))
        decide_no_result(witnesses, verdict->exit_code == 0, outcome);
    else
        fail(outcome,
             refined(witnesses, *or_empty(verdict->cause) ? verdict->cause
                                                          : cause_name(CAUSE_SCRIPT)));
}

/* No verdict: a foreign script, or a job that never reached its claim. */
static void decide_blind(const struct witnesses *witnesses, struct outcome *outcome)
{
    bool has_ended = witnesses->job == JOB_ENDED;
    bool is_failed = has_ended && witnesses->job_state != STATE_COMPLETED;

    if (!has_trace(witnesses) && is_failed) {
        bool is_path =
            witnesses->job_signal == SLURM_OUTPUT_SIGNAL ||
            strncmp(or_empty(witnesses->job_reason), "RaisedSignal:53", 15) == 0;
        end(outcome, is_path ? CAUSE_OUTPUT_PATH : CAUSE_LAUNCH_FAILED);
    } else if (!has_trace(witnesses) && (!has_ended || witnesses->has_attempt)) {
        /* A restarted controller gives job ids twice, and takes the end of the first
         * job for that of the second: its COMPLETED proves nothing. */
        end(outcome, CAUSE_NO_TRACE);
    } else if (is_failed && witnesses->job_signal > 0) {
        fail(outcome, refined(witnesses, cause_name(CAUSE_ENTRYPOINT_SIGNAL)));
    } else if (is_failed) {
        fail(outcome, refined(witnesses, cause_name(CAUSE_ENTRYPOINT_EXIT)));
    } else if (!has_ended && witnesses->has_claim && !witnesses->has_output) {
        end(outcome, CAUSE_KILLED);
    } else {
        decide_no_result(witnesses, has_ended, outcome);
        if (cause_is(outcome->cause, CAUSE_NO_RESULT) && !has_ended)
            fail(outcome, refined(witnesses, cause_name(CAUSE_NO_RESULT)));
    }
}

static void decide_final(const struct witnesses *witnesses, struct outcome *outcome)
{
    const struct verdict *verdict = verdict_of(witnesses);

    if (is_whole(witnesses->result))
        decide_result(witnesses, outcome);
    else if (is(verdict->state, state_name(STATE_TIMEOUT)))
        end(outcome, CAUSE_TIMEOUT);
    else if (is_out_of_memory(witnesses))
        end(outcome, CAUSE_OUT_OF_MEMORY);
    else if (is_own_end(verdict) && !is_taken_down(witnesses, verdict))
        decide_verdict(witnesses, verdict, outcome);
    else if (decide_outside(witnesses, outcome))
        return;
    else if (verdict->is_present)
        decide_verdict(witnesses, verdict, outcome);
    else
        decide_blind(witnesses, outcome);
}

static void decide(const struct witnesses *witnesses, struct outcome *outcome)
{
    if (!decide_open(witnesses, outcome))
        decide_final(witnesses, outcome);
    outcome->message = message_of(witnesses, outcome);
}

/* ---- which result counts ---- */

/* Did the entrypoint end by itself with exit code 0? Where nobody can say: was it not
 * ended by somebody else? */
static bool ended_well(const struct witnesses *witnesses)
{
    const struct verdict *verdict = verdict_of(witnesses);

    if (verdict->is_present)
        return verdict->is_final && is(verdict->state, state_name(STATE_COMPLETED)) &&
               verdict->exit_code == 0;
    if (witnesses->job == JOB_ENDED)
        return witnesses->job_state == STATE_COMPLETED;
    return !message_slurm_cause(witnesses);
}

static bool counts(const struct witnesses *witnesses)
{
    return is_whole(witnesses->result) &&
           (is_decisive(witnesses) || ended_well(witnesses));
}

static void warn_about_result(const struct witnesses *witnesses, bool is_counted,
                              struct words *warnings)
{
    if (witnesses->unknown_status)
        words_addf(
            warnings,
            "the result's status is '%s', which says nothing here; say completed, "
            "failed or timeout",
            witnesses->unknown_status);
    if (is_counted && witnesses->is_from_worker)
        words_add(warnings, "the result line was found only in a worker's log");
    if (is_counted)
        return;
    words_addf(
        warnings,
        "there is a result, but it does not count, since %s and the entrypoint did "
        "not end by itself with exit code 0",
        witnesses->is_from_worker           ? "it stood in a worker's log only"
        : witnesses->result == RESULT_PLAIN ? "it does not say completed"
        : witnesses->results_differ ? "several say completed and are not the same"
                                    : "a torn one stands behind it");
}

void outcome_decide(const struct witnesses *witnesses, struct outcome *ret_outcome)
{
    struct witnesses known = *witnesses;
    bool has_result = is_whole(witnesses->result);
    bool is_counted = counts(witnesses);

    *ret_outcome = (struct outcome){.state = STATE_UNKNOWN};
    if (has_result && !is_counted) {
        known.result = RESULT_NONE;
        known.result_error = NULL;
        known.has_output = known.has_output || !witnesses->is_from_worker;
    }
    decide(&known, ret_outcome);
    if (has_result && state_is_final(ret_outcome->state))
        warn_about_result(witnesses, is_counted, &ret_outcome->warnings);
}

void outcome_release(struct outcome *outcome)
{
    if (!outcome)
        return;
    free(outcome->message);
    words_release(&outcome->warnings);
    *outcome = (struct outcome){.state = STATE_UNKNOWN};
}

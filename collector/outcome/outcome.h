/* outcome.h - what became of a point: one pure function of the witnesses
 *
 * The verdict says how the entrypoint ended, the result line what it found, the
 * scheduler how the job ended; none is believed alone (exit codes of srun and `ray
 * symmetric-run` prove nothing: facts in docs/architecture.md). design: "Who decides
 * what happened".
 */
#ifndef COLLECTOR_OUTCOME_OUTCOME_H
#define COLLECTOR_OUTCOME_OUTCOME_H

#include <stdbool.h>

#include "collector/outcome/memory_advice.h"
#include "collector/outcome/states.h"
#include "collector/outcome/verdict.h"
#include "launcher/common/text/text.h"

enum result_witness {
    RESULT_NONE,      /* no marker in the output */
    RESULT_MALFORMED, /* a marker, but no whole JSON object behind it */
    RESULT_COMPLETED, /* status "completed" or none */
    RESULT_FAILED,    /* status "failed" (or any other word) */
    RESULT_TIMEOUT    /* status "timeout" */
};

enum job_witness {
    JOB_NOT_ASKED, /* no scheduler at hand (foreign files, an archive) */
    JOB_NOT_KNOWN, /* asked, and it knows nothing of the job (purged, or never there) */
    JOB_LIVE,      /* pending or running: job_state says which */
    JOB_ENDED      /* final: job_state, exit code and signal say how */
};

struct witnesses {
    bool has_attempt;   /* an attempt was accepted or may exist */
    bool has_claim;     /* the claim of this attempt is there */
    bool has_output;    /* its .out is there */
    bool is_grace_over; /* its files were looked at anew, fs_grace after its end */
    bool require_result;
    bool was_cancelled;            /* the journal says that the user cancelled it */
    const struct verdict *verdict; /* borrowed; NULL: foreign, there can be none */
    enum result_witness result;
    bool is_from_worker; /* it stood in a Ray worker's log only: it counts if the
                            entrypoint ended well */
    const char
        *result_error; /* the result's error_message, or the parse error; may be NULL */
    const char
        *log_hint; /* a telling last line of .err/.out (traceback), may be NULL */
    const char *log_cause; /* a cause found in the log (cuda_oom, import_error …), may
                              be NULL */
    enum job_witness job;
    enum state job_state;
    const char *job_raw;    /* Slurm's words ("CANCELLED by 1001"), may be NULL */
    const char *job_reason; /* Slurm's reason, may be NULL */
    int job_exit_code;      /* -1 unknown */
    int job_signal;         /* 0 none */
    struct memory_use memory;
};

#define OUTCOME_CAUSE_MAX 32
struct outcome {
    enum state state;
    char cause[OUTCOME_CAUSE_MAX]; /* "" when completed or not final */
    char *message;                 /* owned: one line for a person; "" for none */
    struct words warnings;
};

/* The causes (docs/formats.md, "Causes"). From the script's verdict: setup ray_start
 * port_in_use ray_version ray_died entrypoint_exit entrypoint_signal timeout claim … as
 * they come; from the result line: reported_failed reported_timeout bad_result
 * no_result; from the log: cuda_oom cuda_missing ray_oom ray_connect
 * import_error command_not_found; from the scheduler:
 * time_limit out_of_memory by_user by_other preempted node_fail boot_fail output_path
 * launch_failed; from what is not there: killed (the script did not come to its end),
 * no_trace (missing).
 *
 * "CANCELLED by UID" with a UID that is not ours is by_other; when nobody says who it
 * was, it is by_user, which is not submitted again by itself. */

/* Fill `*ret_outcome` (released by outcome_release). Never fails; every combination has
 * an answer (tests/unit/test_outcome.c walks them all). */
void outcome_decide(const struct witnesses *witnesses, struct outcome *ret_outcome);
void outcome_release(struct outcome *outcome);

#endif

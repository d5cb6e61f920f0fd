/* outcome.h - what became of a point: one pure function of the witnesses
 *
 * The verdict says how the entrypoint ended, the result line what it found, the
 * scheduler how the job ended; none is believed alone: exit codes of srun and of `ray
 * symmetric-run` prove nothing (docs/architecture.md, "Who decides what happened"). The
 * rules are in docs/formats.md, "States and causes".
 */
#ifndef COLLECTOR_OUTCOME_OUTCOME_H
#define COLLECTOR_OUTCOME_OUTCOME_H

#include <stdbool.h>

#include "collector/outcome/causes.h"
#include "collector/outcome/memory_advice.h"
#include "collector/outcome/states.h"
#include "collector/outcome/verdict.h"
#include "launcher/common/text/text.h"

enum result_witness {
    RESULT_NONE,      /* no marker in the output */
    RESULT_MALFORMED, /* a marker, but no whole JSON object behind it */
    RESULT_PLAIN,     /* a whole one that says no status that is known */
    RESULT_COMPLETED, /* the last one says completed (result_status.h has the words) */
    RESULT_FAILED,    /* the last one says failed */
    RESULT_TIMEOUT    /* the last one says timeout */
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
    bool is_from_worker;        /* it stood in a Ray worker's log only */
    bool results_differ;        /* several say completed, and not in the same bytes */
    bool is_torn_behind;        /* a marker without a whole object stands behind it */
    const char *unknown_status; /* the result's status, if it is no known word; may be
                                   NULL */
    const char
        *result_error; /* the result's error_message, or the parse error; may be NULL */
    const char *near_result; /* without a result: a sentence on what comes near to one
                                (near_result.h), may be NULL */
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

/* What a cause says: causes.h. A word of the script's verdict comes as it is.
 *
 * "CANCELLED by UID" with a UID that is not ours is by_other; when nobody says who it
 * was, it is by_user, which is not submitted again by itself. */

/* Which result counts. Considered are the whole results of the output behind its last
 * start line; only if there is none, those of workers' logs.
 *
 * 1. The last one says failed or timeout: that is the state.
 * 2. The last one says completed, all that say completed are the same bytes, no torn
 *    marker stands behind it, and it stood in the output: completed, however the job
 *    ended; a warning names a different end.
 * 3. Else the last one counts if the entrypoint ended by itself with exit code 0: a
 *    final verdict that says completed; without a verdict the scheduler's COMPLETED;
 *    where neither is known (a loose file, an archive, a purged record) unless the log
 *    shows that the job was ended.
 * 4. Else state and cause are those of the same end without a result, and a warning
 *    says why it does not count. The row keeps its metrics. */

/* Fill `*ret_outcome` (released by outcome_release). Never fails; every combination has
 * an answer (tests/unit/test_outcome.c walks them all). */
void outcome_decide(const struct witnesses *witnesses, struct outcome *ret_outcome);
void outcome_release(struct outcome *outcome);

#endif

#include "launcher/sweep/attempt.h"

#include <stdlib.h>
#include <string.h>

#include "launcher/common/memory.h"

void attempt_free(struct attempt *attempt)
{
    free(attempt->base);
    free(attempt->output_base);
    free(attempt->settings_id);
    free(attempt->refusal);
    json_decref(attempt->final);
    job_release(&attempt->seen);
    free(attempt);
}

bool attempt_is_token(const char *word)
{
    return strlen(word) == TOKEN_SIZE - 1 &&
           strspn(word, "0123456789abcdef") == TOKEN_SIZE - 1;
}

bool attempt_is_live(const struct attempt *attempt)
{
    return !attempt->is_final &&
           (attempt->phase == ATTEMPT_INTENT || attempt->phase == ATTEMPT_ACCEPTED);
}

enum job_witness attempt_witness(const struct attempt *attempt)
{
    if (attempt->is_seen && state_is_final(attempt->seen.state))
        return JOB_ENDED;
    if (attempt->is_listed)
        return JOB_LIVE;
    return attempt->gone_at > 0 ? JOB_NOT_KNOWN : JOB_NOT_ASKED;
}

void attempt_set_seen(struct attempt *attempt, const struct job *job)
{
    const struct job *before = &attempt->seen;
    struct job now = {0};

    job_copy(&now, job);
    if (attempt->is_seen && state_is_final(job->state) && before->state == job->state) {
        /* Accounting may lack the reason that the queue gave. */
        if (!*now.reason)
            xreplace(&now.reason, before->reason);
        /* The queue never tells who cancelled a job. */
        if (now.cancelled_by == -1)
            now.cancelled_by = before->cancelled_by;
    }
    if (now.max_rss_mib == 0)
        now.max_rss_mib = before->max_rss_mib;
    job_release(&attempt->seen);
    attempt->seen = now;
    attempt->is_seen = true;
}

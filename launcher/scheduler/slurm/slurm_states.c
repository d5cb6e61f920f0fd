#include "launcher/scheduler/slurm/slurm_states.h"

#include <stdlib.h>
#include <string.h>

#include "launcher/common/memory.h"

static const struct {
    const char *word;
    enum state state;
} words[] = {
    /* base states */
    {"PENDING", STATE_PENDING},
    {"RUNNING", STATE_RUNNING},
    {"SUSPENDED", STATE_RUNNING},
    {"COMPLETED", STATE_COMPLETED},
    {"CANCELLED", STATE_CANCELLED},
    {"FAILED", STATE_FAILED},
    {"TIMEOUT", STATE_TIMEOUT},
    {"NODE_FAIL", STATE_NODE_FAIL},
    {"PREEMPTED", STATE_PREEMPTED},
    {"BOOT_FAIL", STATE_NODE_FAIL},
    {"DEADLINE", STATE_TIMEOUT},
    {"OUT_OF_MEMORY", STATE_OOM},
    /* flags. A requeued job goes back to the queue under the same id. */
    {"COMPLETING", STATE_RUNNING},
    {"STAGE_OUT", STATE_RUNNING},
    {"CONFIGURING", STATE_PENDING},
    {"EXPEDITING", STATE_PENDING},
    {"RESIZING", STATE_RUNNING},
    {"REQUEUED", STATE_PENDING},
    {"REQUEUE_FED", STATE_PENDING},
    {"REQUEUE_HOLD", STATE_PENDING},
    {"SPECIAL_EXIT", STATE_PENDING},
    {"STOPPED", STATE_RUNNING},
    {"RESV_DEL_HOLD", STATE_PENDING},
    {"SIGNALING", STATE_RUNNING},
    {"POWER_UP_NODE", STATE_PENDING},
    {"LAUNCH_FAILED", STATE_PENDING},
    /* Another cluster of the federation has the job: this one knows nothing of it. */
    {"REVOKED", STATE_UNKNOWN},
    {"UPDATE_DB", STATE_UNKNOWN},
    {"RECONFIG_FAIL", STATE_UNKNOWN},
};

/* The length of the state itself: "CANCELLED by 1001", or "CANCELLED+" where cut. */
static size_t word_length(const char *word)
{
    return strcspn(word, " +");
}

static enum state slurm_state(const char *word)
{
    size_t length = word_length(word);

    for (size_t i = 0; i < sizeof words / sizeof *words; i++) {
        if (strlen(words[i].word) == length &&
            strncmp(words[i].word, word, length) == 0)
            return words[i].state;
    }
    return STATE_UNKNOWN;
}

void slurm_state_set(struct job *job, const char *word)
{
    const char *by = strstr(word, " by ");

    job->state = slurm_state(word);
    free(job->raw_state);
    job->raw_state = xmemdup(word, word_length(word));
    job->cancelled_by = -1;
    if (job->state == STATE_CANCELLED && by) {
        char *end;
        long uid = strtol(by + 4, &end, 10);
        if (end > by + 4 && *end == '\0' && uid >= 0)
            job->cancelled_by = uid;
    }
}

static bool is_refusal(const struct job *job)
{
    if (job->state != STATE_FAILED)
        return false;
    if (strcmp(job->reason, "BadConstraints") == 0)
        return true;
    return *job->nodes == '\0' &&
           (job->started_at <= 0 || job->started_at >= job->ended_at);
}

void slurm_state_judge(struct job *job)
{
    job->is_refusal = is_refusal(job);
    if (state_is_final(job->state) && *job->nodes == '\0' &&
        job->started_at >= job->ended_at)
        job->started_at = 0;
}

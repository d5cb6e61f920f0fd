#include "launcher/scheduler/slurm/slurm_states.h"

#include "tests/tap/tap.h"

static void test_words(void)
{
    static const struct {
        const char *word;
        enum state state;
    } rows[] = {
        {"", STATE_UNKNOWN},
        {" ", STATE_UNKNOWN},
        {"NO_SUCH_WORD", STATE_UNKNOWN},
        {"completed", STATE_UNKNOWN},
        {"COMPLETEDX", STATE_UNKNOWN},
        {"COMPLETE", STATE_UNKNOWN},
        {"REVOKED", STATE_UNKNOWN},
        {"PENDING", STATE_PENDING},
        {"CONFIGURING", STATE_PENDING},
        {"REQUEUED", STATE_PENDING},
        {"REQUEUE_HOLD", STATE_PENDING},
        {"REQUEUE_FED", STATE_PENDING},
        {"SPECIAL_EXIT", STATE_PENDING},
        {"RESV_DEL_HOLD", STATE_PENDING},
        {"EXPEDITING", STATE_PENDING},
        {"RUNNING", STATE_RUNNING},
        {"SUSPENDED", STATE_RUNNING},
        {"STOPPED", STATE_RUNNING},
        {"RESIZING", STATE_RUNNING},
        {"SIGNALING", STATE_RUNNING},
        {"STAGE_OUT", STATE_RUNNING},
        {"COMPLETING", STATE_RUNNING},
        {"COMPLETED", STATE_COMPLETED},
        {"FAILED", STATE_FAILED},
        {"TIMEOUT", STATE_TIMEOUT},
        {"DEADLINE", STATE_TIMEOUT},
        {"CANCELLED", STATE_CANCELLED},
        {"CANCELLED+", STATE_CANCELLED},
        {"CANCELLED by 1001", STATE_CANCELLED},
        {"OUT_OF_MEMORY", STATE_OOM},
        {"PREEMPTED", STATE_PREEMPTED},
        {"NODE_FAIL", STATE_NODE_FAIL},
        {"BOOT_FAIL", STATE_NODE_FAIL},
    };

    for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
        struct job_list jobs = {0};
        struct job *job = job_list_add(&jobs);
        slurm_state_set(job, rows[i].word);
        enum state state = job->state;
        job_list_release(&jobs);
        ok(state == rows[i].state, "'%s' is %s (got %s)", rows[i].word,
           state_name(rows[i].state), state_name(state));
    }
}

static void test_set(void)
{
    static const struct {
        const char *word, *raw;
        long by;
    } rows[] = {
        {"CANCELLED by 1001", "CANCELLED", 1001},
        {"CANCELLED by 0", "CANCELLED", 0},
        {"CANCELLED by ", "CANCELLED", -1},
        {"CANCELLED by x", "CANCELLED", -1},
        {"CANCELLED by 7 x", "CANCELLED", -1},
        {"CANCELLED by -7", "CANCELLED", -1},
        {"CANCELLED", "CANCELLED", -1},
        {"FAILED by 3", "FAILED", -1},
        {"WHATEVER", "WHATEVER", -1},
    };
    struct job_list jobs = {0};

    for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
        struct job *job = job_list_add(&jobs);
        slurm_state_set(job, rows[i].word);
        is_string(job->raw_state, rows[i].raw, rows[i].word);
        is_number(job->cancelled_by, rows[i].by, "cancelled by");
    }
    job_list_release(&jobs);
}

static void test_refusal(void)
{
    static const struct {
        const char *what;
        enum state state;
        const char *reason, *nodes;
        double started_at, ended_at;
        bool is_refusal;
    } rows[] = {
        {"squeue's record of a refused one", STATE_FAILED, "BadConstraints", "", 5, 5,
         true},
        {"the same where its times differ", STATE_FAILED, "BadConstraints", "", 5, 9,
         true},
        {"sacct's, 22.05", STATE_FAILED, "", "", 5, 5, true},
        {"sacct's, 24.11", STATE_FAILED, "", "", 0, 5, true},
        {"a run that failed within a second", STATE_FAILED, "", "n1", 5, 5, false},
        {"a run that failed", STATE_FAILED, "NonZeroExitCode", "n1", 5, 9, false},
        {"no nodes known, but it took time", STATE_FAILED, "", "", 5, 9, false},
        {"cancelled before it ran", STATE_CANCELLED, "", "", 0, 5, false},
        {"waits with impossible demands", STATE_PENDING, "BadConstraints", "", 0, 0,
         false},
    };

    for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
        struct job_list jobs = {0};
        struct job *job = job_list_add(&jobs);
        job->state = rows[i].state;
        job->started_at = rows[i].started_at;
        job->ended_at = rows[i].ended_at;
        char reason[32], nodes[32];
        snprintf(reason, sizeof reason, "%s", rows[i].reason);
        snprintf(nodes, sizeof nodes, "%s", rows[i].nodes);
        struct job copy = *job;
        copy.reason = reason;
        copy.nodes = nodes;
        slurm_state_judge(&copy);
        is_number(copy.is_refusal, rows[i].is_refusal, rows[i].what);
        job_list_release(&jobs);
    }
}

int main(void)
{
    test_words();
    test_set();
    test_refusal();
    return tap_done();
}

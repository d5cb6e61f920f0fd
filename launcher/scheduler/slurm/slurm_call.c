#include "launcher/scheduler/slurm/slurm_call.h"

#include <string.h>
#include <time.h>

#include "launcher/common/memory.h"
#include "launcher/common/processes/interrupt.h"
#include "launcher/scheduler/job_environment.h"

#define READ_TIMEOUT_S 60
#define SBATCH_TIMEOUT_S 120 /* its own sleeps: 1 + 2 + … + 15 s */
#define SBATCH_TRIES 15

static void count(struct scheduler_calls *calls, const char *program)
{
    long *counter = strcmp(program, "sbatch") == 0    ? &calls->submit
                    : strcmp(program, "squeue") == 0  ? &calls->list
                    : strcmp(program, "sacct") == 0   ? &calls->history
                    : strcmp(program, "scancel") == 0 ? &calls->cancel
                                                      : &calls->other;

    ++*counter;
}

static void init(const struct slurm_site_access *access, const char *program,
                 struct child_command *command)
{
    *command = (struct child_command){0};
    if (access->calls)
        count(access->calls, program);
    words_add(&command->argv, program);
    job_environment_drop_slurm(&command->unset, &command->keep);
}

void slurm_call_init(const struct slurm_site_access *access, const char *program,
                     struct child_command *ret_command)
{
    init(access, program, ret_command);
    words_add(&ret_command->set, "SLURM_TIME_FORMAT=%s");
    words_add(&ret_command->set, "LC_ALL=C");
    ret_command->timeout_ms =
        (int64_t)((READ_TIMEOUT_S + access->message_timeout_s) * 1000);
}

void slurm_call_init_sbatch(const struct slurm_site_access *access,
                            struct child_command *ret_command)
{
    init(access, "sbatch", ret_command);
    job_environment_drop_own(&ret_command->unset);
    ret_command->timeout_ms =
        (int64_t)((SBATCH_TIMEOUT_S + SBATCH_TRIES * access->message_timeout_s) * 1000);
}

static int fail(const char *program, struct child_result *result, struct error *err)
{
    cleanup_text struct text text = {0};

    child_describe(program, result, &text);
    child_result_release(result);
    return error_set(err, ERROR_SCHEDULER, "%s", text_string(&text));
}

int slurm_call_any(struct child_command *command, struct child_result *ret_result,
                   struct error *err)
{
    cleanup_free char *program = xstrdup(command->argv.items[0]);
    struct child_result result = {0};
    int rc = child_run(command, &result, err);

    child_command_release(command);
    if (rc < 0)
        return -1;
    if (result.is_interrupted) {
        child_result_release(&result);
        return interrupt_error(err, "while %s had not answered", program);
    }
    if (!result.was_started || result.is_timed_out || result.signal)
        return fail(program, &result, err);
    if (result.is_cut) {
        child_result_release(&result);
        return error_set(err, ERROR_SCHEDULER, "%s: its answer is too long", program);
    }
    *ret_result = result;
    return 0;
}

int slurm_call(struct child_command *command, struct child_result *ret_result,
               struct error *err)
{
    cleanup_free char *program = xstrdup(command->argv.items[0]);
    struct child_result result = {0};

    if (slurm_call_any(command, &result, err) < 0)
        return -1;
    if (result.exit_code != 0)
        return fail(program, &result, err);
    *ret_result = result;
    return 0;
}

void slurm_call_add_since(struct words *argv, double since)
{
    time_t seconds = since > 0 ? (time_t)since : 0;
    struct tm parts;
    char text[32];

    words_add(argv, "-S");
    if (localtime_r(&seconds, &parts) &&
        strftime(text, sizeof text, "%Y-%m-%dT%H:%M:%S", &parts) > 0)
        words_add(argv, text);
    else
        words_add(argv, "1970-01-02");
}

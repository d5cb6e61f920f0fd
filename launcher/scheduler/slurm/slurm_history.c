#include "launcher/scheduler/slurm/slurm_history.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "launcher/common/memory.h"
#include "launcher/scheduler/slurm/slurm_fields.h"
#include "launcher/scheduler/slurm/slurm_jobs.h"
#include "launcher/scheduler/slurm/slurm_memory.h"
#include "launcher/scheduler/slurm/slurm_states.h"

#define IDS_MAX_BYTES 60000 /* more is asked without ids: the caller picks */

enum column {
    ID,
    STATE,
    EXIT,
    SUBMITTED,
    STARTED,
    ENDED,
    NODES,
    REASON,
    NAME,
    CALL, /* sacct before 21.08 has it not */
    N_COLUMNS
};

#define COLUMNS "JobID,State,ExitCode,Submit,Start,End,NodeList,Reason,JobName"
#define CALL_COLUMN ",SubmitLine"
#define NAME_OPTION " --job-name="

/* "3:0": exit code and signal. */
static void set_exit(struct job *job, const char *text)
{
    const char *colon = strchr(text, ':');

    if (!colon || !state_is_final(job->state))
        return;
    cleanup_free char *code = xmemdup(text, (size_t)(colon - text));
    long exit_code = slurm_fields_number(code, 255);
    long signal = slurm_fields_number(colon + 1, 255);
    job->exit_code = exit_code < 0 || signal > 0 ? -1 : (int)exit_code;
    job->signal = signal > 0 ? (int)signal : 0;
}

/* The name that sbatch was told, where a job_submit plugin gave the job another one:
 * our words have no spaces inside. */
static void set_name(struct job *job, const char *name, const char *call)
{
    const char *asked =
        call && strncmp(call, "sbatch ", 7) == 0 ? strstr(call, NAME_OPTION) : NULL;

    free(job->name);
    if (asked) {
        asked += sizeof NAME_OPTION - 1;
        job->name = xmemdup(asked, strcspn(asked, " "));
    } else {
        job->name = xstrdup(name);
    }
}

static void fill(struct job *job, char *const *values)
{
    snprintf(job->id, sizeof job->id, "%s", values[ID]);
    slurm_state_set(job, values[STATE]);
    set_exit(job, values[EXIT]);
    job->submitted_at = slurm_fields_time(values[SUBMITTED]);
    job->started_at = slurm_fields_time(values[STARTED]);
    job->ended_at = slurm_fields_time(values[ENDED]);
    xreplace(&job->nodes, slurm_fields_text(values[NODES]));
    xreplace(&job->reason, slurm_fields_text(values[REASON]));
    set_name(job, values[NAME], values[CALL]);
    slurm_state_judge(job);
}

int slurm_history_parse(const char *bytes, size_t size, const char *separator,
                        struct job_list *jobs, struct error *err)
{
    return slurm_jobs_read(bytes, size, separator, N_COLUMNS, fill, "sacct", "", jobs,
                           err);
}

bool slurm_history_is_off(const char *text)
{
    return strcasestr(text, "accounting storage is disabled") != NULL;
}

static bool lacks_column(const struct child_result *result)
{
    return result->exit_code != 0 &&
           strcasestr(text_string(&result->err_text), "Invalid field requested");
}

static void add_ids(struct words *argv, const struct words *ids)
{
    cleanup_text struct text list = {.max = IDS_MAX_BYTES};

    for (size_t i = 0; ids && i < ids->count; i++) {
        if (slurm_fields_is_id(ids->items[i]))
            text_addf(&list, "%s%s", list.size ? "," : "", ids->items[i]);
    }
    if (list.size > 0 && !list.is_full)
        words_addf(argv, "--jobs=%s", text_string(&list));
}

static void init_command(const struct slurm_site_access *access, double since,
                         const struct words *ids, const char *separator, bool has_calls,
                         struct child_command *command)
{
    slurm_call_init(access, "sacct", command);
    words_add(&command->argv, "-X");
    words_add(&command->argv, "-p");
    words_addf(&command->argv, "--delimiter=%s", separator);
    words_addf(&command->argv, "--user=%u", (unsigned)access->user);
    slurm_call_add_since(&command->argv, since);
    add_ids(&command->argv, ids);
    words_add(&command->argv, "-o");
    words_add(&command->argv, has_calls ? COLUMNS CALL_COLUMN : COLUMNS);
}

int slurm_history_ask(const struct slurm_site_access *access, double since,
                      const struct words *ids, struct job_list *ret_jobs,
                      bool *ret_is_kept, struct error *err)
{
    struct child_command command;
    cleanup_with(child_result_release) struct child_result result = {0};
    char separator[SLURM_SEPARATOR_SIZE];
    struct job_list jobs = {0};

    slurm_fields_separator(separator);
    init_command(access, since, ids, separator, true, &command);
    if (slurm_call_any(&command, &result, err) < 0)
        return -1;
    if (lacks_column(&result)) {
        child_result_release(&result);
        result = (struct child_result){0};
        init_command(access, since, ids, separator, false, &command);
        if (slurm_call_any(&command, &result, err) < 0)
            return -1;
    }
    if (result.exit_code != 0 && slurm_history_is_off(text_string(&result.err_text))) {
        *ret_is_kept = false;
        return 0;
    }
    if (result.exit_code != 0) {
        cleanup_text struct text text = {0};
        child_describe("sacct", &result, &text);
        return error_set(err, ERROR_SCHEDULER, "%s", text_string(&text));
    }
    if (slurm_history_parse(text_string(&result.out), result.out.size, separator, &jobs,
                            err) < 0) {
        job_list_release(&jobs);
        return -1;
    }
    slurm_memory_ask(access, &jobs);
    *ret_jobs = jobs;
    *ret_is_kept = true;
    return 0;
}

#include "collector/outcome/message.h"

#include <string.h>

#include "launcher/common/text/utf8.h"

#define MESSAGE_QUOTE_MAX 500 /* bytes of what others wrote */

struct advice {
    const char *cause;
    const char *text; /* what happened, and the next step */
};

static const struct advice advices[] = {
    {"time_limit", "the job ran into its time limit; ask for more with --time and "
                   "`raylaunch retry`"},
    {"timeout", "the entrypoint ran longer than its timeout_seconds; raise it and "
                "`raylaunch retry`"},
    {"out_of_memory", "the job used more memory than it had asked for"},
    {"ray_oom",
     "Ray ended a worker because its node was nearly out of memory; run fewer "
     "tasks at a time (--ray-cpus), or ask for more memory"},
    {"ray_connect",
     "the program did not reach its Ray cluster; the job has RAY_ADDRESS set, so "
     "ray.init() with no address or with \"auto\" finds it, and `raylaunch check "
     "--probe` tests the network between nodes"},
    {"cuda_oom", "the GPU ran out of memory; make the batch smaller, or ask for a GPU "
                 "with more memory (--gpu-type)"},
    {"cuda_missing",
     "the program saw no GPU; ask for one with --gpus-per-task, see --modules and "
     "--venv, and try: python -c 'import torch; print(torch.cuda.is_available())'"},
    {"import_error",
     "a Python module is missing in the job; see --setup, --modules and "
     "--venv"},
    {"command_not_found",
     "a command was not found in the job; see --setup and --modules"},
    {"by_user", "it was cancelled; `raylaunch retry --cancelled` runs it again"},
    {"by_other", "someone else, or the cluster, cancelled the job"},
    {"preempted", "the job was preempted by another one"},
    {"node_fail", "a node of the job failed"},
    {"boot_fail", "a node of the job could not be started"},
    {"output_path",
     "Slurm could not make the output file; is the output folder there on "
     "the compute nodes, and may you write to it?"},
    {"launch_failed",
     "the job ended before its script began; ask for the job's record with "
     "`scontrol show job` or sacct"},
    {"no_trace", "there is no claim and no file of the job: it never ran"},
    {"killed", "the script was killed before it came to its end (SIGKILL, or its node "
               "died)"},
    {"reported_timeout", "its own result line says timeout"},
    {"reported_failed", "its own result line says failed"},
};

static const char *const slurm_causes[] = {"time_limit", "preempted", "node_fail",
                                           "oom", "cancelled"};

const char *message_slurm_cause(const struct witnesses *witnesses)
{
    for (size_t i = 0; i < sizeof slurm_causes / sizeof *slurm_causes; i++) {
        if (witnesses->log_cause && strcmp(witnesses->log_cause, slurm_causes[i]) == 0)
            return slurm_causes[i];
    }
    return NULL;
}

/* Someone else's words on one line: blanks in a row become one, the end is marked. */
static void add_quoted(struct text *text, const char *words)
{
    cleanup_text struct text line = {.max = MESSAGE_QUOTE_MAX};
    size_t size = strlen(words), at = 0;

    while (at < size && !line.is_full) {
        size_t step = utf8_char_size(words + at, size - at);
        bool is_blank = step == 1 && strchr(" \t\r\n", words[at]);
        if (is_blank && line.size > 0 && line.bytes[line.size - 1] != ' ')
            text_add_char(&line, ' ');
        else if (!is_blank)
            utf8_add_printable(&line, words + at, step ? step : 1);
        at += step ? step : 1;
    }
    while (line.size > 0 && line.bytes[line.size - 1] == ' ')
        line.bytes[--line.size] = '\0';
    text_add(text, text_string(&line));
    text_add(text, line.is_full ? " ..." : "");
}

static void add_more(struct text *text, const char *words)
{
    if (!words || !*words)
        return;
    if (text->size > 0)
        text_add(text, ": ");
    add_quoted(text, words);
}

/* No line: say which Python line to add. */
static void add_no_result(struct text *text, const struct witnesses *witnesses)
{
    bool has_ended = witnesses->job == JOB_ENDED ||
                     (witnesses->verdict && witnesses->verdict->is_final);

    if (witnesses->result == RESULT_MALFORMED) {
        text_add(text,
                 "the output has TMGG_RESULT: but no whole JSON object behind it");
        add_more(text, witnesses->result_error);
    } else if (witnesses->near_result) {
        text_add(text, "no result counts: ");
        add_quoted(text, witnesses->near_result);
    } else {
        text_add(text, has_ended
                           ? "it ended without an error but printed no result line"
                           : "there is no result line in the output");
        add_more(text, witnesses->log_hint);
        text_add(text, "; in Python add: " MESSAGE_RESULT_LINE
                       ", or ask for none with --no-require-result");
    }
}

static void add_entrypoint(struct text *text, const struct witnesses *witnesses,
                           const char *cause)
{
    const struct verdict *verdict = witnesses->verdict;

    if (verdict && verdict->is_present && verdict->message && *verdict->message)
        add_quoted(text, verdict->message);
    else if (witnesses->job_signal > 0)
        text_addf(text, "the job was ended by signal %d", witnesses->job_signal);
    else if (witnesses->job_exit_code > 0)
        text_addf(text, "the job ended with exit code %d", witnesses->job_exit_code);
    else
        text_add(text, "it failed");
    if (strncmp(cause, "entrypoint_", 11) == 0 ||
        (witnesses->log_cause && strcmp(cause, witnesses->log_cause) == 0))
        add_more(text, witnesses->log_hint);
}

static void add_killed(struct text *text, const struct witnesses *witnesses)
{
    const struct verdict *verdict = witnesses->verdict;

    if (verdict && verdict->is_present && verdict->phase && *verdict->phase)
        text_addf(text, " in phase %s", verdict->phase);
    add_more(text, witnesses->log_hint);
}

static const char *advice_for(const char *cause)
{
    for (size_t i = 0; i < sizeof advices / sizeof *advices; i++) {
        if (strcmp(advices[i].cause, cause) == 0)
            return advices[i].text;
    }
    return NULL;
}

/* Causes whose telling line stands in the log. */
static bool is_of_log(const char *cause)
{
    static const char *const causes[] = {"cuda_oom",     "cuda_missing",
                                         "ray_oom",      "ray_connect",
                                         "import_error", "command_not_found"};

    for (size_t i = 0; i < sizeof causes / sizeof *causes; i++) {
        if (strcmp(causes[i], cause) == 0)
            return true;
    }
    return false;
}

/* What was asked and used, where it is known. */
static void add_memory(struct text *text, const struct witnesses *witnesses,
                       const char *cause)
{
    cleanup_text struct text numbers = {0};

    memory_advice_add(&numbers, &witnesses->memory, cause);
    if (numbers.size > 0)
        text_addf(text, ": %s", text_string(&numbers));
    else if (strcmp(cause, "out_of_memory") == 0)
        text_add(text, "; ask for more with --mem and `raylaunch retry`");
}

/* The script itself came to its end, and says why. */
static bool was_told_to_end(const struct verdict *verdict)
{
    return verdict && verdict->is_final && verdict->message && *verdict->message;
}

char *message_of(const struct witnesses *witnesses, const struct outcome *outcome)
{
    struct text text = {0};
    const char *cause = outcome->cause;
    const char *advice = advice_for(cause);

    if (!*cause)
        return text_take(&text);
    if (strcmp(cause, "killed") == 0 && was_told_to_end(witnesses->verdict))
        add_quoted(&text, witnesses->verdict->message);
    else if (strcmp(cause, "no_result") == 0 || strcmp(cause, "bad_result") == 0)
        add_no_result(&text, witnesses);
    else if (!advice)
        add_entrypoint(&text, witnesses, cause);
    else
        text_add(&text, advice);
    if (strcmp(cause, "out_of_memory") == 0 || strcmp(cause, "ray_oom") == 0)
        add_memory(&text, witnesses, cause);
    if (strcmp(cause, "killed") == 0 && !was_told_to_end(witnesses->verdict))
        add_killed(&text, witnesses);
    else if (strncmp(cause, "reported_", 9) == 0)
        add_more(&text, witnesses->result_error);
    else if (is_of_log(cause))
        add_more(&text, witnesses->log_hint);
    else if (strcmp(cause, "by_other") == 0)
        add_more(&text, witnesses->job_reason);
    return text_take(&text);
}

#include "collector/outcome/message.h"

#include <string.h>

#include "collector/outcome/causes.h"
#include "launcher/common/text/utf8.h"

#define MESSAGE_QUOTE_MAX 500 /* bytes of what others wrote */

enum cause message_slurm_cause(const struct witnesses *witnesses)
{
    static const enum cause causes[] = {CAUSE_TIME_LIMIT, CAUSE_PREEMPTED,
                                        CAUSE_NODE_FAIL, CAUSE_OUT_OF_MEMORY,
                                        CAUSE_BY_USER};

    for (size_t i = 0; i < sizeof causes / sizeof *causes; i++) {
        if (cause_is(witnesses->log_cause, causes[i]))
            return causes[i];
    }
    return CAUSE_NONE;
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
    if (cause_is_entrypoint(cause) ||
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

/* Causes whose telling line stands in the log. */
static bool is_of_log(enum cause cause)
{
    return cause == CAUSE_CUDA_OOM || cause == CAUSE_CUDA_MISSING ||
           cause == CAUSE_RAY_OOM || cause == CAUSE_RAY_CONNECT ||
           cause == CAUSE_IMPORT_ERROR || cause == CAUSE_COMMAND_NOT_FOUND;
}

/* What was asked and used, where it is known. */
static void add_memory(struct text *text, const struct witnesses *witnesses,
                       enum cause cause)
{
    cleanup_text struct text numbers = {0};

    memory_advice_add(&numbers, &witnesses->memory, cause_name(cause));
    if (numbers.size > 0)
        text_addf(text, ": %s", text_string(&numbers));
    else if (cause == CAUSE_OUT_OF_MEMORY)
        text_add(text, "; ask for more with --mem and `raylaunch retry`");
}

/* The script itself came to its end, and says why. */
static bool was_told_to_end(const struct verdict *verdict)
{
    return verdict && verdict->is_final && verdict->message && *verdict->message;
}

/* The script knows more than a line of the log that shows the same cause. */
static bool knows_more(const struct verdict *verdict, enum cause cause)
{
    return was_told_to_end(verdict) &&
           (cause == CAUSE_KILLED ||
            (cause == CAUSE_RAY_CONNECT && cause_is(verdict->cause, cause)));
}

char *message_of(const struct witnesses *witnesses, const struct outcome *outcome)
{
    struct text text = {0};
    enum cause cause = cause_from_name(outcome->cause);
    const char *advice = cause_advice(cause);

    if (!*outcome->cause)
        return text_take(&text);
    if (knows_more(witnesses->verdict, cause))
        add_quoted(&text, witnesses->verdict->message);
    else if (cause == CAUSE_NO_RESULT || cause == CAUSE_BAD_RESULT)
        add_no_result(&text, witnesses);
    else if (!advice)
        add_entrypoint(&text, witnesses, outcome->cause);
    else
        text_add(&text, advice);
    if (cause == CAUSE_OUT_OF_MEMORY || cause == CAUSE_RAY_OOM)
        add_memory(&text, witnesses, cause);
    if (cause == CAUSE_KILLED && !was_told_to_end(witnesses->verdict))
        add_killed(&text, witnesses);
    else if (cause_is_reported(outcome->cause))
        add_more(&text, witnesses->result_error);
    else if (is_of_log(cause) && !knows_more(witnesses->verdict, cause))
        add_more(&text, witnesses->log_hint);
    else if (cause == CAUSE_BY_OTHER)
        add_more(&text, witnesses->job_reason);
    return text_take(&text);
}

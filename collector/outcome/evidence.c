#include "collector/outcome/evidence.h"

#include <stdlib.h>
#include <string.h>

#include "collector/outcome/causes.h"
#include "launcher/common/text/text.h"
#include "launcher/common/text/utf8.h"

/* Slurm's daemon ended the job: its word in the log, and what became of it. */
static bool is_of_slurm(enum cause cause)
{
    return cause == CAUSE_TIME_LIMIT || cause == CAUSE_PREEMPTED ||
           cause == CAUSE_NODE_FAIL || cause == CAUSE_OUT_OF_MEMORY ||
           cause == CAUSE_BY_USER || cause == CAUSE_BY_OTHER || cause == CAUSE_KILLED;
}

/* At most EVIDENCE_MAX_BYTES, not cut through a character. */
static char *cut(const char *bytes, size_t size)
{
    struct text text = {0};
    size_t end = size < EVIDENCE_MAX_BYTES ? size : EVIDENCE_MAX_BYTES;

    while (end < size && end > 0 && ((unsigned char)bytes[end] & 0xC0) == 0x80)
        end--;
    text_add_bytes(&text, bytes, end);
    return text_take(&text);
}

static void set(struct evidence *evidence, const char *line, bool is_out)
{
    evidence->line = line ? cut(line, strlen(line)) : NULL;
    evidence->is_out = line && is_out;
}

void evidence_choose(const struct log_hint *hint, const struct outcome *outcome,
                     struct evidence *ret_evidence)
{
    const char *cause = outcome->cause;
    enum cause known = cause_from_name(cause);
    bool is_entrypoint = cause_is_entrypoint(cause);

    *ret_evidence = (struct evidence){0};
    if (!*cause || cause_is_reported(cause) || known == CAUSE_BAD_RESULT)
        return;
    if (is_of_slurm(known) && hint->rank == LOG_HINT_SLURM)
        set(ret_evidence, hint->line, hint->is_out);
    else if (is_of_slurm(known))
        set(ret_evidence, cause_is(hint->said_cause, CAUSE_KILLED) ? hint->said : NULL,
            false);
    else if (hint->rank == LOG_HINT_TRACEBACK && is_entrypoint)
        set(ret_evidence, hint->line, hint->is_out);
    else if (hint->rank == LOG_HINT_KNOWN &&
             (is_entrypoint || strcmp(cause, hint->cause) == 0))
        set(ret_evidence, hint->line, hint->is_out);
    else if (strcmp(cause, hint->said_cause) == 0)
        set(ret_evidence, hint->said, false);
    else if ((is_entrypoint && hint->rank == LOG_HINT_LAST_LINE) ||
             (known == CAUSE_NO_RESULT && hint->rank == LOG_HINT_TRACEBACK))
        set(ret_evidence, hint->line, hint->is_out);
}

void evidence_set_result(struct evidence *evidence, const char *marker,
                         const char *bytes, size_t size)
{
    struct text line = {0};
    const char *newline = memchr(bytes, '\n', size);
    size_t length = newline ? (size_t)(newline - bytes) : size;

    /* a byte that is no text becomes three */
    length = length < EVIDENCE_MAX_BYTES ? length : EVIDENCE_MAX_BYTES;
    text_add(&line, marker);
    utf8_add_printable(&line, bytes, length);
    free(evidence->line);
    evidence->line = cut(text_string(&line), line.size);
    evidence->is_out = true;
    text_release(&line);
}

void evidence_release(struct evidence *evidence)
{
    free(evidence->line);
    *evidence = (struct evidence){0};
}

/* A hostile verdict file, and the same bytes as the end of a log: what comes of them is
 * printable, bounded, and always an answer. */
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include "collector/outcome/log_hint.h"
#include "collector/outcome/outcome.h"
#include "launcher/common/memory.h"
#include "launcher/common/text/utf8.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static void must(bool is_good)
{
    if (!is_good)
        abort();
}

static void must_be_printable(const char *string)
{
    must(utf8_is_valid(string, strlen(string)));
    for (; *string; string++)
        must((unsigned char)*string >= 0x20 && *string != 0x7F);
}

static void decide(const struct verdict *verdict, const struct log_hint *hint)
{
    for (int job = JOB_NOT_ASKED; job <= JOB_ENDED; job++) {
        struct outcome outcome;
        struct witnesses witnesses = {.has_attempt = true,
                                      .has_output = true,
                                      .is_grace_over = true,
                                      .require_result = true,
                                      .verdict = verdict,
                                      .log_hint = hint->line,
                                      .log_cause = *hint->cause ? hint->cause : NULL,
                                      .job = (enum job_witness)job,
                                      .job_state = STATE_FAILED,
                                      .job_exit_code = -1};
        outcome_decide(&witnesses, &outcome);
        must_be_printable(outcome.message);
        must_be_printable(outcome.cause);
        must(state_is_final(outcome.state) == (*outcome.cause != '\0'));
        outcome_release(&outcome);
    }
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    cleanup_free char *bytes = xmalloc(size ? size : 1);
    struct verdict verdict = {.exit_code = -1};
    struct log_hint hint = {0};
    struct error err = {0};

    memcpy(bytes, data, size);
    log_hint_scan(bytes, size, true, &hint);
    must(!hint.line || strlen(hint.line) <= 3 * 400);
    if (hint.line)
        must_be_printable(hint.line);
    if (verdict_parse(bytes, size, "fuzz", &verdict, &err) == 0) {
        must_be_printable(verdict.message);
        must_be_printable(verdict.host);
        must_be_printable(verdict.job_id);
        must(verdict.exit_code >= -1 && verdict.exit_code <= 255 &&
             verdict.starts >= 1);
    }
    decide(&verdict, &hint);
    verdict_release(&verdict);
    log_hint_release(&hint);
    return 0;
}

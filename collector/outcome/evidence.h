/* evidence.h - the one line of a log that proves a cause
 *
 * Slurm's own words, the last line of a traceback, what the job's script said when it
 * ended, or the result line itself. Not every cause has one: what Slurm alone knows
 * (output_path, launch_failed, boot_fail, a node's end without a word) and what is not
 * there (no_trace) stands in no log. docs/formats.md says which have.
 */
#ifndef COLLECTOR_OUTCOME_EVIDENCE_H
#define COLLECTOR_OUTCOME_EVIDENCE_H

#include <stdbool.h>

#include "collector/outcome/log_hint.h"
#include "collector/outcome/outcome.h"

#define EVIDENCE_MAX_BYTES 300

struct evidence {
    char *line;  /* owned: printable UTF-8, at most EVIDENCE_MAX_BYTES; NULL: none */
    bool is_out; /* in .out, else in .err */
};

/* Choose among what log_hint_find() found in the two files. `*ret_evidence` is released
 * by evidence_release(). Pure. */
void evidence_choose(const struct log_hint *hint, const struct outcome *outcome,
                     struct evidence *ret_evidence);

/* Bytes of .out that prove a `reported_*` or `bad_result`: the marker and what stands
 * behind it. */
void evidence_set_result(struct evidence *evidence, const char *marker,
                         const char *bytes, size_t size);
void evidence_release(struct evidence *evidence);

#endif

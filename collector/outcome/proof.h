/* proof.h - the one line of a log that proves a cause
 *
 * Slurm's own words, the last line of a traceback, what the job's script said when it
 * ended, or the result line itself. Not every cause has one: what Slurm alone knows
 * (output_path, launch_failed, boot_fail, a node's end without a word) and what is not
 * there (no_trace) stands in no log. docs/formats.md says which have.
 */
#ifndef COLLECTOR_OUTCOME_PROOF_H
#define COLLECTOR_OUTCOME_PROOF_H

#include <stdbool.h>

#include "collector/outcome/log_hint.h"
#include "collector/outcome/outcome.h"

#define PROOF_MAX_BYTES 300

struct proof {
    char *line;  /* owned: printable UTF-8, at most PROOF_MAX_BYTES; NULL: none */
    bool is_out; /* in .out, else in .err */
};

/* Choose among what log_hint_find() found in the two files. `*ret_proof` is released by
 * proof_release(). Pure. */
void proof_choose(const struct log_hint *hint, const struct outcome *outcome,
                  struct proof *ret_proof);

/* Bytes of .out that prove a `reported_*` or `bad_result`: the marker and what stands
 * behind it. */
void proof_set_result(struct proof *proof, const char *marker, const char *bytes,
                      size_t size);
void proof_release(struct proof *proof);

#endif

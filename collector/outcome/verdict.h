/* verdict.h - the small JSON file that a job script itself writes
 *
 * <base>.verdict.json is rewritten (temp file, rename) at each phase, so a job that
 * dies by SIGKILL or with its node still says how far it came. Format: docs/formats.md,
 * "Verdict". The file is written by a job, so everything in it is checked.
 */
#ifndef COLLECTOR_OUTCOME_VERDICT_H
#define COLLECTOR_OUTCOME_VERDICT_H

#include <jansson.h>
#include <stdbool.h>

#include "launcher/common/error.h"
#include "launcher/common/text/text.h"

struct verdict {
    bool is_present;   /* false: no such file (all else is zero) */
    bool is_final;     /* phase "done" or an end state: the script came to its end */
    char *job_id;      /* owned, as all strings here; "" if absent */
    char *phase;       /* claimed setup ray_start entrypoint ending done */
    char *state;       /* running completed failed timeout */
    char *cause;       /* "" for none */
    char *message;     /* "" for none */
    char *host;        /* where the batch script ran */
    char *bootstrap;   /* symmetric, direct, or "" without Ray */
    char *ray_version; /* "" if unknown */
    char *code;        /* SHA-256 of the entrypoint's file as it ran; "" unknown */
    int exit_code;     /* of the entrypoint; -1: none */
    char *signal;      /* "SIGKILL", or "" */
    double started_at; /* seconds since the epoch, 0 unknown */
    double ended_at;   /* 0 while running */
    double entry_started_at; /* start of phase entrypoint, 0 if it never came */
    int starts;              /* 1, more after a requeue */
    struct words warnings;
    json_t *raw; /* owned: the whole object */
};

/* Read `path`. No file is success with is_present false. A torn or wrong file is
 * ERROR_INPUT (the caller warns and goes on as without one). */
int verdict_load(const char *path, struct verdict *ret_verdict, struct error *err);

/* The same for text that is there already. Public for its fuzzer. */
int verdict_parse(const char *bytes, size_t size, const char *source,
                  struct verdict *ret_verdict, struct error *err);
void verdict_release(struct verdict *verdict);

#endif

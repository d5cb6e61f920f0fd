/* row.h - one line of the results table: point + attempt + state + cause + result
 *
 * Plain data, filled by those who know: inspect_outputs.h from an attempt of a sweep,
 * loose_outputs.h from a file of nobody's. The table's other files only read it.
 */
#ifndef COLLECTOR_TABLE_ROW_H
#define COLLECTOR_TABLE_ROW_H

#include <jansson.h>
#include <stdbool.h>
#include <stddef.h>

#include "collector/outcome/states.h"
#include "launcher/common/text/text.h"

/* Where a row's result came from. */
enum row_source {
    ROW_SOURCE_NONE,    /* no result */
    ROW_SOURCE_OUTPUT,  /* the output file */
    ROW_SOURCE_WORKER,  /* a worker's log */
    ROW_SOURCE_ARCHIVE, /* the sweep's archive: what stood in the folder is gone */
    ROW_SOURCE_EARLIER  /* an earlier results.jsonl: that is all there is */
};

struct row_param {
    char *key;   /* owned */
    char *value; /* owned; any bytes but NUL */
};

struct row {
    char *point; /* owned; the point's id, or for foreign files the file's name without
                    suffix */
    long index;  /* order of first appearance, -1 for foreign files */
    struct row_param *params; /* owned, in the command's order */
    size_t n_params;
    int attempt;  /* 0 unknown */
    char *job_id; /* owned, "" unknown */
    enum state state;
    char *cause;                    /* owned, "" none */
    char *message;                  /* owned, "" none */
    char *evidence, *evidence_file; /* owned: the line of a log that proves the cause,
                                 and the file it stands in; "" none */
    char *raw_state;                /* owned, Slurm's word, "" unknown */
    char *output; /* owned: path of the file the result was read from; of a worker's log
                     in an archive "points/x.ray/n1.tar.gz#worker-….out" */
    char *result_json; /* owned: the value as written, NULL if none */
    json_t
        *result; /* owned: the same as a tree (non-finite numbers null), NULL if none */
    json_t *metrics; /* borrowed from `result`: its "metrics" object, or the whole
                        object when it has neither status nor metrics; NULL if none */
    struct words nonfinite; /* "val_loss=NaN": metrics that JSON cannot say */
    int exit_code;          /* -1 unknown */
    char *signal;           /* owned, "" none */
    double submitted_at, started_at, ended_at; /* seconds since the epoch, 0 unknown */
    double duration_s; /* the result's own duration_seconds, else ended-started, -1
                          unknown */
    char *host, *bootstrap, *ray_version; /* owned, "" unknown */
    char *code; /* owned: SHA-256 of the entrypoint's file as it ran; "" unknown */
    bool is_code_changed; /* and it is known that another was submitted */
    char *pending_reason; /* owned: why it waits, the scheduler's word; "" */
    char *phase;          /* owned: how far its script came, of the verdict; "" */
    double expected_at;   /* of one that waits: when it may start; 0 unknown */
    size_t n_results;     /* good result lines in the file */
    size_t result_number; /* which of them the row shows, from 1; 0 unknown */
    enum row_source source;
    bool is_lost; /* there was a result, and it is found nowhere any more */
    struct words warnings;
};

struct table {
    struct row *rows; /* owned */
    size_t count, cap;
};

void row_init(struct row *row); /* all strings "", numbers unknown */
void row_release(struct row *row);
struct row *
table_add(struct table *table); /* a new initialised row, borrowed until the next add */
void table_release(struct table *table);
void table_move(struct table *to,
                struct table *from); /* append all rows; `from` is empty after */

/* Fill result, metrics, nonfinite, duration_s, and return the status word ("" none) of
 * the JSON object `json` (as scan.h gives it, so NaN and Infinity may stand in it).
 * `*ret_error` (may be NULL) gets its error_message, owned, or NULL. */
const char *row_set_result(struct row *row, const char *json, size_t size,
                           char **ret_error);

/* The word of JSON and CSV: "output", "worker_log", "archive", "earlier_results"; ""
 * for none. */
const char *row_source_name(enum row_source source);

/* One metric as a number. False: absent, not a number, or not finite. */
bool row_metric(const struct row *row, const char *name, double *ret_value);

#endif

/* log_hint.h - the telling line of a failed job's output, and the cause it names
 *
 * Reads the last 64 KiB of .err and .out. What Slurm's daemon wrote about the job ("***
 * JOB 7 ON n1 CANCELLED AT … DUE TO TIME LIMIT ***") counts most, then what is known
 * (CUDA out of memory, a missing module, a taken port), then the last line of the last
 * traceback, then the last line of .err. A hint only: it refines what the verdict and
 * Slurm say and is never believed against them.
 */
#ifndef COLLECTOR_OUTCOME_LOG_HINT_H
#define COLLECTOR_OUTCOME_LOG_HINT_H

#include <stdbool.h>
#include <stddef.h>

#define LOG_HINT_TAIL_BYTES (64UL * 1024UL)

/* In rising order of how telling it is. */
enum log_hint_rank {
    LOG_HINT_NONE,
    LOG_HINT_LAST_LINE, /* the last line that the program wrote to .err */
    LOG_HINT_TRACEBACK, /* "ValueError: …" */
    LOG_HINT_KNOWN,     /* with a cause */
    LOG_HINT_SLURM      /* slurmstepd's own words, with a cause */
};

#define LOG_HINT_CAUSE_SIZE 32

struct log_hint {
    enum log_hint_rank rank;
    char cause[LOG_HINT_CAUSE_SIZE]; /* "" or: cuda_oom cuda_missing ray_oom ray_connect
                                        import_error port_in_use command_not_found; from
                                        Slurm: time_limit preempted node_fail
                                        out_of_memory, by_user (of any cancellation) */
    char *line;  /* owned: printable, at most 400 bytes; NULL if none */
    bool is_out; /* the line stands in .out */

    /* What the job's script said of the end, in .err: "raylaunch: [ 3.1s] failed:
     * ray_start: …". The cause is no_result where it ended with exit code 0. */
    char said_cause[LOG_HINT_CAUSE_SIZE];
    char *said; /* owned: that line; NULL if none */
};

/* Look into both files (each may be NULL, or not there). `*ret_hint` is released by
 * log_hint_release(). Never fails: no file, no hint. */
void log_hint_find(const char *out_path, const char *err_path,
                   struct log_hint *ret_hint);

/* The same for bytes in memory. Pure. `is_err`: its last line may be a hint, and the
 * script speaks there. Public for its fuzzer. */
void log_hint_scan(const char *bytes, size_t size, bool is_err,
                   struct log_hint *ret_hint);
void log_hint_release(struct log_hint *hint);

#endif

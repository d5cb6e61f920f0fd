#include "collector/outcome/log_hint.h"

#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "collector/outcome/causes.h"
#include "collector/outcome/log_error.h"
#include "collector/outcome/log_line.h"
#include "collector/outcome/log_plain.h"
#include "launcher/common/memory.h"
#include "launcher/common/text/text.h"
#include "launcher/common/text/utf8.h"

#define LINE_MAX_BYTES 400

struct known {
    const char *words;
    const char *also; /* must stand in the line too; NULL for none */
    enum cause cause;
};

/* slurmstepd's words: the prefix changes between releases, the stars do not. */
static const struct known slurm_lines[] = {
    {"DUE TO TIME LIMIT ***", "*** ", CAUSE_TIME_LIMIT},
    {"DUE TO PREEMPTION ***", "*** ", CAUSE_PREEMPTED},
    {"DUE TO NODE FAILURE", "*** ", CAUSE_NODE_FAIL},
    {"DUE TO JOB REQUEUE", "*** ", CAUSE_NONE}, /* it starts once more: not its end */
    {"oom_kill event", "Detected ", CAUSE_OUT_OF_MEMORY},
    {"oom-kill event", "Detected ", CAUSE_OUT_OF_MEMORY},           /* up to 20.11 */
    {"exceeded memory limit", "being killed", CAUSE_OUT_OF_MEMORY}, /* OverMemoryKill */
    {" CANCELLED AT ", "*** JOB ", CAUSE_BY_USER}, /* or whoever it was */
};

static const struct known known_lines[] = {
    {"CUDA out of memory", NULL, CAUSE_CUDA_OOM},
    {"CUDA_ERROR_OUT_OF_MEMORY", NULL, CAUSE_CUDA_OOM},
    {"torch.cuda.OutOfMemoryError", NULL, CAUSE_CUDA_OOM},
    {"torch.OutOfMemoryError", NULL, CAUSE_CUDA_OOM},
    {"killed due to the node running low on memory", NULL, CAUSE_RAY_OOM},
    {"ray.exceptions.OutOfMemoryError", NULL, CAUSE_RAY_OOM},
    {"No CUDA GPUs are available", NULL, CAUSE_CUDA_MISSING},
    {"no CUDA-capable device is detected", NULL, CAUSE_CUDA_MISSING},
    {"Found no NVIDIA driver", NULL, CAUSE_CUDA_MISSING},
    {"Torch not compiled with CUDA enabled", NULL, CAUSE_CUDA_MISSING},
    {"CUDA driver version is insufficient", NULL, CAUSE_CUDA_MISSING},
    {"libcuda.so", "cannot open shared object", CAUSE_CUDA_MISSING},
    {"torch.cuda.is_available() is False", NULL, CAUSE_CUDA_MISSING},
    {"CUDA not available", "Error", CAUSE_CUDA_MISSING},
    {"CUDA is not available", "Error", CAUSE_CUDA_MISSING},
    {"Could not find any running Ray instance", NULL, CAUSE_RAY_CONNECT},
    {"Failed to connect to Ray", NULL, CAUSE_RAY_CONNECT},
    {"Could not connect to Ray", NULL, CAUSE_RAY_CONNECT},
    {"ailed to connect to GCS", "Error", CAUSE_RAY_CONNECT},
    {"nable to connect to GCS", NULL, CAUSE_RAY_CONNECT},
    {"ray client connection timeout", NULL, CAUSE_RAY_CONNECT},
    {"ModuleNotFoundError: ", NULL, CAUSE_IMPORT_ERROR},
    {"ImportError: ", NULL, CAUSE_IMPORT_ERROR},
    {"Address already in use", NULL, CAUSE_PORT_IN_USE},
    {": command not found", NULL, CAUSE_COMMAND_NOT_FOUND},
    {": not found", "exec: ", CAUSE_COMMAND_NOT_FOUND},
};

static enum cause cause_of(const struct log_line *line, const struct known *table,
                           size_t count)
{
    for (size_t i = 0; i < count; i++) {
        if (log_line_holds(line, table[i].words) &&
            (!table[i].also || log_line_holds(line, table[i].also)))
            return table[i].cause;
    }
    return CAUSE_NONE;
}

#define CAUSE_OF(line, table) cause_of(line, table, sizeof(table) / sizeof *(table))

static char *printable(const struct log_line *line)
{
    struct text text = {0};
    size_t size = line->size < LINE_MAX_BYTES ? line->size : LINE_MAX_BYTES;

    while (size < line->size && size > 0 &&
           ((unsigned char)line->bytes[size] & 0xC0) == 0x80)
        size--; /* not through a character */
    utf8_add_printable(&text, line->bytes, size);
    return text_take(&text);
}

static void set_hint(struct log_hint *hint, enum log_hint_rank rank, enum cause cause,
                     const struct log_line *line)
{
    if (rank < hint->rank)
        return;
    free(hint->line);
    *hint = (struct log_hint){.rank = rank, .line = printable(line)};
    snprintf(hint->cause, sizeof hint->cause, "%s", cause_name(cause));
}

/* Not the program's: raylaunch's own progress and Slurm's small talk. */
static bool is_foreign(const struct log_line *line)
{
    return log_line_begins(line, "raylaunch: ") || log_line_begins(line, "srun: ") ||
           log_line_begins(line, "slurmstepd");
}

#define NEAR_LINES 60 /* a launcher speaks at once of the end that it saw */
#define ON_LINES 30   /* who says so much more behind an "error: …" went on */

struct reading {
    struct log_hint slurm, best, said;
    struct log_hint earlier; /* `best` of the traceback before this one */
    size_t n_lines, best_at; /* lines read; where `best` was found */
    size_t n_behind;         /* lines behind it that are no epilogue */
    bool is_err, is_chained, in_traceback;
    bool is_alone;            /* `best` stood in no traceback */
    bool is_open;             /* the next line says what the error is */
    bool is_aside;            /* in a traceback that was no reason to end */
    bool is_added;            /* R tells behind the error which file it was */
    bool in_group, had_group; /* an ExceptionGroup, its first part still to come */
};

/* "Error in f(x) :" and on the next line what: one line for a person. */
static void join(struct log_hint *hint, const char *between,
                 const struct log_line *line)
{
    cleanup_free char *more = printable(line);
    struct text text = {.max = LINE_MAX_BYTES};

    text_add(&text, hint->line ? hint->line : "");
    text_add(&text, between);
    text_add(&text, more);
    free(hint->line);
    hint->line = text_take(&text);
}

static bool take_rest(struct reading *reading, enum log_error kind,
                      const struct log_line *line)
{
    if (reading->is_open && kind != LOG_ERROR_NOISE) {
        reading->is_open = false;
        join(&reading->best, " ", line);
        return true;
    }
    reading->is_open = false;
    if (reading->is_added && line->is_indented) {
        reading->is_added = false;
        join(&reading->best, ": ", line);
        return true;
    }
    /* The first part of a group tells what it is about; nested groups are passed over.
     */
    if (reading->in_group && kind == LOG_ERROR_YES)
        join(&reading->best, ": ", line);
    if (reading->in_group && kind != LOG_ERROR_GROUP)
        reading->in_group = kind != LOG_ERROR_YES;
    return reading->had_group;
}

/* Does the best line hold these words already? */
static bool is_about(const struct reading *reading, const char *words)
{
    return reading->best.line && strstr(reading->best.line, words);
}

static void set_best(struct reading *reading, enum log_error kind,
                     const struct log_line *line)
{
    struct log_hint *hint = &reading->best;
    bool is_open = kind == LOG_ERROR_OPEN ||
                   (kind == LOG_ERROR_FIRST && line->bytes[line->size - 1] == ':');

    if (kind == LOG_ERROR_FIRST && is_about(reading, " panicked at "))
        return;
    reading->is_open = is_open && hint->rank <= LOG_HINT_TRACEBACK;
    reading->in_group = reading->had_group = kind == LOG_ERROR_GROUP;
    reading->is_alone = !reading->in_traceback;
    reading->n_behind = 0;
    reading->in_traceback = kind == LOG_ERROR_OUTER;
    reading->best_at = reading->n_lines;
    set_hint(hint, LOG_HINT_TRACEBACK, CAUSE_NONE, line);
}

/* A launcher says that its program failed: why stands in the traceback before. */
static void take_relay(struct reading *reading, const struct log_line *line)
{
    if (reading->earlier.rank < LOG_HINT_TRACEBACK) {
        set_best(reading, LOG_ERROR_YES, line);
        return;
    }
    log_hint_release(&reading->best);
    reading->best = reading->earlier;
    reading->earlier = (struct log_hint){0};
    reading->in_traceback = false;
}

static void take_last_line(struct reading *reading, bool is_weak,
                           const struct log_line *line)
{
    bool went_on = reading->is_alone && !is_weak &&
                   reading->best.rank == LOG_HINT_TRACEBACK &&
                   ++reading->n_behind > ON_LINES;

    if (!reading->is_err || is_foreign(line) ||
        (is_weak && reading->best.rank > LOG_HINT_NONE))
        return;
    if (went_on)
        log_hint_release(&reading->best);
    set_hint(&reading->best, LOG_HINT_LAST_LINE, CAUSE_NONE, line);
}

static void take_line(struct reading *reading, const struct log_line *line)
{
    enum cause cause = CAUSE_OF(line, known_lines);
    enum log_error kind = log_error_kind(line, reading->in_traceback);

    if (cause && kind != LOG_ERROR_NOISE && !log_line_begins(line, "raylaunch: ")) {
        reading->best_at = reading->n_lines;
        set_hint(&reading->best, LOG_HINT_KNOWN, cause, line);
        return;
    }
    if (take_rest(reading, kind, line))
        return;
    switch (kind) {
    case LOG_ERROR_YES:
    case LOG_ERROR_OPEN:
    case LOG_ERROR_FIRST:
    case LOG_ERROR_OUTER:
    case LOG_ERROR_GROUP:
        set_best(reading, kind, line);
        break;
    case LOG_ERROR_RELAY:
        take_relay(reading, line);
        break;
    case LOG_ERROR_ASIDE:
        reading->is_aside = true;
        take_last_line(reading, true, line);
        break;
    case LOG_ERROR_NO:
    case LOG_ERROR_WEAK:
        take_last_line(reading, kind == LOG_ERROR_WEAK, line);
        break;
    case LOG_ERROR_NOISE:
        if (log_line_begins(line, "In addition: Warning message:"))
            reading->is_added = is_about(reading, "cannot open the connection");
        break;
    }
}

/* "Exception ignored in …", a traceback, and its last line. True: it is of that. */
static bool take_aside(struct reading *reading, const struct log_line *line)
{
    if (!reading->is_aside)
        return false;
    if (line->is_indented || log_error_is_traceback(line) ||
        log_line_begins(line, "future: "))
        return true;
    reading->is_aside = false;
    take_last_line(reading, false, line);
    return true;
}

/* What came earlier was handled, unless it is said to be the reason, or a launcher says
 * so at once. */
static void begin_traceback(struct reading *reading)
{
    if (!reading->is_chained) {
        bool is_near = reading->best.rank >= LOG_HINT_TRACEBACK &&
                       reading->n_lines - reading->best_at <= NEAR_LINES;
        log_hint_release(&reading->earlier);
        if (is_near)
            reading->earlier = reading->best;
        else
            log_hint_release(&reading->best);
        reading->best = (struct log_hint){0};
    }
    reading->is_chained = reading->is_open = reading->had_group = false;
    reading->in_traceback = true;
}

/* "raylaunch: [   12.3s] failed: ray_start: …": the cause is the second word. */
static void take_said(const struct log_line *line, struct log_hint *said)
{
    static const char exit_0[] = "the entrypoint has ended: exit code 0";
    const char *end = line->bytes + line->size;
    const char *text = memmem(line->bytes, line->size, "s] ", 3);
    char cause[LOG_HINT_CAUSE_SIZE];

    if (!text || !log_line_begins(line, "raylaunch: ["))
        return;
    text += 3;
    snprintf(cause, sizeof cause, "%s", cause_name(CAUSE_NO_RESULT));
    struct log_line rest = {text, (size_t)(end - text), false, false};
    if (log_line_begins(&rest, "failed: ") || log_line_begins(&rest, "timeout: ")) {
        const char *word = (const char *)memchr(text, ' ', rest.size) + 1;
        const char *colon = memmem(word, (size_t)(end - word), ": ", 2);
        if (!colon || (size_t)(colon - word) >= sizeof cause)
            return;
        snprintf(cause, sizeof cause, "%.*s", (int)(colon - word), word);
    } else if (!log_line_begins(&rest, exit_0)) {
        return;
    }
    free(said->said);
    said->said = printable(line);
    memcpy(said->said_cause, cause, sizeof cause);
}

static void read_line(struct reading *reading, const struct log_line *line)
{
    enum cause cause = CAUSE_OF(line, slurm_lines);

    reading->n_lines++;
    if (line->size == 0)
        return;
    if (cause) {
        /* it says "CANCELLED" of every end; the reason tells more */
        if (cause != CAUSE_BY_USER || reading->slurm.rank == LOG_HINT_NONE)
            set_hint(&reading->slurm, LOG_HINT_SLURM, cause, line);
    } else if (take_aside(reading, line)) {
        return;
    } else if (line->is_framed && reading->had_group && log_error_is_traceback(line)) {
        reading->in_traceback = true; /* of a part of the group */
    } else if (log_error_is_traceback(line)) {
        begin_traceback(reading);
    } else if (log_line_begins(line, "During handling of the above exception") ||
               log_line_begins(line, "The above exception was the direct cause")) {
        reading->is_chained = true;
    } else {
        take_line(reading, line);
        if (reading->is_err)
            take_said(line, &reading->said);
    }
}

void log_hint_scan(const char *bytes, size_t size, bool is_err,
                   struct log_hint *ret_hint)
{
    struct reading reading = {.is_err = is_err};
    struct log_line line;
    size_t plain_size = 0;
    cleanup_free char *plain = log_plain(bytes, size, &plain_size);
    size_t at = plain_size > LOG_HINT_TAIL_BYTES ? plain_size - LOG_HINT_TAIL_BYTES : 0;

    while (log_line_next(plain, plain_size, &at, &line))
        read_line(&reading, &line);
    bool is_slurm = reading.slurm.rank > reading.best.rank;
    *ret_hint = is_slurm ? reading.slurm : reading.best;
    ret_hint->is_out = !is_err && ret_hint->line;
    ret_hint->said = reading.said.said;
    memcpy(ret_hint->said_cause, reading.said.said_cause, sizeof ret_hint->said_cause);
    log_hint_release(is_slurm ? &reading.best : &reading.slurm);
    log_hint_release(&reading.earlier);
}

static void look_into(const char *path, bool is_err, struct log_hint *best)
{
    size_t size = 0;
    cleanup_free char *bytes = log_plain_read_end(path, LOG_HINT_TAIL_BYTES, &size);
    struct log_hint hint = {0};

    if (!bytes)
        return;
    log_hint_scan(bytes, size, is_err, &hint);
    if (is_err) {
        best->said = steal(&hint.said);
        memcpy(best->said_cause, hint.said_cause, sizeof best->said_cause);
    }
    if (hint.rank > best->rank) {
        free(best->line);
        best->line = steal(&hint.line);
        best->rank = hint.rank;
        best->is_out = hint.is_out;
        memcpy(best->cause, hint.cause, sizeof best->cause);
    }
    log_hint_release(&hint);
}

void log_hint_find(const char *out_path, const char *err_path,
                   struct log_hint *ret_hint)
{
    struct log_hint best = {0};

    look_into(err_path, true, &best);
    look_into(out_path, false, &best);
    *ret_hint = best;
}

void log_hint_release(struct log_hint *hint)
{
    free(hint->line);
    free(hint->said);
    *hint = (struct log_hint){0};
}

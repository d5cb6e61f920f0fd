#include "collector/outcome/log_hint.h"

#include <errno.h>
#include <fcntl.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "launcher/common/memory.h"
#include "launcher/common/text.h"
#include "launcher/common/utf8.h"

#define LINE_MAX_BYTES 400

/* A line without its newline, colours, and Ray's or srun's prefix. */
struct line {
    const char *bytes;
    size_t size;
};

struct known {
    const char *words;
    const char *also; /* must stand in the line too; NULL for none */
    const char *cause;
};

/* slurmstepd's words: the prefix changes between releases, the stars do not. */
static const struct known slurm_lines[] = {
    {"DUE TO TIME LIMIT ***", "*** ", "time_limit"},
    {"DUE TO PREEMPTION ***", "*** ", "preempted"},
    {"DUE TO NODE FAILURE", "*** ", "node_fail"},
    {"oom_kill event", "Detected ", "oom"},
    {" CANCELLED AT ", "*** JOB ", "cancelled"},
};

static const struct known known_lines[] = {
    {"CUDA out of memory", NULL, "cuda_oom"},
    {"CUDA_ERROR_OUT_OF_MEMORY", NULL, "cuda_oom"},
    {"torch.cuda.OutOfMemoryError", NULL, "cuda_oom"},
    {"ModuleNotFoundError: ", NULL, "import_error"},
    {"ImportError: ", NULL, "import_error"},
    {"Address already in use", NULL, "port_in_use"},
    {": command not found", NULL, "command_not_found"},
    {": not found", "exec: ", "command_not_found"},
};

static bool holds(const struct line *line, const char *words)
{
    return memmem(line->bytes, line->size, words, strlen(words)) != NULL;
}

static bool begins(const struct line *line, const char *words)
{
    size_t size = strlen(words);

    return line->size >= size && memcmp(line->bytes, words, size) == 0;
}

static const char *cause_of(const struct line *line, const struct known *table,
                            size_t count)
{
    for (size_t i = 0; i < count; i++) {
        if (holds(line, table[i].words) &&
            (!table[i].also || holds(line, table[i].also)))
            return table[i].cause;
    }
    return NULL;
}

#define CAUSE_OF(line, table) cause_of(line, table, sizeof(table) / sizeof *(table))

static void skip(struct line *line, size_t count)
{
    line->bytes += count;
    line->size -= count;
}

static bool skip_colour(struct line *line)
{
    size_t at = 2;

    if (!begins(line, "\x1b["))
        return false;
    while (at < line->size && strchr("0123456789;", line->bytes[at]))
        at++;
    skip(line, at < line->size ? at + 1 : at);
    return true;
}

/* "0: " of srun and "(train pid=12, ip=…) " of Ray. */
static bool skip_prefix(struct line *line)
{
    size_t digits = 0;

    while (digits < line->size && line->bytes[digits] >= '0' &&
           line->bytes[digits] <= '9')
        digits++;
    if (digits > 0 && digits + 1 < line->size && line->bytes[digits] == ':' &&
        line->bytes[digits + 1] == ' ') {
        skip(line, digits + 2);
        return true;
    }
    const char *end = memchr(line->bytes, ')', line->size < 200 ? line->size : 200);
    if (line->size > 0 && line->bytes[0] == '(' && end &&
        memmem(line->bytes, (size_t)(end - line->bytes), " pid=", 5)) {
        skip(line, (size_t)(end - line->bytes) + 1);
        if (skip_colour(line) || line->size > 0)
            skip(line, line->size > 0 && line->bytes[0] == ' ' ? 1 : 0);
        return true;
    }
    return false;
}

/* The next line at `*at`; what a program drew over itself with CR is left out. */
static bool next_line(const char *bytes, size_t size, size_t *at, struct line *line)
{
    if (*at >= size)
        return false;
    const char *start = bytes + *at;
    const char *newline = memchr(start, '\n', size - *at);
    size_t length = newline ? (size_t)(newline - start) : size - *at;

    *at += length + 1;
    while (length > 0 && (start[length - 1] == '\r' || start[length - 1] == ' '))
        length--;
    const char *redrawn = memrchr(start, '\r', length);
    if (redrawn) {
        length -= (size_t)(redrawn + 1 - start);
        start = redrawn + 1;
    }
    *line = (struct line){start, length};
    while (skip_colour(line) || skip_prefix(line))
        ;
    return true;
}

static bool ends_like_error(const char *name, size_t size)
{
    static const char *const tails[] = {"Error", "Exception", "Interrupt"};

    for (size_t i = 0; i < sizeof tails / sizeof *tails; i++) {
        size_t tail = strlen(tails[i]);
        if (size >= tail && memcmp(name + size - tail, tails[i], tail) == 0)
            return true;
    }
    return false;
}

/* "torch.cuda.OutOfMemoryError: …", "KeyboardInterrupt": a dotted name whose last part
 * begins with a capital, then the line's end or ": ". Behind a traceback any name will
 * do. */
static bool is_exception(const struct line *line, bool in_traceback)
{
    size_t at = 0, part = 0;

    while (at < line->size && (line->bytes[at] == '_' || line->bytes[at] == '.' ||
                               (line->bytes[at] >= '0' && line->bytes[at] <= '9') ||
                               (line->bytes[at] >= 'A' && line->bytes[at] <= 'Z') ||
                               (line->bytes[at] >= 'a' && line->bytes[at] <= 'z'))) {
        if (line->bytes[at] == '.')
            part = at + 1;
        at++;
    }
    return at > part + 2 && line->bytes[part] >= 'A' && line->bytes[part] <= 'Z' &&
           (at == line->size ||
            (line->bytes[at] == ':' &&
             (at + 1 == line->size || line->bytes[at + 1] == ' '))) &&
           (in_traceback || ends_like_error(line->bytes, at));
}

static void set_hint(struct log_hint *hint, enum log_hint_rank rank, const char *cause,
                     const struct line *line)
{
    cleanup_text struct text text = {0};
    size_t size = line->size < LINE_MAX_BYTES ? line->size : LINE_MAX_BYTES;

    if (rank < hint->rank)
        return;
    while (size < line->size && size > 0 &&
           ((unsigned char)line->bytes[size] & 0xC0) == 0x80)
        size--; /* not through a character */
    utf8_add_printable(&text, line->bytes, size);
    free(hint->line);
    *hint = (struct log_hint){.rank = rank, .line = text_take(&text)};
    snprintf(hint->cause, sizeof hint->cause, "%s", cause ? cause : "");
}

/* Not the program's: raylaunch's own progress and Slurm's small talk. */
static bool is_foreign(const struct line *line)
{
    return begins(line, "raylaunch: ") || begins(line, "srun: ") ||
           begins(line, "slurmstepd");
}

static void take_line(const struct line *line, int is_err, bool *in_traceback,
                      struct log_hint *hint)
{
    const char *cause = CAUSE_OF(line, known_lines);

    if (cause && !begins(line, "raylaunch: ")) {
        set_hint(hint, LOG_HINT_KNOWN, cause, line);
    } else if (is_exception(line, *in_traceback)) {
        set_hint(hint, LOG_HINT_TRACEBACK, NULL, line);
        *in_traceback = false;
    } else if (is_err && !is_foreign(line)) {
        set_hint(hint, LOG_HINT_LAST_LINE, NULL, line);
    }
}

void log_hint_scan(const char *bytes, size_t size, int is_err,
                   struct log_hint *ret_hint)
{
    struct log_hint slurm = {0}, hint = {0};
    struct line line;
    size_t at = 0;
    bool is_chained = false, in_traceback = false;

    while (next_line(bytes, size, &at, &line)) {
        const char *cause = CAUSE_OF(&line, slurm_lines);
        if (line.size == 0)
            continue;
        if (cause) {
            /* "cancelled" is said of every end by Slurm; the reason tells more */
            if (strcmp(cause, "cancelled") != 0 || slurm.rank == LOG_HINT_NONE)
                set_hint(&slurm, LOG_HINT_SLURM, cause, &line);
        } else if (begins(&line, "Traceback (most recent call last)")) {
            /* what came earlier was handled, unless it is said to be the reason */
            if (!is_chained)
                log_hint_release(&hint);
            is_chained = false;
            in_traceback = true;
        } else if (begins(&line, "During handling of the above exception") ||
                   begins(&line, "The above exception was the direct cause")) {
            is_chained = true;
        } else {
            take_line(&line, is_err, &in_traceback, &hint);
        }
    }
    if (slurm.rank > hint.rank) {
        log_hint_release(&hint);
        hint = slurm;
        slurm.line = NULL;
    }
    log_hint_release(&slurm);
    *ret_hint = hint;
}

/* The last bytes of a regular file; whole lines where it is longer. */
static char *read_tail(const char *path, size_t *ret_size)
{
    struct stat info;
    cleanup_close int fd =
        path ? open(path, O_RDONLY | O_NONBLOCK | O_NOFOLLOW | O_CLOEXEC | O_NOCTTY)
             : -1;

    if (fd < 0 || fstat(fd, &info) < 0 || !S_ISREG(info.st_mode))
        return NULL;
    off_t from = info.st_size > (off_t)LOG_HINT_TAIL_BYTES
                     ? info.st_size - (off_t)LOG_HINT_TAIL_BYTES
                     : 0;
    char *bytes = xmalloc(LOG_HINT_TAIL_BYTES);
    size_t size = 0;
    while (size < LOG_HINT_TAIL_BYTES) {
        ssize_t count =
            pread(fd, bytes + size, LOG_HINT_TAIL_BYTES - size, from + (off_t)size);
        if (count < 0 && errno == EINTR)
            continue;
        if (count <= 0)
            break;
        size += (size_t)count;
    }
    *ret_size = size;
    return bytes;
}

static void look_into(const char *path, int is_err, struct log_hint *best)
{
    size_t size = 0;
    cleanup_free char *bytes = read_tail(path, &size);
    struct log_hint hint = {0};

    if (!bytes)
        return;
    log_hint_scan(bytes, size, is_err, &hint);
    if (hint.rank > best->rank) {
        log_hint_release(best);
        *best = hint;
    } else {
        log_hint_release(&hint);
    }
}

void log_hint_find(const char *out_path, const char *err_path,
                   struct log_hint *ret_hint)
{
    struct log_hint best = {0};

    look_into(err_path, 1, &best);
    look_into(out_path, 0, &best);
    *ret_hint = best;
}

void log_hint_release(struct log_hint *hint)
{
    free(hint->line);
    *hint = (struct log_hint){0};
}

#include "launcher/jobs/earlier_rows.h"

#include <errno.h>
#include <fcntl.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "launcher/common/files/file.h"
#include "launcher/common/limits.h"
#include "launcher/common/memory.h"
#include "launcher/common/processes/interrupt.h"

#define BLOCK_BYTES ((size_t)1 << 18)

struct reading {
    struct earlier_rows *rows;
    const struct sweep *sweep;
    size_t n_bad;     /* lines that are no rows */
    size_t n_foreign; /* rows of other points or jobs */
};

/* NULL: the row is not of the attempt that counts. */
static const struct attempt *attempt_of(struct reading *reading,
                                        const struct row_line *line)
{
    size_t index;

    if (!sweep_find_point(reading->sweep, line->point, &index)) {
        reading->n_foreign++;
        return NULL;
    }
    const struct attempt *attempt = sweep_attempt(reading->sweep->points[index]);
    if (!attempt || (long)attempt->number != line->attempt)
        return NULL;
    if (*line->job_id && *attempt->job_id &&
        strcmp(line->job_id, attempt->job_id) != 0) {
        reading->n_foreign++;
        return NULL;
    }
    return attempt;
}

static void take_line(struct reading *reading, const char *bytes, size_t size)
{
    struct earlier_rows *rows = reading->rows;
    struct row_line line;

    if (size == 0)
        return;
    if (!row_line_read(bytes, size, &line)) {
        reading->n_bad++;
        return;
    }
    const struct attempt *attempt = line.result ? attempt_of(reading, &line) : NULL;
    if (!attempt) {
        row_line_release(&line);
        return;
    }
    rows->items = xgrow(rows->items, rows->count, &rows->cap, sizeof *rows->items);
    rows->items[rows->count] =
        (struct earlier_row){.attempt = attempt,
                             .order = line.number ? line.number : rows->count + 1,
                             .line = line};
    rows->count++;
}

static int compare(const void *a, const void *b)
{
    const struct earlier_row *one = a, *other = b;
    uintptr_t place = (uintptr_t)one->attempt, other_place = (uintptr_t)other->attempt;

    if (place != other_place)
        return place < other_place ? -1 : 1;
    return (one->order > other->order) - (one->order < other->order);
}

/* Whole lines are taken and dropped; what is longer than a row can be is passed over.
 * */
static void take_lines(struct reading *reading, struct text *held, bool is_end)
{
    size_t at = 0;

    while (at < held->size) {
        const char *newline = memchr(held->bytes + at, '\n', held->size - at);
        if (!newline)
            break;
        take_line(reading, held->bytes + at, (size_t)(newline - held->bytes) - at);
        at = (size_t)(newline - held->bytes) + 1;
    }
    if (at > 0)
        memmove(held->bytes, held->bytes + at, held->size - at);
    held->size -= at;
    if (held->size > LIMIT_EARLIER_LINE || (is_end && held->size > 0)) {
        reading->n_bad++; /* a last line without a newline was torn */
        held->size = 0;
    }
}

static int read_lines(struct reading *reading, int fd, const char *path,
                      struct words *troubles, struct error *err)
{
    cleanup_text struct text held = {0};
    cleanup_free char *block = xmalloc(BLOCK_BYTES);
    unsigned long long total = 0;
    struct error own = {0};
    ssize_t got;

    do {
        if (interrupt_is_pending())
            return interrupt_error(err, "while reading '%s'", path);
        got = file_read_some(fd, path, block, BLOCK_BYTES, &own);
        if (got < 0) {
            words_add(troubles, own.text);
            return 0;
        }
        total += (unsigned long long)got;
        if (total > LIMIT_EARLIER_BYTES) {
            words_addf(troubles, "'%s' is larger than %llu bytes: the rest is not read",
                       path, LIMIT_EARLIER_BYTES);
            return 0;
        }
        text_add_bytes(&held, block, (size_t)got);
        take_lines(reading, &held, got == 0);
    } while (got > 0);
    return 0;
}

int earlier_rows_read(struct earlier_rows *rows, const char *path,
                      const struct sweep *sweep, struct words *troubles,
                      struct error *err)
{
    struct reading reading = {.rows = rows, .sweep = sweep};
    struct stat info;
    cleanup_close int fd =
        open(path, O_RDONLY | O_NONBLOCK | O_NOFOLLOW | O_CLOEXEC | O_NOCTTY);

    if (fd < 0 && errno == ENOENT)
        return 0;
    if (fd < 0 || fstat(fd, &info) < 0 || !S_ISREG(info.st_mode)) {
        words_addf(troubles, "'%s' cannot be read: %s", path,
                   fd < 0 ? strerror(errno) : "it is not a regular file");
        return 0;
    }
    if (read_lines(&reading, fd, path, troubles, err) < 0)
        return -1;
    if (rows->count > 1)
        qsort(rows->items, rows->count, sizeof *rows->items, compare);
    if (reading.n_bad > 0)
        words_addf(troubles, "'%s': %zu lines are no rows of a table: passed over",
                   path, reading.n_bad);
    if (reading.n_foreign > 0)
        words_addf(troubles, "'%s': %zu rows are of other points or jobs: passed over",
                   path, reading.n_foreign);
    return 0;
}

size_t earlier_rows_find(const struct earlier_rows *rows, const struct attempt *attempt,
                         size_t *ret_first)
{
    size_t low = 0, high = rows->count;

    while (low < high) {
        size_t middle = low + (high - low) / 2;
        if ((uintptr_t)rows->items[middle].attempt < (uintptr_t)attempt)
            low = middle + 1;
        else
            high = middle;
    }
    *ret_first = low;
    while (high < rows->count && rows->items[high].attempt == attempt)
        high++;
    return high - low;
}

void earlier_rows_release(struct earlier_rows *rows)
{
    for (size_t i = 0; i < rows->count; i++)
        row_line_release(&rows->items[i].line);
    free(rows->items);
    *rows = (struct earlier_rows){0};
}

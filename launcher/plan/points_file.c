#include "launcher/plan/points_file.h"

#include <errno.h>
#include <fcntl.h>
#include <stdarg.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "launcher/common/files/file.h"
#include "launcher/common/limits.h"
#include "launcher/common/memory.h"
#include "launcher/plan/entry.h"

int points_file_fail(const char *source, size_t line, struct error *err,
                     const char *format, ...)
{
    va_list args;

    va_start(args, format);
    cleanup_free char *why = xvasprintf(format, args);
    va_end(args);
    return error_set(err, ERROR_INPUT, "'%s' line %zu: %s", source, line, why);
}

void points_file_begin_row(struct file_rows *rows, const char *source, size_t line)
{
    rows->items = xgrow(rows->items, rows->count, &rows->cap, sizeof *rows->items);
    rows->items[rows->count++] = (struct file_row){.line = line, .source = source};
}

static int check_parameter(const struct file_row *row, const char *key,
                           const char *value, struct error *err)
{
    if (!*key || entry_key_size(key) != strlen(key))
        return points_file_fail(row->source, row->line, err,
                                "'%.100s' cannot be the name of a parameter; use a "
                                "letter or _, then letters, digits and _ . @ / -",
                                key);
    if (strlen(key) + strlen(value) + 4 >= LIMIT_WORD_BYTES)
        return points_file_fail(row->source, row->line, err,
                                "the value of '%.100s' has %zu bytes; one argument "
                                "takes at most %lu; give it in a file of its own",
                                key, strlen(value), LIMIT_WORD_BYTES - 1);
    if (row->count >= LIMIT_ROW_PARAMETERS)
        return points_file_fail(row->source, row->line, err,
                                "more than %lu parameters in one row",
                                LIMIT_ROW_PARAMETERS);
    return 0;
}

int points_file_add(struct file_rows *rows, char *key, char *value, struct error *err)
{
    struct file_row *row = &rows->items[rows->count - 1];
    cleanup_free char *own_key = key;
    cleanup_free char *own_value = value;
    size_t rank;

    if (check_parameter(row, key, value, err) < 0)
        return -1;
    if (!map_get(&rows->ranks, key, &rank)) {
        words_add(&rows->keys, key);
        map_set(&rows->ranks, rows->keys.items[rows->keys.count - 1],
                rows->keys.count - 1);
    }
    row->params = xgrow(row->params, row->count, &row->cap, sizeof *row->params);
    row->params[row->count].key = steal(&own_key);
    row->params[row->count++].value = steal(&own_value);
    return 0;
}

static size_t rank_of(const struct map *ranks, const struct parameter *param)
{
    size_t rank = 0;

    map_get(ranks, param->key, &rank);
    return rank;
}

static int compare_ranks(const void *a, const void *b, void *ranks)
{
    size_t rank_a = rank_of(ranks, a);
    size_t rank_b = rank_of(ranks, b);

    return rank_a < rank_b ? -1 : rank_a > rank_b;
}

/* The same parameters in another order are the same point, so rows have one order. */
int points_file_end_row(struct file_rows *rows, struct error *err)
{
    struct file_row *row = &rows->items[rows->count - 1];

    if (row->count == 0)
        return points_file_fail(row->source, row->line, err, "no parameters");
    for (size_t i = 1; i < row->count; i++) {
        if (rank_of(&rows->ranks, &row->params[i - 1]) >=
            rank_of(&rows->ranks, &row->params[i])) {
            qsort_r(row->params, row->count, sizeof *row->params, compare_ranks,
                    &rows->ranks);
            break;
        }
    }
    for (size_t i = 1; i < row->count; i++) {
        if (strcmp(row->params[i - 1].key, row->params[i].key) == 0)
            return points_file_fail(row->source, row->line, err, "'%s' is there twice",
                                    row->params[i].key);
    }
    return 0;
}

static bool has_suffix(const char *path, const char *suffix)
{
    size_t size = strlen(path);
    size_t tail = strlen(suffix);

    return size > tail && strcmp(path + size - tail, suffix) == 0;
}

int points_file_parse(const char *bytes, size_t size, const char *source, int is_csv,
                      struct file_rows *rows, struct error *err)
{
    size_t before = rows->count;

    if (size >= 2 &&
        (memcmp(bytes, "\xFF\xFE", 2) == 0 || memcmp(bytes, "\xFE\xFF", 2) == 0))
        return error_set(err, ERROR_INPUT, "'%s' is UTF-16; save it as UTF-8", source);
    if (size >= 3 && memcmp(bytes, "\xEF\xBB\xBF", 3) == 0) {
        bytes += 3;
        size -= 3;
    }
    if (is_csv < 0) {
        size_t i = 0;
        while (i < size && memchr(" \t\r\n", bytes[i], 4))
            i++;
        is_csv = i < size && bytes[i] != '{';
    }
    if ((is_csv ? csv_read : jsonl_read)(bytes, size, source, rows, err) < 0)
        return -1;
    if (rows->count == before)
        return error_set(
            err, ERROR_INPUT,
            "empty grid: there is no point in '%s'; write one object a line "
            "(JSONL), or a line of names and one line a point (CSV)",
            source);
    return 0;
}

int points_file_load(const char *path, struct file_rows *rows, struct error *err)
{
    cleanup_text struct text text = {.max = LIMIT_POINTS_FILE_BYTES};
    cleanup_free char *bytes = NULL;
    size_t size = 0;
    struct stat info;
    bool is_stdin = strcmp(path, "-") == 0;
    int is_csv = has_suffix(path, ".csv") ? 1
                 : has_suffix(path, ".jsonl") || has_suffix(path, ".ndjson") ||
                         has_suffix(path, ".json")
                     ? 0
                     : -1;

    if (is_stdin || (stat(path, &info) == 0 && S_ISFIFO(info.st_mode))) {
        cleanup_close int fd =
            is_stdin ? dup(STDIN_FILENO) : open(path, O_RDONLY | O_CLOEXEC);
        if (fd < 0)
            return error_set_errno(err, ERROR_FILE, "cannot open '%s'", path);
        if (file_read_stream(fd, path, &text, err) < 0)
            return -1;
        return points_file_parse(text_string(&text), text.size, path, is_csv, rows,
                                 err);
    }
    if (file_read_all(path, LIMIT_POINTS_FILE_BYTES, &bytes, &size, err) < 0)
        return -1;
    return points_file_parse(bytes, size, path, is_csv, rows, err);
}

void points_file_release(struct file_rows *rows)
{
    for (size_t i = 0; i < rows->count; i++) {
        for (size_t j = 0; j < rows->items[i].count; j++) {
            free(rows->items[i].params[j].key);
            free(rows->items[i].params[j].value);
        }
        free(rows->items[i].params);
    }
    free(rows->items);
    words_release(&rows->keys);
    map_release(&rows->ranks);
    *rows = (struct file_rows){0};
}

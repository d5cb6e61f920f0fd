#include "launcher/plan/file_rows.h"

#include <stdarg.h>
#include <stdlib.h>
#include <string.h>

#include "launcher/common/limits.h"
#include "launcher/common/memory.h"
#include "launcher/plan/entry.h"

int file_rows_fail(const char *source, size_t line, struct error *err,
                   const char *format, ...)
{
    va_list args;

    va_start(args, format);
    cleanup_free char *why = xvasprintf(format, args);
    va_end(args);
    return error_set(err, ERROR_INPUT, "'%s' line %zu: %s", source, line, why);
}

void file_rows_begin(struct file_rows *rows, const char *source, size_t line)
{
    rows->items = xgrow(rows->items, rows->count, &rows->cap, sizeof *rows->items);
    rows->items[rows->count++] = (struct file_row){.line = line, .source = source};
}

static int check_parameter(const struct file_row *row, const char *key,
                           const char *value, struct error *err)
{
    if (!*key || entry_key_size(key) != strlen(key))
        return file_rows_fail(row->source, row->line, err,
                              "'%.100s' cannot be the name of a parameter; use a "
                              "letter or _, then letters, digits and _ . @ / -",
                              key);
    if (strlen(key) + strlen(value) + 4 >= LIMIT_WORD_BYTES)
        return file_rows_fail(row->source, row->line, err,
                              "the value of '%.100s' has %zu bytes; one argument "
                              "takes at most %lu; give it in a file of its own",
                              key, strlen(value), LIMIT_WORD_BYTES - 1);
    if (row->count >= LIMIT_ROW_PARAMETERS)
        return file_rows_fail(row->source, row->line, err,
                              "more than %lu parameters in one row",
                              LIMIT_ROW_PARAMETERS);
    return 0;
}

int file_rows_add(struct file_rows *rows, char *key, char *value, struct error *err)
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
int file_rows_end(struct file_rows *rows, struct error *err)
{
    struct file_row *row = &rows->items[rows->count - 1];

    if (row->count == 0)
        return file_rows_fail(row->source, row->line, err, "no parameters");
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
            return file_rows_fail(row->source, row->line, err, "'%s' is there twice",
                                  row->params[i].key);
    }
    return 0;
}

void file_rows_release(struct file_rows *rows)
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

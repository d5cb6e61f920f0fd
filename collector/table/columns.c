#include "collector/table/columns.h"

#include <stdlib.h>
#include <string.h>

#include "collector/table/result_string.h"
#include "collector/table/result_text.h"
#include "launcher/common/memory.h"

static size_t add_column(struct words *names, struct map *map, const char *name,
                         size_t *n_left_out)
{
    size_t index = 0;

    if (map_get(map, name, &index))
        return index;
    if (names->count == COLUMNS_MAX) {
        ++*n_left_out;
        return COLUMNS_MAX;
    }
    words_add(names, name);
    map_set(map, names->items[names->count - 1], names->count - 1);
    return names->count - 1;
}

/* The path with dots, and "#2" behind it where another metric is called so already. */
static void add_heading(struct columns *columns, const char *path)
{
    cleanup_free char *dotted = xstrdup(path);
    size_t ignored;

    for (char *at = dotted; (at = strchr(at, METRIC_WALK_SEPARATOR)); at++)
        *at = '.';
    cleanup_free char *heading = xstrdup(dotted);
    for (int i = 2; map_get(&columns->heading_at, heading, &ignored); i++) {
        free(heading);
        heading = xasprintf("%s#%d", dotted, i);
    }
    words_take(&columns->metrics, xstrdup(heading));
    map_set(&columns->heading_at, columns->metrics.items[columns->metrics.count - 1],
            columns->metrics.count - 1);
}

static void collect_metric(void *context, const char *path,
                           const struct metric_text *value)
{
    struct columns *columns = context;
    size_t count = columns->paths.count;

    (void)value;
    add_column(&columns->paths, &columns->path_at, path, &columns->n_left_out);
    if (columns->paths.count > count)
        add_heading(columns, path);
}

struct filling {
    const struct columns *columns;
    struct metric_text *cells;
};

static void fill_metric(void *context, const char *path,
                        const struct metric_text *value)
{
    struct filling *filling = context;
    size_t index = 0;

    if (map_get(&filling->columns->path_at, path, &index))
        filling->cells[filling->columns->shown_at[index]] = *value;
}

static void collect_params(const struct row *row, struct columns *columns)
{
    for (size_t i = 0; i < row->n_params; i++)
        add_column(&columns->params, &columns->param_at, row->params[i].key,
                   &columns->n_left_out);
}

static bool is_same(const char *one, const char *other)
{
    return one && other ? strcmp(one, other) == 0 : one == other;
}

static void find_varying(const struct table *table, struct columns *columns)
{
    size_t count = columns->params.count;

    columns->varies = xcalloc(count + 1, sizeof *columns->varies);
    if (table->count == 0)
        return;
    const char **first = columns_params(columns, &table->rows[0]);
    for (size_t r = 1; r < table->count; r++) {
        const char **cells = columns_params(columns, &table->rows[r]);
        for (size_t i = 0; i < count; i++)
            columns->varies[i] = columns->varies[i] || !is_same(cells[i], first[i]);
        free(cells);
    }
    free(first);
}

/* Names move, paths stay: `shown_at` tells where a path's metric is shown. */
static void put_first(struct columns *columns, const char *metric)
{
    size_t count = columns->metrics.count, index = 0;

    columns->shown_at = xcalloc(count + 1, sizeof *columns->shown_at);
    for (size_t i = 0; i < count; i++)
        columns->shown_at[i] = i;
    if (!metric || !map_get(&columns->heading_at, metric, &index))
        return;
    char **names = columns->metrics.items;
    char *name = names[index];
    memmove(names + 1, names, index * sizeof *names);
    names[0] = name;
    for (size_t i = 0; i < index; i++)
        columns->shown_at[i] = i + 1;
    columns->shown_at[index] = 0;
}

void columns_collect(const struct table *table, const char *first_metric,
                     struct columns *ret_columns)
{
    *ret_columns = (struct columns){0};
    for (size_t i = 0; i < table->count; i++) {
        collect_params(&table->rows[i], ret_columns);
        metric_walk(&table->rows[i], collect_metric, ret_columns);
    }
    find_varying(table, ret_columns);
    put_first(ret_columns, first_metric);
}

void columns_release(struct columns *columns)
{
    map_release(&columns->param_at);
    map_release(&columns->path_at);
    map_release(&columns->heading_at);
    words_release(&columns->params);
    words_release(&columns->paths);
    words_release(&columns->metrics);
    free(columns->varies);
    free(columns->shown_at);
    *columns = (struct columns){0};
}

const char **columns_params(const struct columns *columns, const struct row *row)
{
    const char **cells = xcalloc(columns->params.count + 1, sizeof *cells);
    size_t index = 0;

    for (size_t i = 0; i < row->n_params; i++) {
        if (map_get(&columns->param_at, row->params[i].key, &index))
            cells[index] = row->params[i].value;
    }
    return cells;
}

struct metric_text *columns_metrics(const struct columns *columns,
                                    const struct row *row)
{
    struct metric_text *cells = xcalloc(columns->metrics.count + 1, sizeof *cells);
    struct filling filling = {columns, cells};

    metric_walk(row, fill_metric, &filling);
    return cells;
}

bool columns_is_number(const struct metric_text *value)
{
    char c = value->size > 0 ? value->at[0] : '\0';

    return c == '-' || (c >= '0' && c <= '9') ||
           result_text_nonfinite(value->at, value->size);
}

static void add_number(struct text *text, const struct metric_text *value, int digits)
{
    bool is_real = memchr(value->at, '.', value->size) ||
                   memchr(value->at, 'e', value->size) ||
                   memchr(value->at, 'E', value->size);

    if (digits == 0 || !is_real) {
        text_add_bytes(text, value->at, value->size);
        return;
    }
    cleanup_free char *copy = xmemdup(value->at, value->size);
    text_addf(text, "%.*g", digits, strtod(copy, NULL));
}

void columns_add_value(struct text *text, const struct metric_text *value, int digits)
{
    const char *at = value->at;

    if (!at || value->size == 0 || (value->size == 4 && memcmp(at, "null", 4) == 0))
        return;
    const char *word = result_text_nonfinite(at, value->size);
    if (*at == '"')
        result_string_read(&at, at + value->size, text);
    else if (word)
        text_add(text, *word == 'N' ? "nan" : *word == '-' ? "-inf" : "inf");
    else if (columns_is_number(value))
        add_number(text, value, digits);
    else
        result_text_add(text, at, value->size);
}

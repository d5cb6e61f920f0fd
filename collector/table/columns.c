#include "collector/table/columns.h"

#include <stdlib.h>
#include <string.h>

#include "launcher/common/memory.h"
#include "launcher/common/trees/json_io.h"

#define NESTING_MAX 8

/* The walk over a row's metrics: to collect their names, or to fill cells. */
struct walk {
    struct columns *columns; /* to collect; else NULL */
    const struct map *at;
    const json_t **cells; /* to fill; else NULL */
    struct text name;
};

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

static void take_metric(struct walk *walk, const json_t *value)
{
    size_t index = 0;
    const char *name = text_string(&walk->name);

    if (walk->columns)
        add_column(&walk->columns->metrics, &walk->columns->metric_at, name,
                   &walk->columns->n_left_out);
    else if (map_get(walk->at, name, &index))
        walk->cells[index] = value;
}

static void walk_metrics(struct walk *walk, json_t *object, int level)
{
    size_t size = walk->name.size;

    for (void *at = json_object_iter(object); at;
         at = json_object_iter_next(object, at)) {
        json_t *value = json_object_iter_value(at);
        if (size > 0)
            text_add_char(&walk->name, '.');
        text_add(&walk->name, json_object_iter_key(at));
        if (json_object_size(value) > 0 && level < NESTING_MAX)
            walk_metrics(walk, value, level + 1);
        else
            take_metric(walk, value);
        walk->name.size = size;
        walk->name.bytes[size] = '\0';
    }
}

static void walk_row(struct walk *walk, const struct row *row)
{
    if (row->metrics)
        walk_metrics(walk, row->metrics, 1);
    text_release(&walk->name);
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

static void put_first(struct columns *columns, const char *metric)
{
    char **names = columns->metrics.items;
    size_t index = 0;

    if (!metric || !map_get(&columns->metric_at, metric, &index))
        return;
    char *name = names[index];
    memmove(names + 1, names, index * sizeof *names);
    names[0] = name;
    for (size_t i = 0; i <= index; i++)
        map_set(&columns->metric_at, names[i], i);
}

void columns_collect(const struct table *table, const char *first_metric,
                     struct columns *ret_columns)
{
    *ret_columns = (struct columns){0};
    for (size_t i = 0; i < table->count; i++) {
        struct walk walk = {.columns = ret_columns};
        collect_params(&table->rows[i], ret_columns);
        walk_row(&walk, &table->rows[i]);
    }
    find_varying(table, ret_columns);
    put_first(ret_columns, first_metric);
}

void columns_release(struct columns *columns)
{
    map_release(&columns->param_at);
    map_release(&columns->metric_at);
    words_release(&columns->params);
    words_release(&columns->metrics);
    free(columns->varies);
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

const json_t **columns_metrics(const struct columns *columns, const struct row *row)
{
    const json_t **cells = xcalloc(columns->metrics.count + 1, sizeof *cells);
    struct walk walk = {.at = &columns->metric_at, .cells = cells};

    walk_row(&walk, row);
    return cells;
}

static void add_real(struct text *text, double real, int digits)
{
    if (digits > 0) {
        text_addf(text, "%.*g", digits, real);
        return;
    }
    text_add_real(text, real, 15);
}

/* "val_loss=NaN" among the row's nonfinite: nan, inf or -inf. */
static const char *nonfinite_word(const struct row *row, const char *name)
{
    size_t size = strlen(name);

    for (size_t i = 0; i < row->nonfinite.count; i++) {
        const char *item = row->nonfinite.items[i];
        if (strncmp(item, name, size) != 0 || item[size] != '=')
            continue;
        const char *token = item + size + 1;
        return *token == 'N' ? "nan" : *token == '-' ? "-inf" : "inf";
    }
    return "";
}

void columns_add_value(struct text *text, const struct row *row, const char *name,
                       const json_t *value, int digits)
{
    if (!value)
        return;
    if (json_is_string(value))
        text_add_bytes(text, json_string_value(value), json_string_length(value));
    else if (json_is_integer(value))
        text_addf(text, "%lld", (long long)json_integer_value(value));
    else if (json_is_real(value))
        add_real(text, json_real_value(value), digits);
    else if (json_is_null(value))
        text_add(text, nonfinite_word(row, name));
    else
        jsonio_add(text, value);
}

#include "collector/table/sheet.h"

#include <stdlib.h>
#include <string.h>

#include "collector/table/columns.h"
#include "launcher/common/clock.h"
#include "launcher/common/memory.h"
#include "launcher/common/text/utf8.h"

#define DIGITS 6 /* of a number in a table for people */

struct layout {
    struct columns columns;
    bool *shows; /* one for each parameter */
    bool has_point, has_cause, has_job;
    bool has_output; /* instead of the point */
};

/* Two rows of one name from different places: the name does not tell them apart. */
static bool has_namesakes(const struct table *table)
{
    struct map first = {0};
    bool is_found = false;

    for (size_t i = 0; i < table->count && !is_found; i++) {
        size_t other = i;
        if (!map_get(&first, table->rows[i].point, &other))
            map_set(&first, table->rows[i].point, i);
        is_found = strcmp(table->rows[i].output, table->rows[other].output) != 0;
    }
    map_release(&first);
    return is_found;
}

static void plan_layout(const struct table *table, const char *metric,
                        struct layout *layout)
{
    struct columns *columns = &layout->columns;
    bool has_params = false;

    columns_collect(table, metric, columns);
    layout->shows = xcalloc(columns->params.count + 1, sizeof *layout->shows);
    for (size_t i = 0; i < columns->params.count; i++) {
        layout->shows[i] = columns->varies[i] || table->count == 1;
        has_params = has_params || layout->shows[i];
    }
    layout->has_output = has_namesakes(table);
    layout->has_point = !has_params && !layout->has_output;
    for (size_t i = 0; i < table->count; i++) {
        layout->has_cause = layout->has_cause || *table->rows[i].cause;
        layout->has_job = layout->has_job || *table->rows[i].job_id;
    }
}

static void add_cell(struct sheet *sheet, const char *bytes, size_t size)
{
    cleanup_text struct text text = {0};

    utf8_add_printable(&text, bytes, size);
    words_take(&sheet->cells, text_take(&text));
}

static void add_string(struct sheet *sheet, const char *string)
{
    add_cell(sheet, string, strlen(string));
}

/* A name that the table itself, or one of `others`, has too gets its kind in front. */
static void add_heading(struct sheet *sheet, const char *kind, const char *name,
                        const struct map *others)
{
    static const char *const own[] = {"point", "output",   "state",
                                      "cause", "duration", "job"};
    cleanup_free char *full = xasprintf("%s.%s", kind, name);
    size_t ignored;
    bool is_taken = map_get(others, name, &ignored) ||
                    strncmp(name, "param.", 6) == 0 || strncmp(name, "metric.", 7) == 0;

    for (size_t i = 0; i < sizeof own / sizeof *own; i++)
        is_taken = is_taken || strcmp(name, own[i]) == 0;
    add_string(sheet, is_taken ? full : name);
}

static void add_header(const struct layout *layout, struct sheet *sheet)
{
    const struct columns *columns = &layout->columns;

    sheet->has_output = layout->has_output;
    if (layout->has_output)
        add_string(sheet, "output");
    if (layout->has_point)
        add_string(sheet, "point");
    for (size_t i = 0; i < columns->params.count; i++) {
        if (layout->shows[i])
            add_heading(sheet, "param", columns->params.items[i], &columns->heading_at);
    }
    sheet->state_column = sheet->cells.count;
    add_string(sheet, "state");
    if (layout->has_cause)
        add_string(sheet, "cause");
    sheet->first_metric = sheet->cells.count;
    sheet->n_metrics = columns->metrics.count;
    for (size_t i = 0; i < columns->metrics.count; i++)
        add_heading(sheet, "metric", columns->metrics.items[i], &columns->param_at);
    add_string(sheet, "duration");
    if (layout->has_job)
        add_string(sheet, "job");
    sheet->n_columns = sheet->cells.count;
}

static void add_metrics(const struct layout *layout, const struct row *row,
                        struct sheet *sheet)
{
    const struct columns *columns = &layout->columns;
    struct metric_text *cells = columns_metrics(columns, row);

    for (size_t i = 0; i < columns->metrics.count; i++) {
        cleanup_text struct text text = {0};
        columns_add_value(&text, &cells[i], DIGITS);
        add_cell(sheet, text_string(&text), text.size);
    }
    free(cells);
}

static void add_row(const struct layout *layout, const struct row *row,
                    struct sheet *sheet)
{
    const struct columns *columns = &layout->columns;
    const char **params = columns_params(columns, row);
    char span[CLOCK_SPAN_SIZE] = "";

    if (layout->has_output)
        add_string(sheet, row->output);
    if (layout->has_point)
        add_string(sheet, row->point);
    for (size_t i = 0; i < columns->params.count; i++) {
        if (layout->shows[i])
            add_string(sheet, params[i] ? params[i] : "");
    }
    free(params);
    add_string(sheet, state_name(row->state));
    if (layout->has_cause)
        add_string(sheet, row->cause);
    add_metrics(layout, row, sheet);
    if (row->duration_s >= 0)
        clock_span(row->duration_s, span);
    add_string(sheet, span);
    if (layout->has_job)
        add_string(sheet, row->job_id);
}

static bool is_number(const char *cell)
{
    char *end = NULL;

    strtod(cell, &end);
    return *end == '\0';
}

static void find_numbers(struct sheet *sheet)
{
    sheet->is_number = xcalloc(sheet->n_columns, sizeof *sheet->is_number);
    for (size_t column = 0; column < sheet->n_columns; column++) {
        bool is_all = true, is_any = false;
        for (size_t i = sheet->n_columns + column; is_all && i < sheet->cells.count;
             i += sheet->n_columns) {
            const char *cell = sheet->cells.items[i];
            is_all = !*cell || is_number(cell);
            is_any = is_any || *cell;
        }
        sheet->is_number[column] = is_all && is_any;
    }
}

void sheet_make(const struct table *table, const char *metric, struct sheet *ret_sheet)
{
    struct layout layout = {0};

    *ret_sheet = (struct sheet){0};
    plan_layout(table, metric, &layout);
    add_header(&layout, ret_sheet);
    for (size_t i = 0; i < table->count; i++)
        add_row(&layout, &table->rows[i], ret_sheet);
    find_numbers(ret_sheet);
    columns_release(&layout.columns);
    free(layout.shows);
}

void sheet_release(struct sheet *sheet)
{
    words_release(&sheet->cells);
    free(sheet->is_number);
    *sheet = (struct sheet){0};
}

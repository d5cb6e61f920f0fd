/* write_csv.c - the table as CSV (write.h) */
#include <stdlib.h>
#include <string.h>

#include "collector/table/columns.h"
#include "collector/table/write.h"
#include "launcher/common/clock.h"
#include "launcher/common/memory.h"

/* RFC 4180: quotes around what has a comma, a quote or a line break in it (and around
 * outer blanks, which some readers strip); a quote inside is doubled. */
static void add_field(struct text *text, const char *bytes, size_t size)
{
    bool needs_quotes =
        size > 0 && (bytes[0] == ' ' || bytes[size - 1] == ' ' ||
                     memchr(bytes, ',', size) || memchr(bytes, '"', size) ||
                     memchr(bytes, '\n', size) || memchr(bytes, '\r', size));

    if (!needs_quotes) {
        text_add_bytes(text, bytes, size);
        return;
    }
    text_add_char(text, '"');
    for (size_t i = 0; i < size; i++) {
        if (bytes[i] == '"')
            text_add_char(text, '"');
        text_add_char(text, bytes[i]);
    }
    text_add_char(text, '"');
}

static void add_next(struct text *text, const char *string)
{
    text_add_char(text, ',');
    add_field(text, string, strlen(string));
}

static void add_number(struct text *text, long number, long unknown_below)
{
    text_add_char(text, ',');
    if (number >= unknown_below)
        text_addf(text, "%ld", number);
}

static void add_time(struct text *text, double wall)
{
    char iso[CLOCK_ISO_SIZE] = "";

    if (wall > 0)
        clock_iso(wall, iso);
    add_next(text, iso);
}

static void add_names(struct text *text, const char *prefix, const struct words *names)
{
    for (size_t i = 0; i < names->count; i++) {
        cleanup_free char *name = xasprintf("%s.%s", prefix, names->items[i]);
        add_next(text, name);
    }
}

static void add_fixed(struct text *text, const struct row *row)
{
    add_field(text, row->point, strlen(row->point));
    add_number(text, row->index, 0);
    add_number(text, row->attempt, 1);
    add_next(text, row->job_id);
    add_next(text, state_name(row->state));
    add_next(text, row->cause);
    add_number(text, row->exit_code, 0);
    add_next(text, row->signal);
    text_add_char(text, ',');
    if (row->duration_s >= 0)
        text_addf(text, "%.10g", row->duration_s);
    add_time(text, row->started_at);
    add_time(text, row->ended_at);
}

static void add_row(struct text *text, const struct columns *columns,
                    const struct row *row)
{
    const char **params = columns_params(columns, row);
    struct metric_text *metrics = columns_metrics(columns, row);

    add_fixed(text, row);
    for (size_t i = 0; i < columns->params.count; i++)
        add_next(text, params[i] ? params[i] : "");
    for (size_t i = 0; i < columns->metrics.count; i++) {
        cleanup_text struct text value = {0};
        columns_add_value(&value, &metrics[i], 0);
        text_add_char(text, ',');
        add_field(text, text_string(&value), value.size);
    }
    add_next(text, row->output);
    add_next(text, row_source_name(row->source));
    text_add_char(text, '\n');
    free(params);
    free(metrics);
}

void write_csv(const struct table *table, const struct format_options *options,
               struct text *text)
{
    struct columns columns;

    columns_collect(table, options->metric, &columns);
    text_add(text, "point,index,attempt,job_id,state,cause,exit_code,signal,duration_s,"
                   "started_at,ended_at");
    add_names(text, "param", &columns.params);
    add_names(text, "metric", &columns.metrics);
    text_add(text, ",output,result_source\n");
    if (options->ret_n_left_out)
        *options->ret_n_left_out = columns.n_left_out;
    for (size_t i = 0; i < table->count; i++)
        add_row(text, &columns, &table->rows[i]);
    columns_release(&columns);
}

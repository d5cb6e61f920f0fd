/* write_terminal.c - the table for a terminal, and as Markdown (write.h) */
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include "collector/table/sheet.h"
#include "collector/table/write.h"
#include "launcher/common/memory.h"
#include "launcher/common/text/utf8.h"

#define GAP 2              /* columns between two cells */
#define CELL_MAX 200       /* columns of one cell where the width is not known */
#define CELL_MAX_NARROW 28 /* … and where it is */

struct widths {
    size_t *of; /* owned, one a column */
    size_t cell_max;
    size_t
        n_metrics; /* those shown: the last ones are left out where there is no room */
};

static size_t cell_max_of(const struct sheet *sheet, const struct widths *widths,
                          size_t column)
{
    return sheet->has_output && column == 0 ? SIZE_MAX : widths->cell_max;
}

static size_t width_of(const char *cell, size_t cell_max)
{
    size_t columns = utf8_columns(cell);

    return columns < cell_max ? columns : cell_max;
}

static bool is_shown(const struct sheet *sheet, const struct widths *widths,
                     size_t column)
{
    return column < sheet->first_metric + widths->n_metrics ||
           column >= sheet->first_metric + sheet->n_metrics;
}

static size_t total_width(const struct sheet *sheet, const struct widths *widths)
{
    size_t total = 0;

    for (size_t i = 0; i < sheet->n_columns; i++) {
        if (is_shown(sheet, widths, i))
            total += widths->of[i] + GAP;
    }
    return total - GAP;
}

static void measure(const struct sheet *sheet, size_t columns, struct widths *widths)
{
    widths->cell_max = columns ? CELL_MAX_NARROW : CELL_MAX;
    widths->n_metrics = sheet->n_metrics;
    widths->of = xcalloc(sheet->n_columns, sizeof *widths->of);
    for (size_t i = 0; i < sheet->cells.count; i++) {
        size_t column = i % sheet->n_columns;
        size_t width =
            width_of(sheet->cells.items[i], cell_max_of(sheet, widths, column));
        if (width > widths->of[column])
            widths->of[column] = width;
    }
    if (columns == 0)
        return;
    size_t total = total_width(sheet, widths);
    while (total > columns && widths->n_metrics > 1) {
        widths->n_metrics--;
        total -= widths->of[sheet->first_metric + widths->n_metrics] + GAP;
    }
}

/* The cell, or its beginning and an ellipsis. Returns the columns it takes. */
static size_t add_short(struct text *text, const char *cell, size_t most)
{
    size_t columns = utf8_columns(cell), used = 0, at = 0, size = strlen(cell);

    if (columns <= most) {
        text_add(text, cell);
        return columns;
    }
    while (at < size) {
        size_t step = utf8_char_size(cell + at, size - at);
        char character[5] = "";
        step = step ? step : 1;
        memcpy(character, cell + at, step);
        size_t width = utf8_columns(character);
        if (used + width > most - 1)
            break;
        text_add_bytes(text, cell + at, step);
        used += width;
        at += step;
    }
    text_add(text, "\xE2\x80\xA6");
    return used + 1;
}

static void add_blanks(struct text *text, size_t count)
{
    for (size_t i = 0; i < count; i++)
        text_add_char(text, ' ');
}

static const char *colour_of(const char *state)
{
    enum state word = STATE_UNKNOWN;

    if (!state_from_name(state, &word))
        return "";
    return word == STATE_COMPLETED ? "\x1b[32m"
           : state_is_final(word)  ? "\x1b[31m"
                                   : "\x1b[33m";
}

static void add_line(const struct sheet *sheet, const struct widths *widths,
                     size_t first, bool has_colour, struct text *text)
{
    for (size_t i = 0; i < sheet->n_columns; i++) {
        cleanup_text struct text cell = {0};
        if (!is_shown(sheet, widths, i))
            continue;
        size_t width = add_short(&cell, sheet->cells.items[first + i],
                                 cell_max_of(sheet, widths, i));
        size_t blanks = widths->of[i] - width;
        const char *colour = "";
        if (has_colour && i == sheet->state_column && first > 0)
            colour = colour_of(sheet->cells.items[first + i]);
        if (i > 0)
            add_blanks(text, GAP);
        if (sheet->is_number[i])
            add_blanks(text, blanks);
        text_addf(text, "%s%s%s", colour, text_string(&cell), *colour ? "\x1b[0m" : "");
        if (!sheet->is_number[i])
            add_blanks(text, blanks);
    }
    while (text->size > 0 && text->bytes[text->size - 1] == ' ')
        text->bytes[--text->size] = '\0';
    text_add_char(text, '\n');
}

void write_terminal(const struct table *table, const struct format_options *options,
                    struct text *text)
{
    struct sheet sheet;
    struct widths widths = {0};

    if (table->count == 0)
        return;
    sheet_make(table, options->metric, &sheet);
    measure(&sheet, options->columns, &widths);
    for (size_t first = 0; first < sheet.cells.count; first += sheet.n_columns)
        add_line(&sheet, &widths, first, options->has_colour, text);
    if (widths.n_metrics < sheet.n_metrics)
        text_addf(text, "(%zu more metric%s: --format csv shows all)\n",
                  sheet.n_metrics - widths.n_metrics,
                  sheet.n_metrics - widths.n_metrics == 1 ? "" : "s");
    free(widths.of);
    sheet_release(&sheet);
}

static void add_markdown_line(const struct sheet *sheet, size_t first,
                              struct text *text)
{
    text_add_char(text, '|');
    for (size_t i = 0; i < sheet->n_columns; i++) {
        text_add_char(text, ' ');
        for (const char *at = sheet->cells.items[first + i]; *at; at++) {
            if (*at == '|' || *at == '\\')
                text_add_char(text, '\\');
            text_add_char(text, *at);
        }
        text_add(text, " |");
    }
    text_add_char(text, '\n');
}

void write_markdown(const struct table *table, const struct format_options *options,
                    struct text *text)
{
    struct sheet sheet;

    if (table->count == 0)
        return;
    sheet_make(table, options->metric, &sheet);
    for (size_t first = 0; first < sheet.cells.count; first += sheet.n_columns) {
        add_markdown_line(&sheet, first, text);
        if (first > 0)
            continue;
        text_add_char(text, '|');
        for (size_t i = 0; i < sheet.n_columns; i++)
            text_add(text, sheet.is_number[i] ? " ---: |" : " --- |");
        text_add_char(text, '\n');
    }
    sheet_release(&sheet);
}

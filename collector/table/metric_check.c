#include "collector/table/metric_check.h"

#include <string.h>

#include "collector/table/columns.h"
#include "launcher/common/memory.h"
#include "launcher/common/text/near.h"
#include "launcher/common/text/utf8.h"

#define NAMES_SHOWN 8

static size_t find(const struct columns *columns, const char *metric)
{
    size_t index = 0;

    while (index < columns->metrics.count &&
           strcmp(columns->metrics.items[index], metric) != 0)
        index++;
    return index;
}

static void add_absent(const struct columns *columns, const char *metric,
                       struct words *warnings)
{
    const struct words *names = &columns->metrics;
    const char *near =
        near_name(metric, (const char *const *)names->items, names->count);
    cleanup_text struct text text = {0};

    text_add(&text, "no row has the metric '");
    utf8_add_printable(&text, metric, strlen(metric));
    text_add(&text, near ? "'; did you mean '" : "'; there are: ");
    if (near) {
        utf8_add_printable(&text, near, strlen(near));
        text_add(&text, "'?");
    }
    for (size_t i = 0; !near && i < names->count && i < NAMES_SHOWN; i++) {
        text_add(&text, i ? ", " : "");
        utf8_add_printable(&text, names->items[i], strlen(names->items[i]));
    }
    if (!near && names->count > NAMES_SHOWN)
        text_addf(&text, ", ... (%zu)", names->count);
    words_take(warnings, text_take(&text));
}

static void check_texts(const struct table *table, const struct columns *columns,
                        size_t index, struct words *warnings)
{
    cleanup_text struct text first = {.max = 40};
    size_t n_texts = 0, n_numbers = 0, n_others = 0;

    for (size_t i = 0; i < table->count; i++) {
        cleanup_free struct metric_text *cells =
            columns_metrics(columns, &table->rows[i]);
        const struct metric_text *cell = &cells[index];
        bool is_text = cell->at && *cell->at == '"';
        bool is_number = cell->at && !is_text && columns_is_number(cell);
        n_numbers += is_number;
        n_others += cell->at && !is_text && !is_number;
        if (!is_text)
            continue;
        if (n_texts++ == 0)
            utf8_add_printable(&first, cell->at, cell->size);
    }
    if (n_texts > 0)
        words_addf(warnings,
                   "the metric '%s' is a text in %zu row%s (%s), and texts are not "
                   "ordered: print it as a number, in Python float(x) instead of "
                   "json.dumps(..., default=str)",
                   columns->metrics.items[index], n_texts, n_texts == 1 ? "" : "s",
                   text_string(&first));
    else if (n_numbers == 0 && n_others > 0)
        words_addf(warnings,
                   "the metric '%s' is no number in any row, and only numbers are "
                   "ordered",
                   columns->metrics.items[index]);
}

void metric_check(const struct table *table, const char *metric, struct words *warnings)
{
    struct columns columns;

    columns_collect(table, NULL, &columns);
    size_t index = find(&columns, metric);
    if (index < columns.metrics.count)
        check_texts(table, &columns, index, warnings);
    else if (columns.metrics.count > 0)
        add_absent(&columns, metric, warnings);
    columns_release(&columns);
}

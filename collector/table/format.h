/* format.h - a table as text, in the format that somebody asked for
 *
 * What each format does with what it cannot say (no value, NaN, bytes that are no text)
 * is in docs/formats.md. To add one: docs/adding-a-format.md.
 */
#ifndef COLLECTOR_TABLE_FORMAT_H
#define COLLECTOR_TABLE_FORMAT_H

#include <stdbool.h>

#include "collector/table/row.h"
#include "launcher/common/error.h"
#include "launcher/common/text/text.h"

enum format {
    FORMAT_TABLE,
    FORMAT_CSV,
    FORMAT_JSON,
    FORMAT_JSONL,
    FORMAT_MARKDOWN,
    FORMAT_COUNT
};

struct format_options {
    enum format format;
    size_t columns;         /* width of the terminal, 0 = no limit */
    bool has_colour;        /* only FORMAT_TABLE */
    const char *metric;     /* that column comes first among the metrics; may be NULL */
    size_t *ret_n_left_out; /* may be NULL; of a format with every column: gets how many
                               values have none, as there are too many names
                               (COLUMNS_MAX) */
};

/* ERROR_USAGE that names all formats. */
int format_from_name(const char *name, enum format *ret_format, struct error *err);

/* Append the whole table. Columns: swept parameters (those that differ; all if one
 * row), state, cause, metrics, duration, job. CSV has every parameter as `param.<key>`,
 * every metric as `metric.<name>` (nested objects dotted), RFC 4180 quoting, non-finite
 * as nan/inf/-inf, numbers with the digits that were written; JSONL rows are
 * {"type":"row",…}. */
void format_table(const struct table *table, const struct format_options *options,
                  struct text *text);

/* One row as one JSON object on one line, without newline: {"type":"row","point",…}.
 * The result passes through as written when it is strict JSON; non-finite numbers
 * become null plus a "nonfinite" object. Public for its test: byte for byte. */
void format_row_json(const struct row *row, struct text *text);

#endif

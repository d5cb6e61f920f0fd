/* write.h - the writers behind format_table(), one a format
 *
 * Each appends the whole table to a text and opens no file. To add one:
 * docs/adding-a-format.md.
 */
#ifndef COLLECTOR_TABLE_WRITE_H
#define COLLECTOR_TABLE_WRITE_H

#include "collector/table/format.h"

void write_terminal(const struct table *table, const struct format_options *options,
                    struct text *text);
void write_markdown(const struct table *table, const struct format_options *options,
                    struct text *text);
void write_csv(const struct table *table, const struct format_options *options,
               struct text *text);
void write_json(
    const struct table *table, const struct format_options *options,
    struct text *text); /* FORMAT_JSON: one list; FORMAT_JSONL: one row a line */

#endif

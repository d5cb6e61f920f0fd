#include "collector/table/format.h"

#include <string.h>

#include "collector/table/write.h"

static const char *const names[FORMAT_COUNT] = {
    [FORMAT_TABLE] = "table", [FORMAT_CSV] = "csv",           [FORMAT_JSON] = "json",
    [FORMAT_JSONL] = "jsonl", [FORMAT_MARKDOWN] = "markdown",
};

int format_from_name(const char *name, enum format *ret_format, struct error *err)
{
    cleanup_text struct text all = {0};

    for (unsigned i = 0; i < FORMAT_COUNT; i++) {
        if (strcmp(names[i], name) == 0) {
            *ret_format = (enum format)i;
            return 0;
        }
        text_addf(&all, "%s%s",
                  i == 0                 ? ""
                  : i + 1 < FORMAT_COUNT ? ", "
                                         : " and ",
                  names[i]);
    }
    return error_set(err, ERROR_USAGE, "unknown format '%s'; there are %s", name,
                     text_string(&all));
}

void format_table(const struct table *table, const struct format_options *options,
                  struct text *text)
{
    switch (options->format) {
    case FORMAT_CSV:
        write_csv(table, options, text);
        break;
    case FORMAT_JSON:
    case FORMAT_JSONL:
        write_json(table, options, text);
        break;
    case FORMAT_MARKDOWN:
        write_markdown(table, options, text);
        break;
    case FORMAT_TABLE:
    case FORMAT_COUNT:
    default:
        write_terminal(table, options, text);
        break;
    }
}

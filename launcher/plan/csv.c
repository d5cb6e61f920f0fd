#include "launcher/plan/csv.h"

#include <stdlib.h>
#include <string.h>

#include "launcher/common/memory.h"

/* RFC 4180, strictly: what would be guessed elsewhere (a bare quote, a short row) is an
 * error, because a shifted column is a wrong experiment. */
struct csv {
    const char *at;
    const char *end;
    const char *source;
    size_t line; /* of `at` */
    struct text field;
};

/* Steps over LF, CRLF or the end. False when something else is there. */
static bool skip_row_end(struct csv *csv)
{
    if (csv->at == csv->end)
        return true;
    if (*csv->at == '\r' && csv->at + 1 < csv->end && csv->at[1] == '\n')
        csv->at++;
    if (*csv->at != '\n')
        return false;
    csv->at++;
    csv->line++;
    return true;
}

static int read_quoted(struct csv *csv, struct error *err)
{
    size_t first_line = csv->line;

    for (csv->at++; csv->at < csv->end; csv->at++) {
        if (*csv->at == '\n')
            csv->line++;
        if (*csv->at == '"') {
            if (csv->at + 1 == csv->end || csv->at[1] != '"') {
                csv->at++;
                return 0;
            }
            csv->at++;
        }
        text_add_char(&csv->field, *csv->at);
    }
    return file_rows_fail(csv->source, first_line, err,
                          "a quoted field is never closed");
}

static int read_plain(struct csv *csv, struct error *err)
{
    const char *start = csv->at;

    while (csv->at < csv->end && !memchr(",\r\n\"", *csv->at, 4))
        csv->at++;
    if (csv->at < csv->end && *csv->at == '"')
        return file_rows_fail(csv->source, csv->line, err,
                              "a quote inside a field; write \"…\" around the field "
                              "and \"\" for each quote in it");
    text_add_bytes(&csv->field, start, (size_t)(csv->at - start));
    return 0;
}

/* One field into csv->field; `*ret_is_last` when its row ends behind it. */
static int read_field(struct csv *csv, bool *ret_is_last, struct error *err)
{
    bool is_quoted = csv->at < csv->end && *csv->at == '"';

    text_clear(&csv->field);
    if ((is_quoted ? read_quoted(csv, err) : read_plain(csv, err)) < 0)
        return -1;
    if (csv->field.size > 0 && memchr(csv->field.bytes, '\0', csv->field.size))
        return file_rows_fail(csv->source, csv->line, err,
                              "a NUL byte, which no argument can hold");
    *ret_is_last = csv->at == csv->end || *csv->at != ',';
    if (!*ret_is_last) {
        csv->at++;
        return 0;
    }
    if (!skip_row_end(csv))
        return file_rows_fail(csv->source, csv->line, err,
                              "%s behind a field; rows end in LF or CRLF",
                              is_quoted ? "text" : "a lone CR");
    return 0;
}

static int read_header(struct csv *csv, struct words *names, struct error *err)
{
    bool is_last = false;
    size_t line = csv->line;

    while (!is_last) {
        if (read_field(csv, &is_last, err) < 0)
            return -1;
        words_add(names, text_string(&csv->field));
    }
    for (size_t i = 0; i < names->count; i++) {
        if (!*names->items[i])
            return file_rows_fail(csv->source, line, err,
                                  "column %zu has no name; the first row names the "
                                  "parameters",
                                  i + 1);
    }
    return 0;
}

static int read_row(struct csv *csv, const struct words *names, struct file_rows *rows,
                    struct error *err)
{
    size_t line = csv->line;
    size_t count = 0;
    bool is_last = false;

    file_rows_begin(rows, csv->source, line);
    for (; !is_last; count++) {
        if (read_field(csv, &is_last, err) < 0)
            return -1;
        if (count < names->count &&
            file_rows_add(rows, xstrdup(names->items[count]),
                          xstrdup(text_string(&csv->field)), err) < 0)
            return -1;
    }
    if (count != names->count)
        return file_rows_fail(csv->source, line, err,
                              "%zu field%s, but the first row names %zu parameter%s",
                              count, count == 1 ? "" : "s", names->count,
                              names->count == 1 ? "" : "s");
    return file_rows_end(rows, err);
}

static int read_all(struct csv *csv, struct words *names, struct file_rows *rows,
                    struct error *err)
{
    while (csv->at < csv->end) {
        if (*csv->at == '\n' || *csv->at == '\r') { /* an empty line */
            if (!skip_row_end(csv))
                return file_rows_fail(csv->source, csv->line, err,
                                      "a lone CR; rows end in LF or CRLF");
            continue;
        }
        if ((names->count == 0 ? read_header(csv, names, err)
                               : read_row(csv, names, rows, err)) < 0)
            return -1;
    }
    return 0;
}

int csv_read(const char *bytes, size_t size, const char *source, struct file_rows *rows,
             struct error *err)
{
    struct csv csv = {.at = bytes, .end = bytes + size, .source = source, .line = 1};
    cleanup_words struct words names = {0};
    int rc = read_all(&csv, &names, rows, err);

    text_release(&csv.field);
    return rc;
}

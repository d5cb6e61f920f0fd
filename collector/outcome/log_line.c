#include "collector/outcome/log_line.h"

#include <string.h>

bool log_line_holds(const struct log_line *line, const char *words)
{
    return memmem(line->bytes, line->size, words, strlen(words)) != NULL;
}

bool log_line_begins(const struct log_line *line, const char *words)
{
    size_t size = strlen(words);

    return line->size >= size && memcmp(line->bytes, words, size) == 0;
}

static void skip(struct log_line *line, size_t count)
{
    line->bytes += count;
    line->size -= count;
}

static bool skip_colour(struct log_line *line)
{
    size_t at = 2;

    if (!log_line_begins(line, "\x1b["))
        return false;
    while (at < line->size && strchr("0123456789;", line->bytes[at]))
        at++;
    skip(line, at < line->size ? at + 1 : at);
    return true;
}

/* "0: " of srun and "(train pid=12, ip=…) " of Ray. */
static bool skip_prefix(struct log_line *line)
{
    size_t digits = 0;

    while (digits < line->size && line->bytes[digits] >= '0' &&
           line->bytes[digits] <= '9')
        digits++;
    if (digits > 0 && digits + 1 < line->size && line->bytes[digits] == ':' &&
        line->bytes[digits + 1] == ' ') {
        skip(line, digits + 2);
        return true;
    }
    const char *end = memchr(line->bytes, ')', line->size < 200 ? line->size : 200);
    if (line->size > 0 && line->bytes[0] == '(' && end &&
        memmem(line->bytes, (size_t)(end - line->bytes), " pid=", 5)) {
        skip(line, (size_t)(end - line->bytes) + 1);
        if (skip_colour(line) || line->size > 0)
            skip(line, line->size > 0 && line->bytes[0] == ' ' ? 1 : 0);
        return true;
    }
    return false;
}

/* The frame that Python draws around an ExceptionGroup: "  + ", "  | ", "+-+---- ". */
static bool skip_frame(struct log_line *line)
{
    size_t at = 0;

    while (at < line->size && line->bytes[at] == ' ')
        at++;
    if (at + 1 >= line->size || at == 0 ||
        (line->bytes[at] != '|' && line->bytes[at] != '+') ||
        line->bytes[at + 1] != ' ')
        return false;
    skip(line, at + 2);
    return true;
}

bool log_line_next(const char *bytes, size_t size, size_t *at, struct log_line *line)
{
    if (*at >= size)
        return false;
    const char *start = bytes + *at;
    const char *newline = memchr(start, '\n', size - *at);
    size_t length = newline ? (size_t)(newline - start) : size - *at;

    *at += length + 1;
    while (length > 0 && (start[length - 1] == '\r' || start[length - 1] == ' '))
        length--;
    const char *redrawn = memrchr(start, '\r', length);
    if (redrawn) {
        length -= (size_t)(redrawn + 1 - start);
        start = redrawn + 1;
    }
    *line = (struct log_line){start, length, false};
    while (skip_colour(line) || skip_prefix(line))
        ;
    line->is_framed = skip_frame(line);
    return true;
}

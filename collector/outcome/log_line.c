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

static bool is_label_char(char c)
{
    return (c >= '0' && c <= '9') || (c >= 'A' && c <= 'Z') || (c >= 'a' && c <= 'z') ||
           c == ',' || c == '.' || c == '_' || c == '-';
}

/* "[rank0]: " of torchrun, "[1,0]<stderr>:" of mpirun, "[0]PETSC ERROR: ". */
static bool skip_label(struct log_line *line)
{
    size_t at = 1;

    if (!log_line_begins(line, "["))
        return false;
    while (at < line->size && at < 40 && is_label_char(line->bytes[at]))
        at++;
    struct log_line rest = {line->bytes + at, line->size - at, false, false};
    if (at == 1 || !log_line_begins(&rest, "]"))
        return false;
    skip(&rest, 1);
    if (log_line_begins(&rest, "<stderr>") || log_line_begins(&rest, "<stdout>"))
        skip(&rest, 8);
    else if (log_line_begins(&rest, "PETSC ERROR:"))
        skip(&rest, sizeof "PETSC ERROR" - 1);
    if (!log_line_begins(&rest, ":"))
        return false;
    skip(&rest, log_line_begins(&rest, ": ") ? 2 : 1);
    *line = rest;
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
        skip(line, log_line_begins(line, " ") ? 1 : 0);
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
    *line = (struct log_line){start, length, false, false};
    while (skip_label(line) || skip_prefix(line))
        ;
    line->is_framed = skip_frame(line);
    while (line->size > 0 && (line->bytes[0] == ' ' || line->bytes[0] == '\t')) {
        line->is_indented = true;
        skip(line, 1);
    }
    return true;
}

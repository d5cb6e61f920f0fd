#include "launcher/scheduler/slurm/slurm_fields.h"

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "launcher/common/memory.h"
#include "launcher/common/random.h"

#define TIME_MAX 4102444800L /* the year 2100; Slurm's "never" values lie above */

void slurm_fields_separator(char separator[SLURM_SEPARATOR_SIZE])
{
    char digits[RANDOM_HEX_SIZE(8)];

    random_hex(digits, 8);
    snprintf(separator, SLURM_SEPARATOR_SIZE, ":%s:", digits);
}

static void clear(struct slurm_fields *fields)
{
    for (size_t i = 0; i < SLURM_FIELDS_MAX; i++) {
        free(fields->values[i]);
        fields->values[i] = NULL;
    }
}

/* Where the next separator is, or NULL. */
static const char *find(const struct slurm_fields *fields, size_t from)
{
    return memmem(fields->bytes + from, fields->size - from, fields->separator,
                  strlen(fields->separator));
}

/* Behind the last newline: records are lines, and a banner may stand before the first.
 */
static const char *record_start(const char *from, const char *to)
{
    const char *newline = memrchr(from, '\n', (size_t)(to - from));

    return newline ? newline + 1 : from;
}

size_t slurm_fields_columns(const char *bytes, size_t size, const char *separator)
{
    size_t width = strlen(separator);
    const char *end = bytes + size;
    const char *at = memmem(bytes, size, separator, width);
    size_t count = 0;

    if (at) {
        const char *newline = memchr(at, '\n', (size_t)(end - at));
        end = newline ? newline : end;
    }
    for (; at; at = memmem(at, (size_t)(end - at), separator, width)) {
        at += width;
        count++;
    }
    return count;
}

bool slurm_fields_next(struct slurm_fields *fields)
{
    size_t at = fields->at;
    size_t i;

    clear(fields);
    for (i = 0; i < fields->n_fields; i++) {
        const char *from = fields->bytes + at;
        const char *to = at < fields->size ? find(fields, at) : NULL;
        if (!to)
            break;
        if (i == 0)
            from = record_start(from, to);
        fields->values[i] = xmemdup(from, (size_t)(to - from));
        at = (size_t)(to - fields->bytes) + strlen(fields->separator);
    }
    fields->at = at;
    if (i == fields->n_fields)
        return true;
    fields->is_cut = i > 0;
    clear(fields);
    fields->at = fields->size;
    return false;
}

void slurm_fields_release(struct slurm_fields *fields)
{
    clear(fields);
}

const char *slurm_fields_text(const char *text)
{
    static const char *const none[] = {"None", "(null)", "None assigned"};

    for (size_t i = 0; i < sizeof none / sizeof *none; i++) {
        if (strcmp(text, none[i]) == 0)
            return "";
    }
    return text;
}

double slurm_fields_time(const char *text)
{
    long seconds = slurm_fields_number(text, TIME_MAX);

    return seconds > 0 ? (double)seconds : 0;
}

long slurm_fields_number(const char *text, long max)
{
    char *end;

    if (*text < '0' || *text > '9')
        return -1;
    errno = 0;
    long number = strtol(text, &end, 10);
    return errno == 0 && *end == '\0' && number <= max ? number : -1;
}

bool slurm_fields_is_id(const char *text)
{
    return *text >= '1' && *text <= '9' && strspn(text, "0123456789_+") == strlen(text);
}

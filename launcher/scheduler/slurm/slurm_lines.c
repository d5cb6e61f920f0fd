#include "launcher/scheduler/slurm/slurm_lines.h"

#include <limits.h>
#include <string.h>

#include "launcher/common/memory.h"
#include "launcher/settings/values.h"

char *slurm_lines_next(const char **at)
{
    *at += strspn(*at, "\r\n");
    size_t size = strcspn(*at, "\r\n");

    if (size == 0)
        return NULL;
    char *line = xmemdup(*at, size);
    *at += size;
    return line;
}

bool slurm_line_split(char *line, size_t count, char **ret_columns)
{
    size_t found = 0;

    for (char *at = line; at; found++) {
        char *bar = strchr(at, '|');
        if (found == count)
            return false;
        ret_columns[found] = at;
        if (bar)
            *bar = '\0';
        at = bar ? bar + 1 : NULL;
    }
    return found == count;
}

char *slurm_line_value(const char *line, const char *key)
{
    static const char *const nothing[] = {"(null)", "N/A", "NONE"};
    size_t length = strlen(key);

    for (const char *at = line; *at; at += strcspn(at, " ")) {
        at += strspn(at, " ");
        if (strncmp(at, key, length) != 0 || at[length] != '=')
            continue;
        const char *value = at + length + 1;
        char *copy = xmemdup(value, strcspn(value, " "));
        for (size_t i = 0; i < sizeof nothing / sizeof *nothing; i++) {
            if (strcmp(copy, nothing[i]) == 0)
                *copy = '\0';
        }
        return copy;
    }
    return NULL;
}

long slurm_line_minutes(const char *text)
{
    long long minutes = 0;

    if (!strchr(text, ':') || value_minutes(text, &minutes, NULL) < 0)
        return 0;
    return minutes < LONG_MAX ? (long)minutes : 0;
}

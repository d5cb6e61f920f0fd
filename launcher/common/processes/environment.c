#include "launcher/common/processes/environment.h"

#include <string.h>

static size_t name_length(const char *entry)
{
    return strcspn(entry, "=");
}

static bool matches(const struct words *patterns, const char *entry)
{
    size_t length = name_length(entry);

    for (size_t i = 0; patterns && i < patterns->count; i++) {
        const char *pattern = patterns->items[i];
        if (*pattern != *entry && *pattern != '*') /* most end here, for each call */
            continue;
        size_t size = strlen(pattern);
        bool is_prefix = size > 0 && pattern[size - 1] == '*';
        if (is_prefix ? length >= size - 1 && strncmp(entry, pattern, size - 1) == 0
                      : length == size && strncmp(entry, pattern, size) == 0)
            return true;
    }
    return false;
}

static bool is_replaced(const struct words *set, const char *entry)
{
    size_t length = name_length(entry);

    for (size_t i = 0; set && i < set->count; i++) {
        if (name_length(set->items[i]) == length &&
            strncmp(set->items[i], entry, length) == 0)
            return true;
    }
    return false;
}

void environment_make(char *const *source, const struct words *unset,
                      const struct words *keep, const struct words *set,
                      struct words *ret_environment)
{
    for (; source && *source; source++) {
        if ((matches(unset, *source) && !matches(keep, *source)) ||
            is_replaced(set, *source))
            continue;
        words_add(ret_environment, *source);
    }
    if (set)
        words_copy(ret_environment, set);
}

const char *environment_get(char *const *environment, const char *name)
{
    size_t length = strlen(name);

    for (; environment && *environment; environment++) {
        if (strncmp(*environment, name, length) == 0 && (*environment)[length] == '=')
            return *environment + length + 1;
    }
    return NULL;
}

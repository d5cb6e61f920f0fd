#include "launcher/help/help.h"

#include <stdbool.h>
#include <stddef.h>
#include <string.h>

const struct help_page *help_find(const char *name)
{
    static const struct help_entry nothing = {0};
    static const struct help_page empty = {"", "", "", "", "", &nothing};

    for (const struct help_page *page = help_pages; page->name; page++) {
        if (strcmp(page->name, name) == 0)
            return page;
    }
    return &empty;
}

static bool is_same(const char *a, const char *b)
{
    static const char dashes[] = "-_.";

    for (; *a && *b; a++, b++) {
        if (*a != *b && !(strchr(dashes, *a) && strchr(dashes, *b)))
            return false;
    }
    return *a == *b;
}

const char *help_text(const struct help_page *page, const char *name)
{
    for (const struct help_entry *entry = page->entries; entry->name; entry++) {
        if (is_same(entry->name, name))
            return entry->text;
    }
    return "";
}

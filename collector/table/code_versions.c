#include "collector/table/code_versions.h"

#include <stdlib.h>
#include <string.h>

#include "launcher/common/memory.h"

#define SHOWN ((size_t)4)

void code_versions_release(struct code_versions *versions)
{
    free(versions->items);
    *versions = (struct code_versions){0};
}

void code_versions_add(struct code_versions *versions, const char *code,
                       const char *point)
{
    size_t i = 0;

    if (!*code)
        return;
    while (i < versions->count && strcmp(versions->items[i].code, code) != 0)
        i++;
    if (i == versions->count) {
        versions->items =
            xgrow(versions->items, i, &versions->cap, sizeof *versions->items);
        versions->items[versions->count++] =
            (struct code_version){.code = code, .first = point};
    }
    versions->items[i].count++;
}

bool code_versions_warn(const struct code_versions *versions, struct text *text)
{
    if (versions->count < 2)
        return false;
    text_addf(text,
              "completed points ran %zu versions of the entrypoint's file (SHA-256 in "
              "the rows' `code`): ",
              versions->count);
    for (size_t i = 0; i < versions->count && i < SHOWN; i++) {
        const struct code_version *version = &versions->items[i];
        text_addf(text, "%s%.12s %zu (the first '%s')", i ? ", " : "", version->code,
                  version->count, version->first);
    }
    text_add(text, versions->count > SHOWN ? ", …" : "");
    text_add(text, "; these are not results of one program");
    return true;
}

void code_versions_of(const struct table *table, struct code_versions *ret_versions)
{
    for (size_t i = 0; i < table->count; i++) {
        const struct row *row = &table->rows[i];
        if (row->state == STATE_COMPLETED)
            code_versions_add(ret_versions, row->code, row->point);
    }
}

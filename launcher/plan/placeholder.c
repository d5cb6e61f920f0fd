#include "launcher/plan/placeholder.h"

#include <string.h>

#include "launcher/common/memory.h"
#include "launcher/plan/entry.h"

struct placeholder {
    const char *start; /* at its first brace */
    const char *end;   /* behind its last */
    const char *name;
    size_t size;
    bool is_escaped; /* {{name}} */
};

/* The next {name} or {{name}} at or behind `from`, whatever the name. */
static bool next_placeholder(const char *word, const char *from,
                             struct placeholder *ret)
{
    for (const char *c = from; (c = strchr(c, '{')) != NULL; c++) {
        bool is_escaped = c[1] == '{';
        const char *name = c + (is_escaped ? 2 : 1);
        size_t size = *name == '+' || *name == '~' ? 0 : entry_key_size(name);
        if (size == 0 || (c > word && c[-1] == '$') || name[size] != '}' ||
            (is_escaped && name[size + 1] != '}'))
            continue;
        *ret = (struct placeholder){c, name + size + (is_escaped ? 2 : 1), name, size,
                                    is_escaped};
        return true;
    }
    return false;
}

static bool is_named(const struct placeholder *place, const char *key)
{
    key += strspn(key, "+~");
    return strlen(key) == place->size && memcmp(key, place->name, place->size) == 0;
}

bool placeholder_has(const char *word, const char *key)
{
    struct placeholder place;

    for (const char *from = word; next_placeholder(word, from, &place);
         from = place.end) {
        if (!place.is_escaped && is_named(&place, key))
            return true;
    }
    return false;
}

char *placeholder_fill(const char *word, const struct parameter *params, size_t count)
{
    struct placeholder place;
    cleanup_text struct text text = {0};
    const char *from = word;

    while (next_placeholder(word, from, &place)) {
        size_t i = 0;
        while (i < count && !is_named(&place, params[i].key))
            i++;
        text_add_bytes(&text, from, (size_t)(place.start - from));
        if (i == count)
            text_add_bytes(&text, place.start, (size_t)(place.end - place.start));
        else if (place.is_escaped)
            text_add_bytes(&text, place.name - 1, place.size + 2);
        else
            text_add(&text, params[i].value);
        from = place.end;
    }
    text_add(&text, from);
    return text_take(&text);
}

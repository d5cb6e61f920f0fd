#include "launcher/scheduler/node_list.h"

#include <ctype.h>
#include <stdlib.h>
#include <string.h>

#include "launcher/common/memory.h"

#define NAME_MAX_BYTES 256
/* Names that do not count (twice the same, or with a character that no node has) are
 * tried, too; a list that others wrote may have 10^18 of them. */
#define TRIES_MAX (4UL * NODE_LIST_MAX)

struct expansion {
    struct words *names;
    size_t n_tried;
};

static bool is_full(const struct expansion *expansion)
{
    return expansion->names->count >= NODE_LIST_MAX || expansion->n_tried >= TRIES_MAX;
}

static void add_name(const char *name, struct expansion *expansion)
{
    struct words *names = expansion->names;

    expansion->n_tried++;
    if (*name && strlen(name) <= NAME_MAX_BYTES && names->count < NODE_LIST_MAX &&
        strspn(name, "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789"
                     "._-") == strlen(name) &&
        !words_has(names, name))
        words_add(names, name);
}

static bool read_number(const char **text, long *ret_number, int *ret_width)
{
    char *end = NULL;

    if (!isdigit((unsigned char)**text))
        return false;
    *ret_number = strtol(*text, &end, 10);
    *ret_width = (int)(end - *text);
    *text = end;
    return *ret_width <= 9;
}

static void expand_word(const char *prefix, const char *rest, int depth,
                        struct expansion *expansion);

/* "3" or "1-3" at `*at`, up to ',' or ']'. false: it is neither. */
static bool expand_range(const char *prefix, const char **at, const char *tail,
                         int depth, struct expansion *expansion)
{
    long from, to;
    int width, ignored;

    if (!read_number(at, &from, &width))
        return false;
    to = from;
    if (**at == '-') {
        ++*at;
        if (!read_number(at, &to, &ignored))
            return false;
    }
    for (long i = from; i <= to && !is_full(expansion); i++) {
        cleanup_free char *longer = xasprintf("%s%0*ld", prefix, width, i);
        expand_word(longer, tail, depth + 1, expansion);
    }
    return true;
}

/* `prefix` is done; `rest` may hold brackets. */
static void expand_word(const char *prefix, const char *rest, int depth,
                        struct expansion *expansion)
{
    const char *open = strchr(rest, '[');
    const char *close = open ? strchr(open, ']') : NULL;

    if (!open || !close || depth > 3) {
        cleanup_free char *name = xasprintf("%s%s", prefix, rest);
        add_name(name, expansion);
        return;
    }
    cleanup_free char *head = xmemdup(rest, (size_t)(open - rest));
    cleanup_free char *longer = xasprintf("%s%s", prefix, head);
    const char *at = open + 1;
    while (expand_range(longer, &at, close + 1, depth, expansion) && *at == ',')
        at++;
}

void node_list_expand(const char *list, struct words *names)
{
    struct expansion expansion = {.names = names};

    while (*list && !is_full(&expansion)) {
        size_t size = 0;
        for (int depth = 0; list[size] && (list[size] != ',' || depth > 0); size++)
            depth += (list[size] == '[') - (list[size] == ']');
        cleanup_free char *word = xmemdup(list, size);
        expand_word("", word, 0, &expansion);
        list += size + (list[size] == ',');
    }
}

#include "launcher/settings/ports_users.h"

#include <stdlib.h>
#include <string.h>

#include "launcher/common/map.h"
#include "launcher/common/memory.h"

static int set_area(struct ports_user *user, const struct ports_grid *grid,
                    const char *range, const char *where, struct error *err)
{
    struct ports_span span;

    if (!range) {
        if (!user->has_uid)
            return error_set(err, ERROR_INPUT,
                             "%s: there is no user '%s' here; give a uid, or, in a map "
                             "of users, a range behind the name",
                             where, user->name);
        user->slice = ports_slice(grid, user->uid, &user->area);
        return 0;
    }
    if (ports_span_parse(range, where, &span, err) < 0) {
        if (err)
            err->kind = ERROR_INPUT;
        return -1;
    }
    long base = (span.first + PORTS_GRAIN - 1) / PORTS_GRAIN * PORTS_GRAIN;
    if (base + PORTS_GRAIN - 1 > span.last)
        return error_set(err, ERROR_INPUT,
                         "%s: the range %s holds no whole grain (128 ports from a "
                         "multiple of 128), so no job could use it",
                         where, range);
    user->is_explicit = true;
    user->area = (struct ports_area){.spans = {span}, .count = 1};
    return 0;
}

static int add_user(struct ports_users *users, const struct ports_grid *grid,
                    const char *word, const char *range, const char *where,
                    ports_lookup_fn lookup, struct error *err)
{
    struct ports_user user = {.slice = 0};
    cleanup_free char *name = NULL;

    user.has_uid = lookup(word, &name, &user.uid);
    user.name = name ? steal(&name) : xstrdup(word);
    if (set_area(&user, grid, range, where, err) < 0) {
        free(user.name);
        return -1;
    }
    users->users = xgrow(users->users, users->count, &users->cap, sizeof *users->users);
    users->users[users->count++] = user;
    return 0;
}

static int fail_twice(const char *where, const char *name, struct error *err)
{
    return error_set(err, ERROR_INPUT, "%s: user '%s' is there twice: keep one", where,
                     name);
}

int ports_users_add(struct ports_users *users, const struct ports_grid *grid,
                    const char *word, const char *range, const char *where,
                    ports_lookup_fn lookup, struct error *err)
{
    if (add_user(users, grid, word, range, where, lookup, err) < 0)
        return -1;
    for (size_t i = 0; i + 1 < users->count; i++) {
        if (strcmp(users->users[i].name, users->users[users->count - 1].name) == 0)
            return fail_twice(where, users->users[i].name, err);
    }
    return 0;
}

/* The words of one line, without a comment. */
static void split_line(const char *line, size_t size, struct words *words)
{
    size_t i = 0;

    while (i < size && line[i] != '#') {
        size_t start = i;
        while (i < size && !strchr(" \t\r#", line[i]))
            i++;
        if (i > start)
            words_take(words, xmemdup(line + start, i - start));
        while (i < size && strchr(" \t\r", line[i]))
            i++;
    }
}

static int parse_line(struct ports_users *users, const struct ports_grid *grid,
                      const struct words *words, const char *where,
                      ports_lookup_fn lookup, struct error *err)
{
    if (words->count == 0)
        return 0;
    if (words->count > 2)
        return error_set(err, ERROR_INPUT,
                         "%s: '%s' is one word too many; a line is: USER [FIRST-LAST]",
                         where, words->items[2]);
    if (users->count >= PORTS_USERS_MAX)
        return error_set(err, ERROR_INPUT, "%s: more than %lu users", where,
                         PORTS_USERS_MAX);
    return add_user(users, grid, words->items[0],
                    words->count == 2 ? words->items[1] : NULL, where, lookup, err);
}

static int check_twice(const struct ports_users *users, const char *source,
                       struct error *err)
{
    struct map seen = {0};
    int rc = 0;
    size_t index;

    for (size_t i = 0; i < users->count && rc == 0; i++) {
        if (map_get(&seen, users->users[i].name, &index))
            rc = fail_twice(source, users->users[i].name, err);
        map_set(&seen, users->users[i].name, i);
    }
    map_release(&seen);
    return rc;
}

int ports_users_parse(struct ports_users *users, const struct ports_grid *grid,
                      const char *text, const char *source, ports_lookup_fn lookup,
                      struct error *err)
{
    for (size_t number = 1; *text; number++) {
        size_t size = strcspn(text, "\n");
        cleanup_words struct words words = {0};
        cleanup_free char *where = xasprintf("%s:%zu", source, number);
        split_line(text, size, &words);
        if (parse_line(users, grid, &words, where, lookup, err) < 0)
            return -1;
        text += size + (text[size] == '\n');
    }
    return check_twice(users, source, err);
}

struct owned_span {
    struct ports_span span;
    size_t user;
};

static int by_first(const void *a, const void *b)
{
    const struct owned_span *one = a, *other = b;

    if (one->span.first != other->span.first)
        return one->span.first < other->span.first ? -1 : 1;
    return one->user < other->user ? -1 : one->user > other->user;
}

/* Each span against the one before it that reaches furthest: whoever overlaps anybody
 * is named, and the list is no longer than the spans. */
struct ports_overlap *ports_users_overlaps(const struct ports_users *users,
                                           size_t *ret_count)
{
    size_t n_spans = 0;
    cleanup_free struct owned_span *spans =
        xcalloc(users->count * PORTS_AREA_SPANS + 1, sizeof *spans);
    struct ports_overlap *overlaps = NULL;
    size_t cap = 0, far = 0;

    for (size_t i = 0; i < users->count; i++) {
        const struct ports_area *area = &users->users[i].area;
        for (size_t k = 0; k < area->count; k++)
            spans[n_spans++] = (struct owned_span){area->spans[k], i};
    }
    qsort(spans, n_spans, sizeof *spans, by_first);
    *ret_count = 0;
    for (size_t i = 1; i < n_spans; i++) {
        struct ports_span one = spans[i].span, before = spans[far].span;
        if (one.first <= before.last) {
            overlaps = xgrow(overlaps, *ret_count, &cap, sizeof *overlaps);
            overlaps[(*ret_count)++] = (struct ports_overlap){
                spans[far].user,
                spans[i].user,
                {one.first, one.last < before.last ? one.last : before.last}};
        }
        if (one.last > before.last)
            far = i;
    }
    return overlaps;
}

void ports_users_release(struct ports_users *users)
{
    for (size_t i = 0; i < users->count; i++)
        free(users->users[i].name);
    free(users->users);
    *users = (struct ports_users){0};
}

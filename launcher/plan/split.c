/* split.c - an element of a command into its values (declared in plan.h) */
#include <stdlib.h>
#include <string.h>

#include "launcher/common/limits.h"
#include "launcher/common/memory.h"
#include "launcher/plan/hydra.h"
#include "launcher/plan/pieces.h"
#include "launcher/plan/plan.h"
#include "launcher/plan/range.h"

static bool is_sweep_call(struct span piece)
{
    return piece_is_call(piece, "range") || piece_is_call(piece, "choice");
}

/* The quote that ends the one at `start`: not behind an odd number of backslashes. */
static const char *closing_quote(const char *start, const char *end)
{
    for (const char *c = start + 1; c < end; c++) {
        if (*c == '\\' && c + 1 < end)
            c++;
        else if (*c == *start)
            return c;
    }
    return NULL;
}

/* May a quote at `c` open a quoted text? At the start of a piece, and inside brackets
 * behind one of their signs: the apostrophe of "it's" opens nothing. */
static bool opens_quote(const char *start, const char *c)
{
    while (c > start && piece_is_blank(c[-1]))
        c--;
    return c == start || strchr(",[{(:=", c[-1]) != NULL;
}

static char closer_of(char c)
{
    return c == '[' ? ']' : c == '{' ? '}' : c == '(' ? ')' : '\0';
}

static int fail_open(const char *key, char opener, const char *text, struct error *err)
{
    return error_set(
        err, ERROR_USAGE,
        "parameter '%s': %c is never closed in '%.200s'; close it, or give "
        "the value in a points file (--points)",
        key, opener, text);
}

/* Steps over the quoted text at `c`. A quote at the start of a piece must end with it.
 */
static int skip_quoted(const char *key, const char **c, const char *end, bool is_inside,
                       struct error *err)
{
    const char *close = closing_quote(*c, end);
    const char *next = close ? close + 1 : end;

    if (!close)
        return fail_open(key, **c, *c, err);
    while (next < end && piece_is_blank(*next))
        next++;
    if (!is_inside && next < end && *next != ',')
        return error_set(err, ERROR_USAGE,
                         "parameter '%s': there is text behind the closing quote in "
                         "'%.200s'; quote the whole value",
                         key, *c);
    *c = close;
    return 0;
}

static int split_pieces(const char *key, struct span text, struct pieces *pieces,
                        struct error *err)
{
    char closers[LIMIT_DEPTH];
    const char *openers[LIMIT_DEPTH];
    size_t depth = 0;
    const char *end = text.start + text.size;
    const char *start = text.start;

    for (const char *c = start; c < end; c++) {
        if ((*c == '\'' || *c == '"') && opens_quote(start, c)) {
            if (skip_quoted(key, &c, end, depth > 0, err) < 0)
                return -1;
        } else if (closer_of(*c)) {
            if (depth == LIMIT_DEPTH)
                return error_set(err, ERROR_USAGE,
                                 "parameter '%s': brackets nested deeper than %d", key,
                                 LIMIT_DEPTH);
            openers[depth] = c;
            closers[depth++] = closer_of(*c);
        } else if (*c == ']' || *c == '}' || *c == ')') {
            if (depth == 0 || closers[--depth] != *c)
                return error_set(err, ERROR_USAGE,
                                 "parameter '%s': %c closes nothing in '%.200s'; give "
                                 "such a value in a points file (--points)",
                                 key, *c, start);
        } else if (*c == ',' && depth == 0) {
            pieces_add(pieces, start, c);
            start = c + 1;
        }
    }
    if (depth > 0)
        return fail_open(key, *openers[depth - 1], start, err);
    pieces_add(pieces, start, end);
    return 0;
}

static bool is_quoted(struct span text)
{
    return text.size >= 2 && (*text.start == '\'' || *text.start == '"') &&
           closing_quote(text.start, text.start + text.size) ==
               text.start + text.size - 1;
}

/* Hydra's rule inside quotes: only backslashes right before the same quote (or the end)
 * are special, each pair of them is one. */
static char *unquote(struct span text)
{
    cleanup_text struct text plain = {0};
    char quote = *text.start;
    const char *end = text.start + text.size - 1;

    for (const char *c = text.start + 1; c < end;) {
        size_t n = 0;
        while (c + n < end && c[n] == '\\')
            n++;
        bool is_special = n > 0 && (c + n == end || c[n] == quote);
        for (size_t i = 0; i < (is_special ? n / 2 : n); i++)
            text_add_char(&plain, '\\');
        c += n;
        if (c < end)
            text_add_char(&plain, *c++);
    }
    return text_take(&plain);
}

static void add_value(struct words *values, struct span text, enum plan_quotes quotes)
{
    words_take(values, quotes == PLAN_QUOTES_REMOVED && is_quoted(text)
                           ? unquote(text)
                           : xmemdup(text.start, text.size));
}

static int add_pieces(const char *key, const char *element, const struct pieces *pieces,
                      enum plan_quotes quotes, struct words *values, struct error *err)
{
    if (pieces->count == 0)
        return error_set(err, ERROR_USAGE, "parameter '%s': empty grid: '%.200s'", key,
                         element);
    for (size_t i = 0; i < pieces->count; i++) {
        struct span piece = pieces->items[i];
        if (piece.size == 0)
            return error_set(err, ERROR_USAGE,
                             "parameter '%s': empty value in grid '%.200s'; remove the "
                             "comma, or write the value in a points file (--points)",
                             key, element);
        if (is_sweep_call(piece))
            return error_set(err, ERROR_USAGE,
                             "parameter '%s': range(…) and choice(…) must stand alone, "
                             "not in '%.200s'; write the values out",
                             key, element);
        if (i >= LIMIT_PARAMETER_VALUES)
            return error_set(err, ERROR_USAGE,
                             "parameter '%s' has more than %lu values", key,
                             LIMIT_PARAMETER_VALUES);
        add_value(values, piece, quotes);
    }
    return 0;
}

static int split_plain(const char *key, const char *element, struct pieces *pieces,
                       struct pieces *arguments, struct error *err)
{
    struct span whole = {element, strlen(element)};

    if (split_pieces(key, whole, pieces, err) < 0)
        return -1;
    struct span only = pieces->items[0];
    const char *open = memchr(only.start, '(', only.size);
    if (pieces->count > 1 || !open || !is_sweep_call(only))
        return 0;
    struct span inside = {open + 1, (size_t)(only.start + only.size - 1 - (open + 1))};
    return split_pieces(key, inside, arguments, err);
}

int plan_split_values(const char *key, const char *element, enum plan_quotes quotes,
                      struct words *values, struct error *err)
{
    cleanup_pieces struct pieces pieces = {0};
    cleanup_pieces struct pieces arguments = {0};
    struct span whole = {element, strlen(element)};
    bool is_hydra = quotes == PLAN_QUOTES_HYDRA;

    if (!is_hydra && !strchr(element, ',') && !is_sweep_call(whole)) {
        add_value(values, whole, quotes);
        return 0;
    }
    if ((is_hydra ? hydra_split(key, element, &pieces, &arguments, err)
                  : split_plain(key, element, &pieces, &arguments, err)) < 0)
        return -1;
    if (pieces.count > 1)
        return add_pieces(key, element, &pieces, quotes, values, err);
    if (pieces.count == 1 && piece_is_call(pieces.items[0], "range"))
        return range_expand(key, element, &arguments, values, err);
    if (pieces.count == 1 && piece_is_call(pieces.items[0], "choice"))
        return add_pieces(key, element, &arguments, quotes, values, err);
    add_value(values, whole, quotes);
    return 0;
}

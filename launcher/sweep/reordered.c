#include "launcher/sweep/reordered.h"

#include <stdlib.h>
#include <string.h>

#include "launcher/common/memory.h"

struct finder {
    struct words texts; /* a point's parameters in order of their keys */
    struct map by_text; /* → index into `points` */
    const struct point **points;
    size_t n_points;
};

/* The usual case, and cheap: one order everywhere. */
static bool has_one_order(const struct sweep *sweep, const struct plan *plan)
{
    for (size_t i = 0; i < plan->count; i++) {
        if (!point_has_same_keys(&plan->points[0], &plan->points[i]))
            return false;
    }
    for (size_t i = 0; i < sweep->n_points; i++) {
        if (!point_has_same_keys(&plan->points[0], &sweep->points[i]->point))
            return false;
    }
    return true;
}

/* By key; one that comes twice keeps its order, which may mean something. */
static int compare(const void *left, const void *right)
{
    const struct parameter *const *a = left, *const *b = right;
    int order = strcmp((*a)->key, (*b)->key);

    return order ? order : (*a > *b) - (*a < *b);
}

static char *sorted_text(const struct point *point)
{
    cleanup_free const struct parameter **sorted =
        xcalloc(point->n_params + 1, sizeof *sorted);
    struct text text = {0};

    for (size_t i = 0; i < point->n_params; i++)
        sorted[i] = &point->params[i];
    qsort(sorted, point->n_params, sizeof *sorted, compare);
    for (size_t i = 0; i < point->n_params; i++)
        text_addf(&text, "%zu:%s%zu:%s", strlen(sorted[i]->key), sorted[i]->key,
                  strlen(sorted[i]->value), sorted[i]->value);
    return text_take(&text);
}

/* The point with the same parameters that was seen before, or NULL. */
static const struct point *find(struct finder *finder, const struct point *point)
{
    char *text = sorted_text(point);
    size_t index;

    words_take(&finder->texts, text);
    if (map_get(&finder->by_text, text, &index))
        return finder->points[index];
    map_set(&finder->by_text, text, finder->n_points);
    finder->points[finder->n_points++] = point;
    return NULL;
}

static void add_line(const struct point *now, const struct point *before, size_t count,
                     struct words *warnings)
{
    cleanup_text struct text order = {0};

    for (size_t i = 0; i < before->n_params; i++)
        text_addf(&order, "%s%s=%s", i ? " " : "", before->params[i].key,
                  before->params[i].value);
    words_addf(warnings,
               "'%s' has the same parameters as '%s' in another order%s: it is a point "
               "of its own, and both run; to have it once, keep one order: %.300s",
               now->id, before->id, count > 1 ? ", and so have more" : "",
               text_string(&order));
}

void reordered_warn(const struct sweep *sweep, const struct plan *plan,
                    struct words *warnings)
{
    struct finder finder = {0};
    const struct point *now = NULL, *before = NULL;
    size_t count = 0, known;

    if (plan->count == 0 || has_one_order(sweep, plan))
        return;
    finder.points = xcalloc(sweep->n_points + plan->count, sizeof *finder.points);
    for (size_t i = 0; i < sweep->n_points; i++)
        find(&finder, &sweep->points[i]->point);
    for (size_t i = 0; i < plan->count; i++) {
        const struct point *point = &plan->points[i];
        if (point->copy || map_get(&sweep->by_id, point->id, &known))
            continue;
        const struct point *same = find(&finder, point);
        if (same && count++ == 0) {
            now = point;
            before = same;
        }
    }
    if (count > 0)
        add_line(now, before, count, warnings);
    map_release(&finder.by_text);
    words_release(&finder.texts);
    free(finder.points);
}

#include "launcher/plan/grid.h"

#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include "launcher/common/memory.h"
#include "launcher/plan/entry.h"

const struct axis *grid_find(const struct grid *grid, const char *key)
{
    for (size_t i = 0; i < grid->count; i++) {
        if (strcmp(grid->axes[i].key, key) == 0)
            return &grid->axes[i];
    }
    return NULL;
}

static void axis_release(struct axis *axis)
{
    free(axis->key);
    words_release(&axis->values);
}

int grid_add(struct grid *grid, const char *word, enum plan_quotes quotes,
             bool no_split, struct error *err)
{
    size_t size;

    if (!entry_is_parameter(word, &size))
        return error_set(err, ERROR_USAGE,
                         "'%.200s' is no parameter; write key=value, with a key of "
                         "letters, digits and _ . @ / -",
                         word);
    struct axis axis = {.key = xmemdup(word, size), .word = word};
    const struct axis *old = axis.key[0] == '+' ? NULL : grid_find(grid, axis.key);
    int rc = 0;
    if (old)
        rc = error_set(err, ERROR_USAGE,
                       "the parameter '%s' is given twice: '%.200s' and '%.200s'; keep "
                       "one of them",
                       axis.key, old->word, word);
    else if (no_split)
        words_add(&axis.values, word + size + 1);
    else
        rc = plan_split_values(axis.key, word + size + 1, quotes, &axis.values, err);
    if (rc < 0) {
        axis_release(&axis);
        return -1;
    }
    grid->axes = xgrow(grid->axes, grid->count, &grid->cap, sizeof *grid->axes);
    grid->axes[grid->count++] = axis;
    return 0;
}

void grid_release(struct grid *grid)
{
    for (size_t i = 0; i < grid->count; i++)
        axis_release(&grid->axes[i]);
    free(grid->axes);
    *grid = (struct grid){0};
}

size_t grid_count(const struct grid *grid, size_t factor)
{
    size_t count = factor;

    for (size_t i = 0; i < grid->count; i++) {
        if (__builtin_mul_overflow(count, grid->axes[i].values.count, &count))
            return SIZE_MAX;
    }
    return count;
}

bool grid_next(struct grid *grid)
{
    for (size_t i = grid->count; i > 0; i--) {
        struct axis *axis = &grid->axes[i - 1];
        if (++axis->at < axis->values.count)
            return true;
        axis->at = 0;
    }
    return false;
}

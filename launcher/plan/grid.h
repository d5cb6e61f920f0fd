/* grid.h - swept parameters and their product
 *
 * An axis is a parameter with the values that it takes; the grid is their product,
 * walked like a counter: the last axis is the fastest. It holds no points: build.c
 * makes one at each stand of the counter.
 */
#ifndef LAUNCHER_PLAN_GRID_H
#define LAUNCHER_PLAN_GRID_H

#include <stdbool.h>
#include <stddef.h>

#include "launcher/common/error.h"
#include "launcher/common/text/text.h"
#include "launcher/plan/plan.h"

/* One parameter and its values; one value when it is not swept. */
struct axis {
    char *key;           /* owned */
    struct words values; /* at least one */
    const char *word;    /* borrowed: where it was typed, for messages */
    size_t at;           /* index of the value that the product stands on */
};

/* The product of its axes; the first is the slowest. No axis is one point. */
struct grid {
    struct axis *axes; /* owned */
    size_t count, cap;
};

/* Add the parameter of a word "key=element" (borrowed while the grid lives).
 * ERROR_USAGE: a word that is none, a key that is there already, an element that cannot
 * be split. */
int grid_add(struct grid *grid, const char *word, enum plan_quotes quotes,
             bool no_split, struct error *err);
void grid_release(struct grid *grid);

/* Number of points times `factor`; SIZE_MAX when it does not fit. */
size_t grid_count(const struct grid *grid, size_t factor);

/* Go to the next point; false (and back at the first) behind the last. */
bool grid_next(struct grid *grid);

/* The axis with this key, or NULL. A key with a leading + may be there more than once:
 * the first. */
const struct axis *grid_find(const struct grid *grid, const char *key);

#endif

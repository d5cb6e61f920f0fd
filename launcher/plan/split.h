/* split.h - pieces of an element, and the functions that give many values */
#ifndef LAUNCHER_PLAN_SPLIT_H
#define LAUNCHER_PLAN_SPLIT_H

#include <stdbool.h>
#include <stddef.h>

#include "launcher/common/error.h"
#include "launcher/common/text/text.h"

/* A piece of an element; borrows from it. */
struct span {
    const char *start;
    size_t size;
};

/* The pieces between top-level commas, without blanks around them. */
struct split {
    struct span *items; /* owned */
    size_t count, cap;
};

void split_add(struct split *split, const char *start, const char *end); /* trims */
void split_release(struct split *split);

/* Is `piece` a call of `name`: name(…)? */
bool split_is_call(struct span piece, const char *name);

/* Hydra's grammar: the top-level pieces of `text`, and the arguments of the last one
 * that is a call (of use when it is the only one). Checks every character. ERROR_USAGE.
 */
int hydra_split(const char *key, const char *text, struct split *pieces,
                struct split *arguments, struct error *err);

/* Append the values of range(arguments). `text` is the whole element, for messages. */
int range_expand(const char *key, const char *text, const struct split *arguments,
                 struct words *values, struct error *err);

#endif

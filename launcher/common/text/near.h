/* near.h - the nearest known name, for "did you mean" */
#ifndef LAUNCHER_COMMON_TEXT_NEAR_H
#define LAUNCHER_COMMON_TEXT_NEAR_H

#include <stddef.h>

/* The name of `names` (count of them, borrowed) nearest to `word` by edit distance, or
 * NULL when none is near enough (more than a third of its letters differ). '-' and '_'
 * count as equal. */
const char *near_name(const char *word, const char *const *names, size_t count);

#endif

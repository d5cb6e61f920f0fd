/* result_tree.h - a result's JSON as a tree, whatever Python wrote
 *
 * jansson alone would refuse one result in fifty: NaN and Infinity, integers beyond 64
 * bits, lone surrogates, bytes that are not UTF-8. Here NaN, Infinity, -Infinity and
 * numbers beyond a double become null and are named; a large integer becomes a real;
 * the last of two equal keys wins; what is not UTF-8, and NUL, becomes U+FFFD. Nothing
 * else is forgiven.
 */
#ifndef COLLECTOR_TABLE_RESULT_TREE_H
#define COLLECTOR_TABLE_RESULT_TREE_H

#include <jansson.h>
#include <stddef.h>

#include "launcher/common/text/text.h"

#define RESULT_TREE_MAX_DEPTH 512
#define RESULT_TREE_MAX_NONFINITE 1000 /* more of them in one result are not named */

/* The whole of `json` must be one JSON object. Owned reference, or NULL if it is not.
 * Each number that JSON cannot say is appended to `nonfinite` as "metrics.val_loss=NaN"
 * ("a.b", "list[3]"). */
json_t *result_tree(const char *json, size_t size, struct words *nonfinite);

#endif

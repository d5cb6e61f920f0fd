/* json_plain.h - a quick reader of the JSON lines that we write ourselves
 *
 * A journal of 10,000 points has 30,000 short lines, nearly all of plain strings and
 * whole numbers. Those are read here, several times as fast as by jansson; anything
 * else (escapes, bytes over 126, spaces between, numbers with a fraction, true, null, a
 * key twice, an error) is left to jansson, so both give the same trees.
 */
#ifndef LAUNCHER_COMMON_TREES_JSON_PLAIN_H
#define LAUNCHER_COMMON_TREES_JSON_PLAIN_H

#include <jansson.h>
#include <stddef.h>

/* The object, an owned reference; NULL if it is not of this plain kind. Public for its
 * test, which compares it with jansson. */
json_t *jsonplain_parse(const char *bytes, size_t size);

/* jsonplain_parse(), else jansson with JSON_REJECT_DUPLICATES; NULL if it is no JSON.
 */
json_t *jsonplain_load(const char *bytes, size_t size, json_error_t *why);

#endif

/* result_text.h - a result's JSON as text for strict readers, digits as written
 *
 * Numbers keep all their digits (a tree would round them). Only what a strict reader
 * refuses is changed: NaN, infinity (in each spelling of value.h) and numbers beyond a
 * double become null; bytes that are not UTF-8 and lone surrogates become U+FFFD; line
 * breaks between tokens become spaces, so that a value is one line.
 */
#ifndef COLLECTOR_TABLE_RESULT_TEXT_H
#define COLLECTOR_TABLE_RESULT_TEXT_H

#include <stdbool.h>
#include <stddef.h>

#include "launcher/common/text/text.h"

/* Append. `json` is one whole value, as the scan gives it. Pure. */
void result_text_add(struct text *text, const char *json, size_t size);

/* "NaN", "Infinity" or "-Infinity" for a word that stands for one of them in any
 * spelling that value.h takes; NULL for another token (static). */
const char *result_text_nonfinite(const char *token, size_t size);

/* Call `on_member` for each member of the object `json` in order, with its name decoded
 * and its value's bytes, without blanks around them, borrowed from json. */
typedef void (*result_text_member_fn)(void *context, const char *name,
                                      const char *value, size_t size);
void result_text_each_member(const char *json, size_t size,
                             result_text_member_fn on_member, void *context);

/* Where in the object `json` the value of its own member `key` stands (the last one,
 * where there are two), however its name is spelled. False: there is none. `*ret_value`
 * is borrowed from json. */
bool result_text_member(const char *json, size_t size, const char *key,
                        const char **ret_value, size_t *ret_size);

#endif

/* json_io.h - reading and writing JSON text
 *
 * Trees are jansson's (json_t, json_auto_t). This adds what jansson has not: errors
 * that name the file, and strings that may be any bytes. Objects are written by
 * json_write.h.
 *
 * A string that is not UTF-8 is written as {"base64":"…"}; jsonio_get_bytes() takes
 * both forms (docs/formats.md, "Strings that are not UTF-8").
 */
#ifndef LAUNCHER_COMMON_TREES_JSON_IO_H
#define LAUNCHER_COMMON_TREES_JSON_IO_H

#include <jansson.h>
#include <stddef.h>

#include "launcher/common/error.h"
#include "launcher/common/text/text.h"

/* Parse one whole JSON value. Duplicate keys are errors. `source` names it in messages.
 * Returns an owned reference, or NULL (ERROR_INPUT). */
json_t *jsonio_parse(const char *bytes, size_t size, const char *source,
                     struct error *err);

/* file_read_all() and jsonio_parse(). */
json_t *jsonio_load(const char *path, size_t max_bytes, struct error *err);

/* Append `value` as compact JSON on one line, keys in the order they were set. */
void jsonio_add(struct text *text, const json_t *value);

/* Append a JSON string (with quotes) or the base64 form. */
void jsonio_add_bytes(struct text *text, const char *bytes, size_t size);
void jsonio_add_string(struct text *text, const char *string);

/* What a person reads of `text`: a JSON string, "(not text)" where it is not UTF-8, or
 * where it is NULL. Owned reference. */
json_t *jsonio_words(const char *text);

/* The shortest digits that read back as the same number: 0.1, not 0.10000000000000001.
 * Finite only. */
void jsonio_add_real(struct text *text, double value);

/* A string as a tree: a JSON string, or the base64 form. Owned reference. */
json_t *jsonio_bytes(const char *bytes, size_t size);

/* The bytes of either form: owned, NUL-terminated; NULL if `value` is neither or holds
 * a NUL byte. */
char *jsonio_get_bytes(const json_t *value);

/* Members with a fallback; a member of the wrong type counts as absent. Borrowed. */
const char *jsonio_string(const json_t *object, const char *key, const char *fallback);
long long jsonio_integer(const json_t *object, const char *key, long long fallback);
double jsonio_number(const json_t *object, const char *key, double fallback);

#endif

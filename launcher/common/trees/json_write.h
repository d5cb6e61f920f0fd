/* json_write.h - the one writer of JSON text
 *
 * Appends one value to a text, member by member, without a tree:
 *
 *     struct json_writer json;
 *     jsonwrite_line(&json, "cancel", &text);          {"type":"cancel"
 *     jsonwrite_string(&json, "sweep", name);          ,"sweep":"train-1a2b"
 *     jsonwrite_integer(&json, "jobs", 3);             ,"jobs":3
 *     jsonwrite_line_end(&json);                       }\n
 *
 * Commas, quotes and escapes are its business, so no caller writes them. A string may
 * hold any bytes: what JSON cannot hold plainly is escaped, and what is not UTF-8 is
 * written as {"base64":"…"} (docs/formats.md, "Strings that are not UTF-8"). `key` is
 * the member's name, NULL for an item of a list and for the value at the top. A key
 * must be UTF-8; it is escaped, too.
 *
 * It cannot fail. Opened and closed must match: a bug ends the program (assert).
 */
#ifndef LAUNCHER_COMMON_TREES_JSON_WRITE_H
#define LAUNCHER_COMMON_TREES_JSON_WRITE_H

#include <jansson.h>
#include <stdbool.h>
#include <stddef.h>

#include "launcher/common/text/text.h"

#define JSONWRITE_DEPTH_MAX 32

struct json_writer {
    struct text *text; /* borrowed: where it goes */
    unsigned depth;    /* open objects and lists */
    unsigned lists;    /* bit i: what is open at depth i + 1 is a list */
    bool has_item;     /* something stands before in what is open now */
};

void jsonwrite_begin(struct json_writer *json, struct text *text);

/* What a verb prints with --json: one object a line, its first member is `type`. */
void jsonwrite_line(struct json_writer *json, const char *type, struct text *text);
void jsonwrite_line_end(struct json_writer *json);

void jsonwrite_object(struct json_writer *json, const char *key);
void jsonwrite_list(struct json_writer *json, const char *key);
void jsonwrite_close(struct json_writer *json); /* the object or list opened last */

/* NULL is null; jsonwrite_word: "" is null, too (nothing is known). */
void jsonwrite_string(struct json_writer *json, const char *key, const char *string);
void jsonwrite_word(struct json_writer *json, const char *key, const char *word);
void jsonwrite_bytes(struct json_writer *json, const char *key, const char *bytes,
                     size_t size);
void jsonwrite_words(struct json_writer *json, const char *key,
                     const struct words *words); /* a list of strings */
void jsonwrite_integer(struct json_writer *json, const char *key, long long number);
void jsonwrite_real(struct json_writer *json, const char *key, double number);
void jsonwrite_boolean(struct json_writer *json, const char *key, bool value);
void jsonwrite_null(struct json_writer *json, const char *key);
void jsonwrite_tree(struct json_writer *json, const char *key, const json_t *value);

/* The comma and the key of a value that is appended to json->text by other means. */
void jsonwrite_key(struct json_writer *json, const char *key);

#endif

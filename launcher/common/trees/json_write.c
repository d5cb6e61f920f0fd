#include "launcher/common/trees/json_write.h"

#include <assert.h>
#include <math.h>
#include <string.h>

#include "launcher/common/trees/json_io.h"

void jsonwrite_begin(struct json_writer *json, struct text *text)
{
    *json = (struct json_writer){.text = text};
}

void jsonwrite_line(struct json_writer *json, const char *type, struct text *text)
{
    jsonwrite_begin(json, text);
    jsonwrite_object(json, NULL);
    jsonwrite_string(json, "type", type);
}

void jsonwrite_line_end(struct json_writer *json)
{
    jsonwrite_close(json);
    assert(json->depth == 0);
    text_add_char(json->text, '\n');
}

static bool is_in_list(const struct json_writer *json)
{
    return json->depth > 0 && (json->lists >> (json->depth - 1) & 1);
}

void jsonwrite_key(struct json_writer *json, const char *key)
{
    assert((key != NULL) == (json->depth > 0 && !is_in_list(json)));
    if (json->has_item)
        text_add_char(json->text, ',');
    json->has_item = true;
    if (!key)
        return;
    jsonio_add_string(json->text, key);
    text_add_char(json->text, ':');
}

static void open_one(struct json_writer *json, const char *key, bool is_list)
{
    jsonwrite_key(json, key);
    assert(json->depth < JSONWRITE_DEPTH_MAX);
    text_add_char(json->text, is_list ? '[' : '{');
    json->lists &= ~(1U << json->depth);
    json->lists |= (unsigned)is_list << json->depth;
    json->depth++;
    json->has_item = false;
}

void jsonwrite_object(struct json_writer *json, const char *key)
{
    open_one(json, key, false);
}

void jsonwrite_list(struct json_writer *json, const char *key)
{
    open_one(json, key, true);
}

void jsonwrite_close(struct json_writer *json)
{
    assert(json->depth > 0);
    text_add_char(json->text, is_in_list(json) ? ']' : '}');
    json->depth--;
    json->has_item = true;
}

void jsonwrite_bytes(struct json_writer *json, const char *key, const char *bytes,
                     size_t size)
{
    jsonwrite_key(json, key);
    jsonio_add_bytes(json->text, bytes, size);
}

void jsonwrite_string(struct json_writer *json, const char *key, const char *string)
{
    if (string)
        jsonwrite_bytes(json, key, string, strlen(string));
    else
        jsonwrite_null(json, key);
}

void jsonwrite_word(struct json_writer *json, const char *key, const char *word)
{
    jsonwrite_string(json, key, *word ? word : NULL);
}

void jsonwrite_words(struct json_writer *json, const char *key,
                     const struct words *words)
{
    jsonwrite_list(json, key);
    for (size_t i = 0; i < words->count; i++)
        jsonwrite_string(json, NULL, words->items[i]);
    jsonwrite_close(json);
}

void jsonwrite_integer(struct json_writer *json, const char *key, long long number)
{
    jsonwrite_key(json, key);
    text_addf(json->text, "%lld", number);
}

void jsonwrite_real(struct json_writer *json, const char *key, double number)
{
    jsonwrite_key(json, key);
    if (isfinite(number))
        jsonio_add_real(json->text, number);
    else
        text_add(json->text, "null"); /* JSON has no word for it */
}

void jsonwrite_boolean(struct json_writer *json, const char *key, bool value)
{
    jsonwrite_key(json, key);
    text_add(json->text, value ? "true" : "false");
}

void jsonwrite_null(struct json_writer *json, const char *key)
{
    jsonwrite_key(json, key);
    text_add(json->text, "null");
}

void jsonwrite_tree(struct json_writer *json, const char *key, const json_t *value)
{
    jsonwrite_key(json, key);
    jsonio_add(json->text, value);
}

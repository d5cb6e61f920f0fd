#include "launcher/common/trees/json_plain.h"

#include <stdbool.h>
#include <string.h>

#define DEPTH_MAX 4
#define KEY_SIZE 64
#define DIGITS_MAX 15 /* below 2^53, and below LLONG_MAX */

struct cursor {
    const char *at, *end;
    int depth;
};

static json_t *take_value(struct cursor *cursor);

static bool take(struct cursor *cursor, char c)
{
    if (cursor->at >= cursor->end || *cursor->at != c)
        return false;
    cursor->at++;
    return true;
}

/* A string without escapes and of ASCII: its bytes stand in the line as they are. */
static bool take_string(struct cursor *cursor, const char **ret_bytes, size_t *ret_size)
{
    if (!take(cursor, '"'))
        return false;
    const char *at = cursor->at;
    while (at < cursor->end && *at != '"') {
        if (*at == '\\' || (unsigned char)*at < 0x20 || (unsigned char)*at > 0x7e)
            return false;
        at++;
    }
    *ret_bytes = cursor->at;
    *ret_size = (size_t)(at - cursor->at);
    cursor->at = at;
    return take(cursor, '"');
}

static json_t *take_integer(struct cursor *cursor)
{
    bool is_negative = take(cursor, '-');
    const char *start = cursor->at;
    json_int_t value = 0;

    while (cursor->at < cursor->end && *cursor->at >= '0' && *cursor->at <= '9')
        value = value * 10 + (*cursor->at++ - '0');
    size_t n_digits = (size_t)(cursor->at - start);
    if (n_digits == 0 || n_digits > DIGITS_MAX || (*start == '0' && n_digits > 1))
        return NULL;
    return json_integer(is_negative ? -value : value);
}

/* Members up to the '}'; a key twice shows in the number of members. */
static bool take_members(struct cursor *cursor, json_t *object)
{
    const char *bytes;
    char key[KEY_SIZE];
    size_t size, count = 0;

    if (take(cursor, '}'))
        return true;
    do {
        if (!take_string(cursor, &bytes, &size) || size >= KEY_SIZE ||
            !take(cursor, ':'))
            return false;
        memcpy(key, bytes, size);
        key[size] = '\0';
        json_t *value = take_value(cursor);
        if (!value || json_object_set_new_nocheck(object, key, value) < 0)
            return false;
        count++;
    } while (take(cursor, ','));
    return take(cursor, '}') && json_object_size(object) == count;
}

static bool take_elements(struct cursor *cursor, json_t *array)
{
    if (take(cursor, ']'))
        return true;
    do {
        json_t *value = take_value(cursor);
        if (!value || json_array_append_new(array, value) < 0)
            return false;
    } while (take(cursor, ','));
    return take(cursor, ']');
}

/* An object or an array, behind its bracket. */
static json_t *take_inside(struct cursor *cursor, bool is_object)
{
    if (cursor->depth >= DEPTH_MAX)
        return NULL;
    json_t *value = is_object ? json_object() : json_array();
    cursor->depth++;
    bool is_good =
        is_object ? take_members(cursor, value) : take_elements(cursor, value);
    cursor->depth--;
    if (is_good)
        return value;
    json_decref(value);
    return NULL;
}

static json_t *take_value(struct cursor *cursor)
{
    const char *bytes;
    size_t size;

    if (take(cursor, '{'))
        return take_inside(cursor, true);
    if (take(cursor, '['))
        return take_inside(cursor, false);
    if (cursor->at < cursor->end && *cursor->at == '"')
        return take_string(cursor, &bytes, &size) ? json_stringn_nocheck(bytes, size)
                                                  : NULL;
    return take_integer(cursor);
}

json_t *jsonplain_parse(const char *bytes, size_t size)
{
    struct cursor cursor = {bytes, bytes + size, 0};

    if (!take(&cursor, '{'))
        return NULL;
    json_t *object = take_inside(&cursor, true);
    if (cursor.at == cursor.end)
        return object;
    json_decref(object);
    return NULL;
}

json_t *jsonplain_load(const char *bytes, size_t size, json_error_t *why)
{
    json_t *value = jsonplain_parse(bytes, size);

    return value ? value : json_loadb(bytes, size, JSON_REJECT_DUPLICATES, why);
}

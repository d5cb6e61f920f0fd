#include "launcher/common/trees/json_io.h"

#include <limits.h>
#include <openssl/evp.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include "launcher/common/files/file.h"
#include "launcher/common/memory.h"
#include "launcher/common/text/utf8.h"

json_t *jsonio_parse(const char *bytes, size_t size, const char *source,
                     struct error *err)
{
    json_error_t why;
    json_t *root =
        json_loadb(bytes, size, JSON_REJECT_DUPLICATES | JSON_DECODE_ANY, &why);

    if (!root)
        error_set(err, ERROR_INPUT, "'%s' line %d: %s", source, why.line, why.text);
    return root;
}

json_t *jsonio_load(const char *path, size_t max_bytes, struct error *err)
{
    cleanup_free char *bytes = NULL;
    size_t size = 0;

    if (file_read_all(path, max_bytes, &bytes, &size, err) < 0)
        return NULL;
    return jsonio_parse(bytes, size, path, err);
}

static void add_escaped(struct text *text, const char *bytes, size_t size)
{
    static const char digits[] = "0123456789abcdef";
    size_t start = 0;

    text_add_char(text, '"');
    for (size_t i = 0; i < size; i++) {
        unsigned char c = (unsigned char)bytes[i];
        if (c >= 0x20 && c != '"' && c != '\\')
            continue;
        text_add_bytes(text, bytes + start, i - start);
        start = i + 1;
        if (c == '"' || c == '\\') {
            text_add_char(text, '\\');
            text_add_char(text, (char)c);
        } else if (c == '\n') {
            text_add(text, "\\n");
        } else if (c == '\t') {
            text_add(text, "\\t");
        } else if (c == '\r') {
            text_add(text, "\\r");
        } else {
            text_add(text, "\\u00");
            text_add_char(text, digits[c >> 4]);
            text_add_char(text, digits[c & 15]);
        }
    }
    text_add_bytes(text, bytes + start, size - start);
    text_add_char(text, '"');
}

static char *to_base64(const char *bytes, size_t size)
{
    char *coded = xmalloc(size / 3 * 4 + 8);

    EVP_EncodeBlock((unsigned char *)coded, (const unsigned char *)bytes, (int)size);
    return coded;
}

void jsonio_add_bytes(struct text *text, const char *bytes, size_t size)
{
    if (utf8_is_valid(bytes, size)) {
        add_escaped(text, bytes, size);
        return;
    }
    cleanup_free char *coded = to_base64(bytes, size);
    text_addf(text, "{\"base64\":\"%s\"}", coded);
}

void jsonio_add_string(struct text *text, const char *string)
{
    jsonio_add_bytes(text, string, strlen(string));
}

void jsonio_add_real(struct text *text, double value)
{
    size_t start = text->size;

    text_add_real(text, value, 15);
    if (!strpbrk(text_string(text) + start, ".en"))
        text_add(text, ".0");
}

static void add_object(struct text *text, json_t *object)
{
    const char *key;
    json_t *value;
    bool is_first = true;

    text_add_char(text, '{');
    json_object_foreach (object, key, value) {
        text_add(text, is_first ? "" : ",");
        add_escaped(text, key, strlen(key));
        text_add_char(text, ':');
        jsonio_add(text, value);
        is_first = false;
    }
    text_add_char(text, '}');
}

static void add_array(struct text *text, const json_t *array)
{
    text_add_char(text, '[');
    for (size_t i = 0; i < json_array_size(array); i++) {
        text_add(text, i ? "," : "");
        jsonio_add(text, json_array_get(array, i));
    }
    text_add_char(text, ']');
}

void jsonio_add(struct text *text, const json_t *value)
{
    switch (json_typeof(value)) {
    case JSON_OBJECT:
        add_object(text, (json_t *)(uintptr_t)value);
        break;
    case JSON_ARRAY:
        add_array(text, value);
        break;
    case JSON_STRING:
        add_escaped(text, json_string_value(value), json_string_length(value));
        break;
    case JSON_INTEGER:
        text_addf(text, "%" JSON_INTEGER_FORMAT, json_integer_value(value));
        break;
    case JSON_REAL:
        jsonio_add_real(text, json_real_value(value));
        break;
    case JSON_TRUE:
    case JSON_FALSE:
        text_add(text, json_is_true(value) ? "true" : "false");
        break;
    case JSON_NULL:
        text_add(text, "null");
        break;
    }
}

json_t *jsonio_words(const char *text)
{
    json_t *words = text ? json_string(text) : NULL;

    return words ? words : json_string("(not text)");
}

json_t *jsonio_bytes(const char *bytes, size_t size)
{
    if (utf8_is_valid(bytes, size))
        return json_stringn(bytes, size);
    cleanup_free char *coded = to_base64(bytes, size);
    return json_pack("{s:s}", "base64", coded);
}

static char *from_base64(const char *coded)
{
    size_t size = strlen(coded);

    if (size % 4 != 0 || size > LONG_MAX / 4)
        return NULL;
    char *bytes = xmalloc(size + 1);
    int decoded = EVP_DecodeBlock((unsigned char *)bytes, (const unsigned char *)coded,
                                  (int)size);
    size_t padding = size == 0                ? 0
                     : coded[size - 2] == '=' ? 2
                     : coded[size - 1] == '=' ? 1
                                              : 0;
    if (decoded < 0 || (size_t)decoded < padding ||
        memchr(bytes, 0, (size_t)decoded - padding)) {
        free(bytes);
        return NULL;
    }
    bytes[(size_t)decoded - padding] = '\0';
    return bytes;
}

char *jsonio_get_bytes(const json_t *value)
{
    if (json_is_string(value)) {
        const char *string = json_string_value(value);
        return strlen(string) == json_string_length(value) ? xstrdup(string) : NULL;
    }
    const char *coded = json_string_value(json_object_get(value, "base64"));
    return coded && json_object_size(value) == 1 ? from_base64(coded) : NULL;
}

const char *jsonio_string(const json_t *object, const char *key, const char *fallback)
{
    const char *string = json_string_value(json_object_get(object, key));

    return string ? string : fallback;
}

long long jsonio_integer(const json_t *object, const char *key, long long fallback)
{
    const json_t *value = json_object_get(object, key);

    return json_is_integer(value) ? json_integer_value(value) : fallback;
}

double jsonio_number(const json_t *object, const char *key, double fallback)
{
    const json_t *value = json_object_get(object, key);

    return json_is_number(value) ? json_number_value(value) : fallback;
}

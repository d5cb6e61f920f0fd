/* point.c - one point: copied, freed, a line of points.jsonl (plan.h) */
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include "launcher/common/memory.h"
#include "launcher/common/trees/json_io.h"
#include "launcher/common/trees/json_plain.h"
#include "launcher/common/trees/json_write.h"
#include "launcher/plan/identity.h"
#include "launcher/plan/plan.h"

void point_release(struct point *point)
{
    for (size_t i = 0; i < point->n_params; i++) {
        free(point->params[i].key);
        free(point->params[i].value);
    }
    free(point->params);
    words_release(&point->argv);
    *point = (struct point){0};
}

void point_copy(const struct point *from, struct point *to)
{
    *to = *from;
    to->params = xcalloc(from->n_params, sizeof *to->params);
    for (size_t i = 0; i < from->n_params; i++) {
        to->params[i].key = xstrdup(from->params[i].key);
        to->params[i].value = xstrdup(from->params[i].value);
    }
    to->argv = (struct words){0};
    words_copy(&to->argv, &from->argv);
}

/* Does one of the parameters from…to have the key of parameter i? */
static bool has_same_key(const struct point *point, size_t i, size_t from, size_t to)
{
    for (size_t j = from; j < to; j++) {
        if (strcmp(point->params[j].key, point->params[i].key) == 0)
            return true;
    }
    return false;
}

/* Only keys with a leading + may come twice, so only they are looked for. */
static void add_param(const struct point *point, size_t i, struct json_writer *json)
{
    const char *key = point->params[i].key;
    bool is_list = key[0] == '+' && has_same_key(point, i, i + 1, point->n_params);

    if (key[0] == '+' && has_same_key(point, i, 0, i))
        return;
    if (!is_list) {
        jsonwrite_string(json, key, point->params[i].value);
        return;
    }
    jsonwrite_list(json, key);
    for (size_t j = i; j < point->n_params; j++) {
        if (strcmp(point->params[j].key, key) == 0)
            jsonwrite_string(json, NULL, point->params[j].value);
    }
    jsonwrite_close(json);
}

void point_add_members(const struct point *point, struct json_writer *json)
{
    jsonwrite_integer(json, "index", (long long)point->index);
    jsonwrite_string(json, "point", point->id);
    if (point->copy)
        jsonwrite_integer(json, "copy", point->copy);
    jsonwrite_object(json, "params");
    for (size_t i = 0; i < point->n_params; i++)
        add_param(point, i, json);
    jsonwrite_close(json);
    jsonwrite_words(json, "argv", &point->argv);
}

void point_add_json(const struct point *point, struct text *line)
{
    struct json_writer json;

    jsonwrite_begin(&json, line);
    jsonwrite_object(&json, NULL);
    point_add_members(point, &json);
    jsonwrite_close(&json);
}

static bool take_param(struct point *point, size_t *cap, const char *key,
                       const json_t *value)
{
    char *bytes = jsonio_get_bytes(value);

    if (!bytes)
        return false;
    point->params = xgrow(point->params, point->n_params, cap, sizeof *point->params);
    point->params[point->n_params].key = xstrdup(key);
    point->params[point->n_params++].value = bytes;
    return true;
}

static bool read_params(json_t *object, struct point *point)
{
    const char *key;
    json_t *value;
    size_t cap = 0;

    if (!json_is_object(object))
        return false;
    json_object_foreach (object, key, value) {
        if (!json_is_array(value)) {
            if (!take_param(point, &cap, key, value))
                return false;
            continue;
        }
        for (size_t i = 0; i < json_array_size(value); i++) {
            if (!take_param(point, &cap, key, json_array_get(value, i)))
                return false;
        }
    }
    return true;
}

static bool read_argv(const json_t *list, struct point *point)
{
    for (size_t i = 0; i < json_array_size(list); i++) {
        char *word = jsonio_get_bytes(json_array_get(list, i));
        if (!word)
            return false;
        words_take(&point->argv, word);
    }
    return point->argv.count > 0;
}

/* It becomes a file name, so it is checked as strictly as it is made. */
static bool is_id(const char *id)
{
    size_t size = strlen(id);

    return size > 0 && size < POINT_ID_SIZE &&
           strspn(id, POINT_ID_CHARACTERS) == size && *id != '-' && *id != '.';
}

int point_from_json(const char *line, size_t size, const char *source, size_t number,
                    struct point *ret_point, struct error *err)
{
    json_error_t why;
    json_auto_t *root = jsonplain_load(line, size, &why);
    struct point point = {0};

    if (!root)
        return error_set(err, ERROR_INPUT, "'%s' line %zu: %s", source, number,
                         why.text);
    const char *id = jsonio_string(root, "point", "");
    long long index = jsonio_integer(root, "index", -1);
    long long copy = jsonio_integer(root, "copy", 0);
    const char *bad = !is_id(id)                                              ? "point"
                      : index < 0                                             ? "index"
                      : copy < 0 || copy > INT32_MAX                          ? "copy"
                      : !read_params(json_object_get(root, "params"), &point) ? "params"
                      : !read_argv(json_object_get(root, "argv"), &point)     ? "argv"
                                                                              : NULL;
    if (bad) {
        point_release(&point);
        return error_set(err, ERROR_INPUT,
                         "'%s' line %zu: no point: '%s' is missing or bad", source,
                         number, bad);
    }
    memcpy(point.id, id, strlen(id) + 1);
    point.index = (size_t)index;
    point.copy = (unsigned)copy;
    *ret_point = point;
    return 0;
}

bool point_has_same_keys(const struct point *a, const struct point *b)
{
    if (a->n_params != b->n_params)
        return false;
    for (size_t i = 0; i < a->n_params; i++) {
        if (strcmp(a->params[i].key, b->params[i].key) != 0)
            return false;
    }
    return true;
}

char *plan_env_name(const char *key)
{
    cleanup_text struct text name = {0};

    text_add(&name, "RAYLAUNCH_PARAM_");
    for (key += strspn(key, "+~"); *key; key++) {
        bool is_lower = *key >= 'a' && *key <= 'z';
        bool is_kept = (*key >= 'A' && *key <= 'Z') || (*key >= '0' && *key <= '9');
        text_add_char(&name, is_lower  ? (char)(*key - 'a' + 'A')
                             : is_kept ? *key
                                       : '_');
    }
    return text_take(&name);
}

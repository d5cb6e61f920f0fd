/* build.c - the axes of a command multiplied into points (builder.h) */
#include "launcher/plan/builder.h"

#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include "launcher/common/limits.h"
#include "launcher/common/memory.h"
#include "launcher/plan/placeholder.h"

/* 0 when there are too many. */
static size_t count_points(const struct builder *builder, struct error *err)
{
    size_t n_rows = builder->rows.count ? builder->rows.count : 1;
    size_t count = grid_count(&builder->grid, n_rows);
    size_t max = builder->request->max_points;

    if (count <= max)
        return count;
    if (count == SIZE_MAX)
        error_set(err, ERROR_USAGE,
                  "the grid has more points than can be counted; name fewer values");
    else
        error_set(err, ERROR_USAGE,
                  "the grid has %zu points, more than the %zu of --max-points; if that "
                  "is meant, type --max-points %zu",
                  count, max, count);
    return 0;
}

static void add_param(struct point *point, const char *key, const char *value)
{
    point->params[point->n_params++] =
        (struct parameter){.key = xstrdup(key), .value = xstrdup(value)};
}

static void fill_params(const struct builder *builder, const struct file_row *row,
                        struct point *point)
{
    const struct grid *grid = &builder->grid;
    size_t n_row = row ? row->count : 0;

    point->params = xcalloc(grid->count + n_row, sizeof *point->params);
    for (size_t i = 0; i < grid->count; i++) {
        const struct axis *axis = &grid->axes[i];
        for (size_t j = 0; i == builder->n_own && j < n_row; j++)
            add_param(point, row->params[j].key, row->params[j].value);
        add_param(point, axis->key, axis->values.items[axis->at]);
    }
    for (size_t j = 0; builder->n_own == grid->count && j < n_row; j++)
        add_param(point, row->params[j].key, row->params[j].value);
}

/* "key=value"; by hand, as printf's way took a fifth of the whole plan's time. */
static char *join(const struct parameter *param)
{
    size_t key_size = strlen(param->key);
    size_t value_size = strlen(param->value);
    char *word = xmalloc(key_size + value_size + 2);

    memcpy(word, param->key, key_size);
    word[key_size] = '=';
    memcpy(word + key_size + 1, param->value, value_size + 1);
    return word;
}

static void add_words(const struct builder *builder, const struct parameter *param,
                      struct words *argv)
{
    const char *name = param->key + strspn(param->key, "+~");

    if (builder->filled.count > 0 && words_has(&builder->filled, param->key))
        return;
    if (builder->request->style == PLAN_STYLE_OVERRIDES) {
        words_take(argv, join(param));
    } else if (param->value[0] == '-') { /* argparse would take it for an option */
        words_addf(argv, "--%s=%s", name, param->value);
    } else {
        words_addf(argv, "--%s", name);
        words_add(argv, param->value);
    }
}

static int fill_argv(const struct builder *builder, struct point *point,
                     struct error *err)
{
    for (size_t i = 0; i <= builder->n_slots; i++) {
        if (i == builder->n_before) {
            for (size_t j = builder->n_own; j < point->n_params; j++)
                add_words(builder, &point->params[j], &point->argv);
        }
        if (i == builder->n_slots)
            break;
        const struct slot *slot = &builder->slots[i];
        if (!slot->word)
            add_words(builder, &point->params[slot->param], &point->argv);
        else if (slot->has_placeholder)
            words_take(&point->argv,
                       placeholder_fill(slot->word, point->params, point->n_params));
        else
            words_add(&point->argv, slot->word);
    }
    for (size_t i = 0; i < point->argv.count; i++) {
        size_t size = strlen(point->argv.items[i]);
        if (size >= LIMIT_WORD_BYTES)
            return error_set(
                err, ERROR_USAGE,
                "point '%s': the word '%.60s…' has %zu bytes; one argument "
                "takes at most %lu; give the text in a file",
                point->id, point->argv.items[i], size, LIMIT_WORD_BYTES - 1);
    }
    return 0;
}

static bool are_equal(const struct point *a, const struct point *b)
{
    if (a->n_params != b->n_params)
        return false;
    for (size_t i = 0; i < a->n_params; i++) {
        if (strcmp(a->params[i].key, b->params[i].key) != 0 ||
            strcmp(a->params[i].value, b->params[i].value) != 0)
            return false;
    }
    return true;
}

/* Give the point its id. Its equal, if there is one, makes it a copy or an error. */
static int name_point(struct builder *builder, size_t index, struct error *err)
{
    struct point *point = &builder->plan.points[index];
    size_t first;

    identity_of_point(builder->identity, point->params, point->n_params, 0, point->id);
    if (!map_get(&builder->by_id, point->id, &first)) {
        map_set(&builder->by_id, point->id, index);
        return 0;
    }
    if (!are_equal(point, &builder->plan.points[first]))
        return error_set(
            err, ERROR_BUG,
            "collision: points %zu and %zu both get the id '%s'; change one "
            "of their values in writing (1e-3, 0.001)",
            first, index, point->id);
    if (!builder->request->allow_duplicates)
        return error_set(err, ERROR_USAGE,
                         "points %zu and %zu are equal ('%s'); remove one, or type "
                         "--allow-duplicates to run both",
                         first + 1, index + 1, point->id);
    point->copy = ++builder->copies[first];
    identity_of_point(builder->identity, point->params, point->n_params, point->copy,
                      point->id);
    if (map_get(&builder->by_id, point->id, &first))
        return error_set(err, ERROR_BUG, "collision: two points get the id '%s'",
                         point->id);
    map_set(&builder->by_id, point->id, index);
    return 0;
}

/* A parameter of a file is swept when two rows differ in it, or one has it not. */
static void list_swept_of_rows(struct builder *builder)
{
    const struct file_rows *rows = &builder->rows;
    cleanup_free const char **first = xcalloc(rows->keys.count, sizeof *first);
    cleanup_free size_t *n_equal = xcalloc(rows->keys.count, sizeof *n_equal);

    for (size_t i = 0; i < rows->count; i++) {
        for (size_t j = 0; j < rows->items[i].count; j++) {
            const struct parameter *param = &rows->items[i].params[j];
            size_t rank = 0;
            map_get(&rows->ranks, param->key, &rank);
            if (!first[rank])
                first[rank] = param->value;
            n_equal[rank] += strcmp(first[rank], param->value) == 0 ? 1 : 0;
        }
    }
    for (size_t i = 0; i < rows->keys.count; i++) {
        if (n_equal[i] < rows->count)
            words_add(&builder->plan.swept, rows->keys.items[i]);
    }
}

static void list_swept(struct builder *builder)
{
    list_swept_of_rows(builder);
    for (size_t i = 0; i < builder->grid.count; i++) {
        if (builder->grid.axes[i].values.count > 1)
            words_add(&builder->plan.swept, builder->grid.axes[i].key);
    }
}

int builder_make_points(struct builder *builder, struct error *err)
{
    struct plan *plan = &builder->plan;
    size_t n_rows = builder->rows.count ? builder->rows.count : 1;
    size_t count = count_points(builder, err);

    if (count == 0)
        return -1;
    plan->points = xcalloc(count, sizeof *plan->points);
    builder->copies = xcalloc(count, sizeof *builder->copies);
    builder->identity = identity_new(&plan->literal);
    for (size_t i = 0; i < n_rows; i++) {
        const struct file_row *row =
            builder->rows.count ? &builder->rows.items[i] : NULL;
        do {
            struct point *point = &plan->points[plan->count++];
            point->index = plan->count - 1;
            fill_params(builder, row, point);
            if (name_point(builder, point->index, err) < 0 ||
                fill_argv(builder, point, err) < 0)
                return -1;
        } while (grid_next(&builder->grid));
    }
    plan->n_rows = builder->rows.count;
    plan->n_own = builder->n_own;
    plan->n_axes = builder->grid.count;
    list_swept(builder);
    return 0;
}

#include "collector/table/aggregate.h"

#include <stdlib.h>
#include <string.h>

#include "collector/table/count_line.h"
#include "launcher/common/map.h"
#include "launcher/common/memory.h"

/* What a row is ordered by. */
struct place {
    size_t from; /* where the row stands now: keeps the order of equal ones */
    long index;
    bool has_metric; /* completed, and the metric is a finite number */
    double value;
    enum direction direction;
};

static int compare_longs(long one, long other)
{
    return one < other ? -1 : one > other;
}

static int compare(const void *left, const void *right)
{
    const struct place *one = left, *other = right;

    if (one->has_metric != other->has_metric)
        return one->has_metric ? -1 : 1;
    if (one->has_metric && (one->value < other->value || one->value > other->value))
        return (one->value < other->value) == (one->direction == DIRECTION_MIN) ? -1
                                                                                : 1;
    /* a foreign file has no index: it comes behind those that have one */
    if ((one->index < 0) != (other->index < 0))
        return one->index < 0 ? 1 : -1;
    if (one->index != other->index)
        return compare_longs(one->index, other->index);
    return one->from < other->from ? -1 : one->from > other->from;
}

static bool best_value(const struct row *row, const char *metric, double *ret_value)
{
    return metric && row->state == STATE_COMPLETED &&
           row_metric(row, metric, ret_value);
}

size_t *table_order(const struct table *table, const char *metric,
                    enum direction direction)
{
    struct place *places = xcalloc(table->count + 1, sizeof *places);
    size_t *order = xcalloc(table->count + 1, sizeof *order);

    for (size_t i = 0; i < table->count; i++) {
        struct place *place = &places[i];
        *place = (struct place){
            .from = i, .index = table->rows[i].index, .direction = direction};
        place->has_metric = best_value(&table->rows[i], metric, &place->value);
    }
    qsort(places, table->count, sizeof *places, compare);
    for (size_t i = 0; i < table->count; i++)
        order[i] = places[i].from;
    free(places);
    return order;
}

void table_sort(struct table *table, const char *metric, enum direction direction)
{
    if (table->count < 2)
        return;
    size_t *order = table_order(table, metric, direction);
    struct row *rows = xcalloc(table->count, sizeof *rows);
    for (size_t i = 0; i < table->count; i++)
        rows[i] = table->rows[order[i]];
    free(order);
    free(table->rows);
    table->rows = rows;
    table->cap = table->count;
}

/* A number, or one that JSON cannot say. */
static bool has_metric(const struct row *row, const char *name)
{
    double value = 0;

    if (row_metric(row, name, &value))
        return true;
    size_t size = strlen(name);
    for (size_t i = 0; i < row->nonfinite.count; i++) {
        if (strncmp(row->nonfinite.items[i], name, size) == 0 &&
            row->nonfinite.items[i][size] == '=')
            return true;
    }
    return false;
}

const char *table_guess_metric(const struct table *table)
{
    static const char *const guesses[] = {"best_val_loss", "val_loss", "loss"};

    for (size_t g = 0; g < sizeof guesses / sizeof *guesses; g++) {
        size_t n_results = 0;
        bool is_all = true;
        for (size_t i = 0; is_all && i < table->count; i++) {
            const struct row *row = &table->rows[i];
            if (!row->metrics)
                continue;
            n_results++;
            is_all = has_metric(row, guesses[g]);
        }
        if (is_all && n_results > 0)
            return guesses[g];
    }
    return NULL;
}

long table_best(const struct table *table, const char *metric, enum direction direction)
{
    long best = -1;
    double best_so_far = 0;

    for (size_t i = 0; i < table->count; i++) {
        double value = 0;
        if (!best_value(&table->rows[i], metric, &value))
            continue;
        if (best < 0 ||
            (direction == DIRECTION_MIN ? value < best_so_far : value > best_so_far)) {
            best = (long)i;
            best_so_far = value;
        }
    }
    return best;
}

/* ---- N points = a completed + b failed (…) ---- */

struct counts {
    size_t total;
    size_t by_state[STATE_COUNT];
    struct cause_count *causes; /* owned, in order of appearance */
    size_t n_causes, cap;
    struct map cause_at;
    struct map seen;
    struct words keys; /* of both maps */
};

static const char *add_key(struct counts *counts, const char *one, const char *other)
{
    words_addf(&counts->keys, "%s\n%s", one, other);
    return counts->keys.items[counts->keys.count - 1];
}

static void count_cause(struct counts *counts, const struct row *row)
{
    const char *key = add_key(counts, state_name(row->state), row->cause);
    size_t index = 0;

    if (map_get(&counts->cause_at, key, &index)) {
        counts->causes[index].count++;
        return;
    }
    map_set(&counts->cause_at, key, counts->n_causes);
    counts->causes =
        xgrow(counts->causes, counts->n_causes, &counts->cap, sizeof *counts->causes);
    counts->causes[counts->n_causes++] =
        (struct cause_count){.cause = row->cause, .state = row->state, .count = 1};
}

/* A point with several results has several rows, and counts once. */
static void count_rows(const struct table *table, struct counts *counts)
{
    size_t ignored;

    for (size_t i = 0; i < table->count; i++) {
        const struct row *row = &table->rows[i];
        const char *key = add_key(counts, row->point, row->output);
        if (map_get(&counts->seen, key, &ignored))
            continue;
        map_set(&counts->seen, key, i);
        counts->total++;
        if ((unsigned)row->state < STATE_COUNT)
            counts->by_state[row->state]++;
        if (state_is_final(row->state) && *row->cause)
            count_cause(counts, row);
    }
}

static void counts_release(struct counts *counts)
{
    free(counts->causes);
    map_release(&counts->cause_at);
    map_release(&counts->seen);
    words_release(&counts->keys);
}

bool table_count_line(const struct table *table, struct text *text)
{
    struct counts counts = {0};

    count_rows(table, &counts);
    bool is_sum = count_line_add(counts.total, counts.by_state, counts.causes,
                                 counts.n_causes, text);
    counts_release(&counts);
    return is_sum;
}

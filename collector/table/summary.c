/* summary.c - the summary of a table (aggregate.h) */
#include <stdlib.h>
#include <string.h>

#include "collector/table/aggregate.h"
#include "launcher/common/clock.h"
#include "launcher/common/map.h"
#include "launcher/common/memory.h"
#include "launcher/common/trees/json_io.h"

static json_t *number_or_null(bool is_known, double number)
{
    return is_known ? json_real(number) : json_null();
}

static json_t *time_or_null(double wall)
{
    char iso[CLOCK_ISO_SIZE];

    if (wall <= 0)
        return json_null();
    clock_iso(wall, iso);
    return json_string(iso);
}

static json_t *metrics_of(const struct row *row)
{
    return row->metrics ? json_incref(row->metrics) : json_object();
}

static json_t *params_of(const struct row *row)
{
    json_t *params = json_object();

    for (size_t i = 0; i < row->n_params; i++) {
        const char *value = row->params[i].value;
        /* a key that is not UTF-8 cannot be said here; the rows have it */
        json_object_set_new(params, row->params[i].key,
                            jsonio_bytes(value, strlen(value)));
    }
    return params;
}

static json_t *experiments(const struct table *table)
{
    json_t *list = json_array();
    cleanup_free size_t *order = table_order(table, NULL, DIRECTION_MIN);

    for (size_t i = 0; i < table->count; i++) {
        const struct row *row = &table->rows[order[i]];
        json_t *one = json_object();
        json_object_set_new(one, "run_id",
                            jsonio_bytes(row->point, strlen(row->point)));
        json_object_set_new(one, "status", json_string(state_name(row->state)));
        json_object_set_new(one, "metrics", metrics_of(row));
        json_object_set_new(one, "duration_seconds",
                            json_real(row->duration_s > 0 ? row->duration_s : 0));
        json_array_append_new(list, one);
    }
    return list;
}

static json_t *states_of(const struct table *table)
{
    json_int_t counts[STATE_COUNT] = {0};
    json_t *states = json_object();

    for (size_t i = 0; i < table->count; i++) {
        if ((unsigned)table->rows[i].state < STATE_COUNT)
            counts[table->rows[i].state]++;
    }
    for (unsigned i = 0; i < STATE_COUNT; i++) {
        if (counts[i] > 0)
            json_object_set_new(states, state_name((enum state)i),
                                json_integer(counts[i]));
    }
    return states;
}

/* TMGG's numbers: a timeout counts neither as completed nor as failed (its own column
 * is in `states`), and the mean is over durations that are known and not zero. */
static json_t *numbers(const struct table *table)
{
    json_int_t n_completed = 0, n_failed = 0, n_timed = 0;
    double total = 0;

    for (size_t i = 0; i < table->count; i++) {
        const struct row *row = &table->rows[i];
        n_completed += row->state == STATE_COMPLETED;
        n_failed += state_is_final(row->state) && row->state != STATE_COMPLETED &&
                    row->state != STATE_TIMEOUT;
        if (row->duration_s > 0) {
            total += row->duration_s;
            n_timed++;
        }
    }
    json_t *summary = json_object();
    json_object_set_new(summary, "total_experiments",
                        json_integer((json_int_t)table->count));
    json_object_set_new(summary, "completed", json_integer(n_completed));
    json_object_set_new(summary, "failed", json_integer(n_failed));
    json_object_set_new(
        summary, "success_rate",
        json_real(table->count ? (double)n_completed / (double)table->count : 0));
    json_object_set_new(summary, "mean_duration_seconds",
                        json_real(n_timed ? total / (double)n_timed : 0));
    json_object_set_new(summary, "total_duration_seconds", json_real(total));
    return summary;
}

static void set_times(const struct table *table, json_t *root)
{
    double first = 0, last = 0;

    for (size_t i = 0; i < table->count; i++) {
        const struct row *row = &table->rows[i];
        if (row->started_at > 0 && (first <= 0 || row->started_at < first))
            first = row->started_at;
        if (row->ended_at > last)
            last = row->ended_at;
    }
    json_object_set_new(root, "started_at", time_or_null(first));
    json_object_set_new(root, "completed_at", time_or_null(last));
}

/* Of a point with several rows (--pick all) the one with its last result, in place of
 * the first. The rows stay the table's own; only the list is owned. */
static struct table one_a_point(const struct table *table)
{
    struct table lone = {.rows = xcalloc(table->count + 1, sizeof *table->rows)};
    struct map at = {0};
    cleanup_words struct words keys = {0};

    for (size_t i = 0; i < table->count; i++) {
        const struct row *row = &table->rows[i];
        size_t index = lone.count;
        words_addf(&keys, "%ld\n%s\n%s", row->index, row->point,
                   row->index < 0 ? row->output : "");
        if (map_get(&at, keys.items[i], &index)) {
            if (row->result_number > lone.rows[index].result_number)
                lone.rows[index] = *row;
            continue;
        }
        map_set(&at, keys.items[i], lone.count);
        lone.rows[lone.count++] = *row;
    }
    map_release(&at);
    return lone;
}

static json_t *make_summary(const struct table *table, const char *name,
                            const char *metric, enum direction direction)
{
    long best = table_best(table, metric, direction);
    const struct row *row = best >= 0 ? &table->rows[best] : NULL;
    const char *word = direction == DIRECTION_MAX ? "max" : "min";
    json_t *root = json_object();
    double value = 0;
    bool has_value = row && row_metric(row, metric, &value);

    json_object_set_new(root, "stage_name", jsonio_bytes(name, strlen(name)));
    json_object_set_new(root, "experiments", experiments(table));
    json_object_set_new(root, "best_config", row ? params_of(row) : json_null());
    json_object_set_new(root, "best_metrics", row ? metrics_of(row) : json_null());
    json_object_set_new(root, "summary", numbers(table));
    set_times(table, root);
    json_object_set_new(root, "states", states_of(table));
    json_object_set_new(root, "metric", metric ? json_string(metric) : json_null());
    json_object_set_new(root, "direction", json_string(word));
    json_object_set_new(root, "goal", json_string(word)); /* as it was called before */
    json_object_set_new(root, "best_point",
                        row ? jsonio_bytes(row->point, strlen(row->point))
                            : json_null());
    json_object_set_new(root, "best_value", number_or_null(has_value, value));
    return root;
}

json_t *table_summary(const struct table *table, const char *name, const char *metric,
                      enum direction direction)
{
    struct table lone = one_a_point(table);
    json_t *summary = make_summary(&lone, name, metric, direction);

    free(lone.rows);
    return summary;
}

#include "collector/table/row.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>

#include "collector/table/result_tree.h"
#include "launcher/common/memory.h"
#include "launcher/common/text/utf8.h"
#include "launcher/common/trees/json_io.h"

#define DURATION_MAX 1e12 /* seconds; more is no duration */

void row_init(struct row *row)
{
    *row = (struct row){
        .point = xstrdup(""),
        .index = -1,
        .job_id = xstrdup(""),
        .state = STATE_UNKNOWN,
        .cause = xstrdup(""),
        .message = xstrdup(""),
        .evidence = xstrdup(""),
        .evidence_file = xstrdup(""),
        .raw_state = xstrdup(""),
        .output = xstrdup(""),
        .exit_code = -1,
        .signal = xstrdup(""),
        .duration_s = -1,
        .host = xstrdup(""),
        .bootstrap = xstrdup(""),
        .ray_version = xstrdup(""),
        .code = xstrdup(""),
        .pending_reason = xstrdup(""),
        .phase = xstrdup(""),
    };
}

static void forget_result(struct row *row)
{
    free(row->result_json);
    json_decref(row->result);
    words_release(&row->nonfinite);
    row->result_json = NULL;
    row->result = row->metrics = NULL;
}

void row_release(struct row *row)
{
    if (!row)
        return;
    for (size_t i = 0; i < row->n_params; i++) {
        free(row->params[i].key);
        free(row->params[i].value);
    }
    free(row->params);
    free(row->point);
    free(row->job_id);
    free(row->cause);
    free(row->message);
    free(row->evidence);
    free(row->evidence_file);
    free(row->raw_state);
    free(row->output);
    free(row->signal);
    free(row->host);
    free(row->bootstrap);
    free(row->ray_version);
    free(row->code);
    free(row->pending_reason);
    free(row->phase);
    words_release(&row->warnings);
    forget_result(row);
    *row = (struct row){0};
}

struct row *table_add(struct table *table)
{
    table->rows = xgrow(table->rows, table->count, &table->cap, sizeof *table->rows);
    struct row *row = &table->rows[table->count++];
    row_init(row);
    return row;
}

void table_release(struct table *table)
{
    for (size_t i = 0; i < table->count; i++)
        row_release(&table->rows[i]);
    free(table->rows);
    *table = (struct table){0};
}

/* A member that was meant as a metric, or as all of them ("Metrics"); NULL: none. */
static const char *find_stray(json_t *result)
{
    const char *name;
    json_t *value;

    json_object_foreach (result, name, value) {
        if (json_is_number(value) && strcmp(name, "duration_seconds") != 0 &&
            strcmp(name, "status") != 0)
            return name;
        if (json_is_object(value) && strcasecmp(name, "metrics") == 0)
            return name;
    }
    return NULL;
}

/* {"status":"completed","loss":0.5}: it would be an empty row without a word. */
static void warn_of_stray(struct row *row)
{
    const char *name = find_stray(row->result);
    cleanup_text struct text shown = {.max = 64};

    if (!name)
        return;
    utf8_add_printable(&shown, name, strlen(name));
    words_addf(&row->warnings,
               "the result has no member 'metrics', so '%s' is no column; write "
               "\"metrics\": {...} around the metrics",
               text_string(&shown));
}

const char *row_source_name(enum row_source source)
{
    static const char *const names[] = {
        [ROW_SOURCE_NONE] = "",
        [ROW_SOURCE_OUTPUT] = "output",
        [ROW_SOURCE_WORKER] = "worker_log",
        [ROW_SOURCE_ARCHIVE] = "archive",
        [ROW_SOURCE_EARLIER] = "earlier_results",
    };

    return names[source];
}

/* The metrics: the member of that name, or the whole object of a program that knows
 * nothing of status and metrics. */
static void find_metrics(struct row *row)
{
    json_t *metrics = json_object_get(row->result, "metrics");

    if (json_is_object(metrics))
        row->metrics = metrics;
    else if (metrics && !json_is_null(metrics))
        words_add(&row->warnings,
                  "the result's metrics are no JSON object; they are left out");
    else if (!metrics && !json_object_get(row->result, "status"))
        row->metrics = row->result;
    else if (!metrics)
        warn_of_stray(row);
}

/* Of all numbers that JSON cannot say those that are metrics, by the metric's name. */
static void keep_nonfinite(struct row *row, const struct words *all)
{
    static const char prefix[] = "metrics.";
    size_t skip = row->metrics == row->result ? 0 : sizeof prefix - 1;

    for (size_t i = 0; row->metrics && i < all->count; i++) {
        if (strncmp(all->items[i], prefix, skip) == 0)
            words_add(&row->nonfinite, all->items[i] + skip);
    }
}

const char *row_set_result(struct row *row, const char *json, size_t size,
                           char **ret_error)
{
    cleanup_words struct words nonfinite = {0};

    if (ret_error)
        *ret_error = NULL;
    forget_result(row);
    row->result = result_tree(json, size, &nonfinite);
    if (!row->result)
        return "";
    row->result_json = xmemdup(json, size);
    find_metrics(row);
    keep_nonfinite(row, &nonfinite);
    double duration = jsonio_number(row->result, "duration_seconds", -1);
    if (duration >= 0 && duration < DURATION_MAX)
        row->duration_s = duration;
    const char *error = jsonio_string(row->result, "error_message", "");
    if (ret_error && *error)
        *ret_error = xstrdup(error);
    return jsonio_string(row->result, "status", "");
}

/* "train.loss" is a member of that very name, or the member "loss" of "train". */
static const json_t *find_member(const json_t *object, const char *name)
{
    const json_t *value = json_object_get(object, name);
    const char *dot = strchr(name, '.');

    while (!value && dot) {
        cleanup_free char *head = xmemdup(name, (size_t)(dot - name));
        const json_t *inner = json_object_get(object, head);
        if (json_is_object(inner))
            value = find_member(inner, dot + 1);
        dot = strchr(dot + 1, '.');
    }
    return value;
}

bool row_metric(const struct row *row, const char *name, double *ret_value)
{
    const json_t *value = row->metrics ? find_member(row->metrics, name) : NULL;

    if (!json_is_number(value))
        return false;
    *ret_value = json_number_value(value);
    return isfinite(*ret_value);
}

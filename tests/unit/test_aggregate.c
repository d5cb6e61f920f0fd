/* Order, best row, summary and the line that must add up. */
#include "collector/table/aggregate.h"

#include <stdlib.h>
#include <string.h>

#include "launcher/common/memory.h"
#include "launcher/common/trees/json_io.h"
#include "tests/tap/tap.h"

static struct row *add(struct table *table, const char *point, enum state state,
                       const char *cause, const char *json)
{
    struct row *row = table_add(table);

    free(row->point);
    free(row->cause);
    row->point = xstrdup(point);
    row->cause = xstrdup(cause);
    row->state = state;
    row->index = (long)table->count - 1;
    if (json)
        row_set_result(row, json, strlen(json), NULL);
    return row;
}

static void order_is(const struct table *table, const char *wanted, const char *what)
{
    cleanup_text struct text got = {0};

    for (size_t i = 0; i < table->count; i++)
        text_add(&got, table->rows[i].point);
    is_string(text_string(&got), wanted, what);
}

static void fill(struct table *table)
{
    add(table, "a", STATE_COMPLETED, "",
        "{\"metrics\":{\"val_loss\":0.5},\"status\":\"completed\",\"duration_seconds\":"
        "10}");
    add(table, "b", STATE_FAILED, "entrypoint_exit", NULL);
    add(table, "c", STATE_COMPLETED, "",
        "{\"metrics\":{\"val_loss\":0.25},\"duration_seconds\":30}");
    add(table, "d", STATE_COMPLETED, "",
        "{\"metrics\":{\"val_loss\":NaN},\"duration_seconds\":0}");
    add(table, "e", STATE_COMPLETED, "", "{\"metrics\":{\"val_loss\":0.25}}");
    add(table, "f", STATE_FAILED, "reported_failed",
        "{\"metrics\":{\"val_loss\":0.0},\"status\":\"failed\"}");
    add(table, "g", STATE_TIMEOUT, "time_limit", NULL);
    add(table, "h", STATE_RUNNING, "", NULL);
}

static void orders(void)
{
    struct table table = {0};

    table_sort(&table, "val_loss", DIRECTION_MIN);
    is_number(table_best(&table, "val_loss", DIRECTION_MIN), -1,
              "nothing is best of nothing");
    ok(!table_guess_metric(&table), "and no metric can be guessed");
    fill(&table);
    is_string(table_guess_metric(&table), "val_loss",
              "the metric is guessed, NaN or not");
    table_sort(&table, "val_loss", DIRECTION_MIN);
    order_is(&table, "ceabdfgh", "smallest first; NaN and what is not completed last");
    is_number(table_best(&table, "val_loss", DIRECTION_MIN), 0,
              "the first of equal ones is best");
    table_sort(&table, "val_loss", DIRECTION_MAX);
    order_is(&table, "acebdfgh", "largest first");
    table_sort(&table, NULL, DIRECTION_MIN);
    order_is(&table, "abcdefgh", "by index");
    table.rows[0].index = -1;
    table_sort(&table, NULL, DIRECTION_MIN);
    order_is(&table, "bcdefgha", "foreign files behind");
    is_number(table_best(&table, "accuracy", DIRECTION_MAX), -1,
              "no row has that metric");
    is_number(table_best(&table, NULL, DIRECTION_MAX), -1, "no metric");
    add(&table, "i", STATE_COMPLETED, "", "{\"metrics\":{\"loss\":1}}");
    ok(!table_guess_metric(&table), "no guess where not all have it");
    table_release(&table);
}

/* --pick all gives a point several rows; the summary counts it once, by its last
 * result. */
static void summary_of_several(void)
{
    struct table table = {0};
    static const struct {
        long index;
        size_t number;
        const char *json;
    } rows[] = {{0, 2, "{\"loss\":1,\"duration_seconds\":10}"},
                {1, 1, "{\"loss\":2,\"duration_seconds\":10}"},
                {0, 3, "{\"loss\":3,\"duration_seconds\":10}"},
                {0, 1, "{\"loss\":4,\"duration_seconds\":10}"}};

    for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
        struct row *row = table_add(&table);
        row->index = rows[i].index;
        row->result_number = rows[i].number;
        row->state = STATE_COMPLETED;
        row_set_result(row, rows[i].json, strlen(rows[i].json), NULL);
    }
    json_auto_t *root = table_summary(&table, "s", "loss", DIRECTION_MIN);
    const json_t *numbers = json_object_get(root, "summary");
    const json_t *first = json_array_get(json_object_get(root, "experiments"), 0);
    ok(json_integer_value(json_object_get(numbers, "total_experiments")) == 2 &&
           json_real_value(json_object_get(numbers, "total_duration_seconds")) == 20,
       "two points of three results and one are two");
    ok(json_integer_value(json_object_get(json_object_get(first, "metrics"), "loss")) ==
           3,
       "the last result is the point's");
    table_release(&table);
}

static void summary(void)
{
    struct table table = {0};
    cleanup_text struct text text = {0};

    fill(&table);
    table.rows[2].params = xcalloc(1, sizeof *table.rows[2].params);
    table.rows[2].params[0] = (struct row_param){xstrdup("lr"), xstrdup("1e-3")};
    table.rows[2].n_params = 1;
    table.rows[0].started_at = 1795249360;
    table.rows[2].ended_at = 1795249370;
    table_sort(&table, "val_loss", DIRECTION_MIN);
    json_auto_t *root = table_summary(&table, "s-1", "val_loss", DIRECTION_MIN);
    const json_t *numbers = json_object_get(root, "summary");
    is_string(jsonio_string(root, "stage_name", NULL), "s-1", "stage_name");
    is_number(jsonio_integer(numbers, "total_experiments", -1), 8, "total_experiments");
    is_number(jsonio_integer(numbers, "completed", -1), 4, "completed");
    is_number(jsonio_integer(numbers, "failed", -1), 2, "failed, without the timeout");
    is_number(jsonio_number(numbers, "success_rate", 0) * 1000, 500, "success_rate");
    is_number(jsonio_number(numbers, "mean_duration_seconds", 0), 20,
              "mean over durations that are not 0");
    is_number(jsonio_number(numbers, "total_duration_seconds", 0), 40, "total");
    jsonio_add(&text, json_object_get(root, "states"));
    is_string(text_string(&text),
              "{\"running\":1,\"completed\":4,\"failed\":2,\"timeout\":1}", "states");
    text_clear(&text);
    jsonio_add(&text, json_object_get(root, "best_config"));
    jsonio_add(&text, json_object_get(root, "best_metrics"));
    is_string(text_string(&text), "{\"lr\":\"1e-3\"}{\"val_loss\":0.25}",
              "the best one");
    text_clear(&text);
    jsonio_add(&text, json_array_get(json_object_get(root, "experiments"), 0));
    is_string(
        text_string(&text),
        "{\"run_id\":\"a\",\"status\":\"completed\",\"metrics\":{\"val_loss\":0.5},"
        "\"duration_seconds\":10.0}",
        "experiments stand in index order");
    is_string(jsonio_string(root, "started_at", NULL), "2026-11-21T08:22:40.000Z",
              "started_at");
    is_string(jsonio_string(root, "completed_at", NULL), "2026-11-21T08:22:50.000Z",
              "completed_at");
    table_release(&table);
    json_auto_t *empty = table_summary(&table, "s-1", NULL, DIRECTION_MAX);
    ok(json_is_null(json_object_get(empty, "best_config")) &&
           json_is_null(json_object_get(empty, "metric")) &&
           json_array_size(json_object_get(empty, "experiments")) == 0,
       "of nothing");
}

static void count_lines(void)
{
    struct table table = {0};
    cleanup_text struct text text = {0};

    ok(table_count_line(&table, &text), "nothing adds up");
    is_string(text_string(&text), "0 points", "0 points");
    text_clear(&text);
    add(&table, "a", STATE_COMPLETED, "", NULL);
    table_count_line(&table, &text);
    is_string(text_string(&text), "1 point = 1 completed", "1 point");
    text_clear(&text);
    add(&table, "b", STATE_FAILED, "setup", NULL);
    add(&table, "c", STATE_FAILED, "setup", NULL);
    add(&table, "d", STATE_TIMEOUT, "timeout", NULL);
    add(&table, "e", STATE_RUNNING, "", NULL);
    add(&table, "e", STATE_RUNNING, "", NULL); /* another result of the same point */
    ok(table_count_line(&table, &text), "it adds up");
    is_string(text_string(&text),
              "5 points = 1 completed + 2 failed (setup) + 1 timeout + 1 running",
              "a cause");
    text_clear(&text);
    add(&table, "f", STATE_FAILED, "no_result", NULL);
    table_count_line(&table, &text);
    is_string(text_string(&text),
              "6 points = 1 completed + 3 failed (2 setup, 1 no_result) + 1 timeout + "
              "1 running",
              "several causes");
    table.rows[0].state = (enum state)77;
    ok(!table_count_line(&table, &text), "a state that does not exist does not add up");
    table_release(&table);
}

int main(void)
{
    orders();
    summary();
    summary_of_several();
    count_lines();
    return tap_done();
}

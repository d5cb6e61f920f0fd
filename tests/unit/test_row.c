/* One row: what is taken out of a result. */
#include "collector/table/row.h"

#include <stdlib.h>
#include <string.h>

#include "launcher/common/memory.h"
#include "tests/tap/tap.h"

static struct row row;
static char *error;

static const char *set(const char *json)
{
    row_release(&row);
    row_init(&row);
    free(error);
    error = NULL;
    return row_set_result(&row, json, strlen(json), &error);
}

static void bad_results(void)
{
    is_string(set("{\"a\":"), "", "torn JSON has no status");
    ok(!row.result && !row.metrics && !row.result_json, "and no result");
    is_string(set("{\"status\":7,\"metrics\":{}}"), "", "a status that is no string");
    is_string(set("{\"status\":\"completed\",\"metrics\":[1]}"), "completed", "status");
    ok(!row.metrics && row.warnings.count == 1, "metrics that are a list: %s",
       row.warnings.count ? row.warnings.items[0] : "");
    set("{\"status\":\"failed\",\"metrics\":null,\"error_message\":\"boom\"}");
    ok(!row.metrics && row.warnings.count == 0, "no metrics");
    is_string(error, "boom", "error_message");
    set("{\"duration_seconds\":-5}");
    ok(row.duration_s < 0, "a negative duration is none");
    set("{\"duration_seconds\":1e300}");
    ok(row.duration_s < 0, "so is one of many ages");
    set("{\"duration_seconds\":\"5\",\"error_message\":null}");
    ok(row.duration_s < 0 && !error, "so is a string");
}

static void metrics(void)
{
    double value = 0;

    is_string(
        set("{\"run_id\":\"x\",\"status\":\"completed\",\"metrics\":{\"best_val_loss\":"
            "0.25,\"n\":3,\"ok\":true,\"s\":\"1\",\"z\":null,\"t\":{\"loss\":2.5},"
            "\"a.b\":7},\"duration_seconds\":120.5}"),
        "completed", "TMGG's own line");
    ok(row_metric(&row, "best_val_loss", &value) && value > 0.24 && value < 0.26,
       "a metric");
    ok(row_metric(&row, "n", &value) && value > 2.9 && value < 3.1, "an integer");
    ok(row_metric(&row, "t.loss", &value) && value > 2.4, "a nested one");
    ok(row_metric(&row, "a.b", &value) && value > 6.9, "one with a dot in its name");
    ok(!row_metric(&row, "ok", &value) && !row_metric(&row, "s", &value) &&
           !row_metric(&row, "z", &value) && !row_metric(&row, "t", &value) &&
           !row_metric(&row, "none", &value) && !row_metric(&row, "status", &value),
       "what is no number is no metric");
    ok(row.duration_s > 120.4 && row.duration_s < 120.6, "its own duration");
    set("{\"val_loss\":0.5,\"epoch\":3}");
    ok(row.metrics == row.result && row_metric(&row, "val_loss", &value),
       "without status and metrics the whole object is the metrics");
    set("{\"status\":\"completed\",\"val_loss\":0.5}");
    ok(!row.metrics && row.warnings.count == 1 &&
           strstr(row.warnings.items[0], "'val_loss' is no column"),
       "with a status it is not, and that is told");
    set("{\"status\":\"completed\",\"Metrics\":{\"loss\":1}}");
    ok(row.warnings.count == 1 && strstr(row.warnings.items[0], "'Metrics'"),
       "nor is another spelling of the member");
    set("{\"status\":\"completed\",\"duration_seconds\":3,\"seed\":\"1\",\"a\":true}");
    is_number(row.warnings.count, 0, "nothing there was meant as a metric");
}

static void nonfinite(void)
{
    double value = 0;

    set("{\"status\":\"completed\",\"metrics\":{\"val_loss\":NaN,\"t\":{\"x\":-"
        "Infinity}},"
        "\"other\":NaN}");
    ok(!row_metric(&row, "val_loss", &value), "NaN is no number to rank by");
    ok(row.nonfinite.count == 2 &&
           strcmp(row.nonfinite.items[0], "val_loss=NaN") == 0 &&
           strcmp(row.nonfinite.items[1], "t.x=-Infinity") == 0,
       "but it is kept, by the metric's name");
    set("{\"val_loss\":Infinity}");
    ok(row.nonfinite.count == 1 &&
           strcmp(row.nonfinite.items[0], "val_loss=Infinity") == 0,
       "also where the whole object is the metrics");
    set("{\"metrics\":{\"n\":123456789012345678901234567890}}");
    ok(row_metric(&row, "n", &value) && value > 1e29, "a big integer loses no record");
    ok(strstr(row.result_json, "123456789012345678901234567890") != NULL,
       "and keeps its digits in the text");
}

int main(void)
{
    struct table table = {0};

    row_init(&row);
    bad_results();
    metrics();
    nonfinite();
    row_release(&row);
    free(error);
    for (int i = 0; i < 100; i++)
        table_add(&table)->index = i;
    ok(table.count == 100 && table.rows[99].index == 99 && *table.rows[0].point == 0,
       "a table grows");
    table_release(&table);
    table_release(&table);
    return tap_done();
}

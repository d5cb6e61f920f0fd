/* A table as text: hostile cells, widths, CSV quoting, digits as written. */
#include "collector/table/format.h"

#include <locale.h>
#include <stdlib.h>
#include <string.h>

#include "collector/table/metric_check.h"
#include "launcher/common/memory.h"
#include "launcher/common/trees/json_io.h"
#include "launcher/help/help.h"
#include "tests/tap/tap.h"

static struct row *add(struct table *table, const char *point, enum state state,
                       const char *json)
{
    struct row *row = table_add(table);

    free(row->point);
    row->point = xstrdup(point);
    row->state = state;
    row->index = (long)table->count - 1;
    if (json)
        row_set_result(row, json, strlen(json), NULL);
    return row;
}

static void param(struct row *row, const char *key, const char *value)
{
    row->params = xreallocarray(row->params, row->n_params + 1, sizeof *row->params);
    row->params[row->n_params++] = (struct row_param){xstrdup(key), xstrdup(value)};
}

static void set(char **owned, const char *value)
{
    free(*owned);
    *owned = xstrdup(value);
}

static void check(const struct table *table, struct format_options options,
                  const char *wanted, const char *what)
{
    cleanup_text struct text text = {0};

    format_table(table, &options, &text);
    is_string(text_string(&text), wanted, what);
}

static void fill(struct table *table)
{
    struct row *row =
        add(table, "lr=1", STATE_COMPLETED,
            "{\"metrics\":{\"acc\":0.123456789,\"val_loss\":1,\"t\":{\"x\":\"y\"}}"
            ",\"status\":\"completed\",\"duration_seconds\":65}");
    param(row, "lr", "1e-3");
    param(row, "model", "gcn");
    set(&row->job_id, "17");
    set(&row->output, "points/lr=1.out");
    row->attempt = 1;
    row->exit_code = 0;
    row->started_at = 1795249360;
    row->ended_at = 1795249425;
    row = add(table, "lr=2", STATE_FAILED,
              "{\"metrics\":{\"val_loss\":NaN,\"h\":[1,2]}}");
    param(row, "lr", "0,5 \"x\"");
    param(row, "model", "gcn");
    set(&row->cause, "setup");
}

static void terminal(void)
{
    struct table table = {0};

    check(&table, (struct format_options){0}, "", "an empty table is no text");
    fill(&table);
    check(&table, (struct format_options){.metric = "val_loss"},
          "lr       state      cause  val_loss       acc  t.x  h      duration  job\n"
          "1e-3     completed                1  0.123457  y           1m05s      17\n"
          "0,5 \"x\"  failed     setup       nan                 [1,2]\n",
          "parameters that differ, the asked metric first, 6 digits");
    check(&table, (struct format_options){.metric = "val_loss", .columns = 60},
          "lr       state      cause  val_loss       acc  duration  job\n"
          "1e-3     completed                1  0.123457  1m05s      17\n"
          "0,5 \"x\"  failed     setup       nan\n"
          "(2 more metrics: --format csv shows all)\n",
          "metrics that do not fit are counted");
    table_release(&table);
}

static void odd_cells(void)
{
    struct table table = {0};
    struct row *row;

    setlocale(LC_CTYPE, "C.UTF-8");
    add(&table, "\x1b[2J\xff\n\xe6\x97\xa5", STATE_RUNNING, NULL);
    add(&table, "b", STATE_COMPLETED, NULL);
    check(&table, (struct format_options){0},
          "point     state      duration\n"
          "?[2J\xef\xbf\xbd?\xe6\x97\xa5  running\n"
          "b         completed\n",
          "control characters cannot move the cursor; wide characters are two columns");
    check(&table, (struct format_options){.has_colour = true},
          "point     state      duration\n"
          "?[2J\xef\xbf\xbd?\xe6\x97\xa5  \x1b[33mrunning\x1b[0m\n"
          "b         \x1b[32mcompleted\x1b[0m\n",
          "colour only around the state");
    row = add(&table, "0123456789012345678901234567890123456789", STATE_PLANNED, NULL);
    row->index = -1;
    check(&table, (struct format_options){.columns = 60},
          "point                         state      duration\n"
          "?[2J\xef\xbf\xbd?\xe6\x97\xa5                      running\n"
          "b                             completed\n"
          "012345678901234567890123456\xe2\x80\xa6  planned\n",
          "long cells are shortened");
    check(&table, (struct format_options){.format = FORMAT_MARKDOWN},
          "| point | state | duration |\n| --- | --- | --- |\n"
          "| ?[2J\xef\xbf\xbd?\xe6\x97\xa5 | running |  |\n| b | completed |  |\n"
          "| 0123456789012345678901234567890123456789 | planned |  |\n",
          "markdown");
    set(&table.rows[1].point, "a|b\\");
    table.rows[0].point[0] = '\0';
    check(
        &table, (struct format_options){.format = FORMAT_CSV},
        "point,index,attempt,job_id,state,cause,exit_code,signal,duration_s,started_at,"
        "ended_at,output,result_source\n,0,,,running,,,,,,,,\na|b\\,1,,,completed,,,,,,"
        ",,\n"
        "0123456789012345678901234567890123456789,,,,planned,,,,,,,,\n",
        "CSV without parameters and metrics");
    table_release(&table);
}

static void csv(void)
{
    struct table table = {0};
    struct row *row;

    fill(&table);
    check(
        &table, (struct format_options){.format = FORMAT_CSV, .metric = "none"},
        "point,index,attempt,job_id,state,cause,exit_code,signal,duration_s,started_at,"
        "ended_at,param.lr,param.model,metric.acc,metric.val_loss,metric.t.x,metric.h,"
        "output,result_source\n"
        "lr=1,0,1,17,completed,,0,,65,2026-11-21T08:22:40.000Z,2026-11-21T08:23:45."
        "000Z,"
        "1e-3,gcn,0.123456789,1,y,,points/lr=1.out,\n"
        "lr=2,1,,,failed,setup,,,,,,\"0,5 \"\"x\"\"\",gcn,,nan,,\"[1,2]\",,\n",
        "CSV");
    row = add(&table, "c", STATE_COMPLETED,
              "{\"acc\":0.1,\"val_loss\":-Infinity,\"h\":1e999,\"t\":{\"x\":true}}");
    param(row, "lr", "a\nb");
    table.rows[0].index = 5;
    check(
        &table, (struct format_options){.format = FORMAT_CSV, .metric = "val_loss"},
        "point,index,attempt,job_id,state,cause,exit_code,signal,duration_s,started_at,"
        "ended_at,param.lr,param.model,metric.val_loss,metric.acc,metric.t.x,metric.h,"
        "output,result_source\n"
        "lr=1,5,1,17,completed,,0,,65,2026-11-21T08:22:40.000Z,2026-11-21T08:23:45."
        "000Z,"
        "1e-3,gcn,1,0.123456789,y,,points/lr=1.out,\n"
        "lr=2,1,,,failed,setup,,,,,,\"0,5 \"\"x\"\"\",gcn,nan,,,\"[1,2]\",,\n"
        "c,2,,,completed,,,,,,,\"a\nb\",,-inf,0.1,true,1e999,,\n",
        "infinities, and numbers as they were written");
    table_release(&table);
}

static void json(void)
{
    struct table table = {0};
    cleanup_text struct text text = {0};
    struct format_options lines = {.format = FORMAT_JSONL},
                          list = {.format = FORMAT_JSON};
    struct row *row = add(
        &table, "p\xff", STATE_COMPLETED,
        "{\"status\":\"completed\",\n \"metrics\":{\"n\":12345678901234567890123,\"x\":"
        "0.10,\"y\":NaN}}");
    struct error err = {0};

    param(row, "s", "a\"b");
    set(&row->output, "x.out");
    row->result_number = 2;
    row->source = ROW_SOURCE_WORKER;
    words_add(&row->warnings, "w");
    row->n_results = 2;
    format_row_json(row, &text);
    is_string(
        text_string(&text),
        "{\"type\":\"row\",\"point\":{\"base64\":\"cP8=\"},\"index\":0,\"params\":{"
        "\"s\":"
        "\"a\\\"b\"},\"attempt\":null,\"job_id\":null,\"state\":\"completed\","
        "\"cause\":"
        "null,\"message\":null,\"evidence\":null,\"raw_state\":null,\"exit_code\":null,"
        "\"signal\":null,"
        "\"duration_s\":null,\"submitted_at\":null,\"started_at\":null,\"ended_at\":"
        "null,"
        "\"pending_reason\":null,\"expected_start\":null,\"phase\":null,"
        "\"host\":null,\"bootstrap\":null,\"ray_version\":null,\"code\":null,"
        "\"metrics\":{\"n\":"
        "12345678901234567890123,\"x\":0.10,\"y\":null},\"result\":{\"status\":"
        "\"completed\",  "
        "\"metrics\":{\"n\":12345678901234567890123,\"x\":0.10,\"y\":null}"
        "},\"nonfinite\":{\"y\":\"NaN\"},\"n_results\":2,\"result_number\":2,\"result_"
        "source\":\"worker_log\",\"warnings\":[\"w\"],"
        "\"output\":"
        "\"x.out\"}",
        "a row: digits as written, one line, NaN beside");
    text_clear(&text);
    set(&row->evidence, "say \"x\"");
    set(&row->evidence_file, "x.err");
    format_row_json(row, &text);
    ok(strstr(text_string(&text),
              "\"evidence\":{\"file\":\"x.err\",\"line\":\"say \\\"x\\\"\"}") != NULL,
       "the line that proves a cause");
    text_clear(&text);
    add(&table, "q", STATE_MISSING, NULL);
    format_table(&table, &lines, &text);
    ok(strchr(text_string(&text), '\n') != strrchr(text_string(&text), '\n') &&
           text.bytes[text.size - 1] == '\n',
       "one row a line");
    text_clear(&text);
    format_table(&table, &list, &text);
    json_error_t why;
    json_auto_t *root =
        json_loadb(text.bytes, text.size, JSON_DECODE_INT_AS_REAL, &why);
    is_number(json_array_size(root), 2, "as one list");
    text_clear(&text);
    table_release(&table);
    format_table(&table, &list, &text);
    json_auto_t *empty = jsonio_parse(text.bytes, text.size, "x", &err);
    ok(json_is_array(empty) && json_array_size(empty) == 0, "an empty list");
}

static void names(void)
{
    enum format format = FORMAT_CSV;
    struct error err = {0};

    ok(format_from_name("xml", &format, &err) == -1 && err.kind == ERROR_USAGE &&
           format == FORMAT_CSV,
       "xml: %s", err.text);
    is_string(strstr(err.text, "there are "),
              "there are table, csv, json, jsonl and markdown",
              "and what there is; the list stands in launcher/help/collect.txt, too");
    ok(format_from_name("markdown", &format, &err) == 0 && format == FORMAT_MARKDOWN,
       "markdown");
    ok(strstr(help_text(help_find("collect"), "format"),
              "table, csv, json, jsonl or markdown") != NULL,
       "the help of --format names them all");
}

/* One row with 70,000 different metrics must not take minutes, and have a ceiling.
 */
static void many_columns(void)
{
    struct table table = {0};
    cleanup_text struct text json = {0}, text = {0};
    size_t n_left_out = 0;
    struct format_options options = {.format = FORMAT_CSV,
                                     .ret_n_left_out = &n_left_out};

    text_add(&json, "{\"m0\":0");
    for (int i = 1; i < 70000; i++)
        text_addf(&json, ",\"m%d\":%d", i, i);
    text_add(&json, "}");
    add(&table, "p", STATE_COMPLETED, text_string(&json));
    format_table(&table, &options, &text);
    ok(strstr(text_string(&text), ",metric.m65535,output,result_source\n") != NULL &&
           n_left_out == 70000 - 65536,
       "columns have a ceiling, and what is beyond it is counted");
    table_release(&table);
}

/* The second line of the CSV of one row with these metrics, its cells alone. */
static void cells(const char *metrics, const char *names, const char *values)
{
    struct table table = {0};
    cleanup_free char *json = xasprintf("{\"metrics\":%s}", metrics);
    cleanup_free char *wanted = xasprintf(
        "point,index,attempt,job_id,state,cause,exit_code,signal,duration_s,started_at,"
        "ended_at%s,output,result_source\np,0,,,completed,,,,,,%s,,\n",
        names, values);

    add(&table, "p", STATE_COMPLETED, json);
    check(&table, (struct format_options){.format = FORMAT_CSV}, wanted, metrics);
    table_release(&table);
}

static void as_written(void)
{
    cells("{\"s\":18446744073709551557,\"n\":-123456789012345678901234567890}",
          ",metric.s,metric.n",
          ",18446744073709551557,-123456789012345678901234567890");
    cells("{\"a\":1.0,\"b\":1E5,\"c\":-0.0,\"d\":0.10,\"e\":1e+2}",
          ",metric.a,metric.b,metric.c,metric.d,metric.e", ",1.0,1E5,-0.0,0.10,1e+2");
    cells("{\"x\":null,\"x=y\":NaN}", ",metric.x,metric.x=y", ",,nan");
    cells("{\"a.b\":1,\"a\":{\"b\":2}}", ",metric.a.b,metric.a.b#2", ",1,2");
    cells("{\"a\":{\"b\":2},\"a.b\":1,\"a.b#2\":3}",
          ",metric.a.b,metric.a.b#2,metric.a.b#2#2", ",2,1,3");
    cells("{\"a\":1,\"\\u0061\":2,\"a\":3}", ",metric.a", ",3");
    cells("{\"a\":{\"x\":1},\"a\":{\"y\":2}}", ",metric.a.y", ",2");
    cells("{\"a\":{},\"b\":[ 1,\n2],\"c\":{ \"d\" : {\"e\":-Infinity}}}",
          ",metric.a,metric.b,metric.c.d.e", ",{},\"[ 1, 2]\",-inf");
}

static void headings(void)
{
    struct table table = {0};
    cleanup_text struct text text = {0};
    struct row *row = add(&table, "p", STATE_COMPLETED,
                          "{\"metrics\":{\"loss\":1,\"state\":\"odd\",\"duration\":7,"
                          "\"seed\":3,\"metric.loss\":4}}");

    param(row, "seed", "3");
    param(row, "job", "x");
    format_table(&table, &(struct format_options){0}, &text);
    *strchr(text.bytes, '\n') = '\0';
    is_string(text_string(&text),
              "param.seed  param.job  state      loss  metric.state  metric.duration  "
              "metric.seed  metric.metric.loss  duration",
              "no two columns have one heading");
    table_release(&table);
}

static void check_metric(const char *metric, const char *wanted)
{
    struct table table = {0};
    cleanup_words struct words warnings = {0};

    add(&table, "p", STATE_COMPLETED, "{\"accuracy\":0.5,\"b\":{\"c\":1}}");
    add(&table, "q", STATE_COMPLETED, "{\"accuracy\":\"0.9\",\"b\":{\"c\":2}}");
    add(&table, "r", STATE_FAILED, NULL);
    metric_check(&table, metric, &warnings);
    is_string(warnings.count ? warnings.items[0] : "", wanted, metric);
    table_release(&table);
}

static void metrics_asked_for(void)
{
    struct table table = {0};
    cleanup_words struct words warnings = {0};

    check_metric("b.c", "");
    check_metric("acuracy",
                 "no row has the metric 'acuracy'; did you mean 'accuracy'?");
    check_metric("zzzzzz\x1b[2J",
                 "no row has the metric 'zzzzzz?[2J'; there are: accuracy, b.c");
    check_metric(
        "accuracy",
        "the metric 'accuracy' is a text in 1 row (\"0.9\"), and texts are not "
        "ordered: print it as a number, in Python float(x) instead of "
        "json.dumps(..., default=str)");
    struct table lists = {0};
    add(&lists, "p", STATE_COMPLETED, "{\"loss\":[1],\"n\":nan}");
    add(&lists, "q", STATE_COMPLETED, "{\"loss\":true}");
    metric_check(&lists, "n", &warnings);
    ok(warnings.count == 0, "nan is a number");
    metric_check(&lists, "loss", &warnings);
    is_string(warnings.count ? warnings.items[0] : "",
              "the metric 'loss' is no number in any row, and only numbers are ordered",
              "lists and switches");
    words_release(&warnings);
    table_release(&lists);
    add(&table, "p", STATE_FAILED, NULL);
    metric_check(&table, "any", &warnings);
    ok(warnings.count == 0, "no metrics at all: nothing to say");
    table_release(&table);
}

/* Files of one name in different folders, and sweeps of the same points. */
static void namesakes(void)
{
    struct table table = {0};
    const char *folder = "a-very-long-folder-that-tells-nothing/apart/";

    for (int i = 0; i < 2; i++) {
        struct row *row = add(&table, "train", STATE_COMPLETED, NULL);
        free(row->output);
        row->output = xasprintf("%s%d/train.log", folder, i);
        param(row, "lr", i ? "2" : "1");
    }
    check(&table, (struct format_options){.format = FORMAT_TABLE, .columns = 60},
          "output                                                   lr  state      "
          "duration\n"
          "a-very-long-folder-that-tells-nothing/apart/0/train.log   1  completed\n"
          "a-very-long-folder-that-tells-nothing/apart/1/train.log   2  completed\n",
          "whole, also where there is no room");
    set(&table.rows[1].output, table.rows[0].output);
    check(&table, (struct format_options){.format = FORMAT_TABLE},
          "lr  state      duration\n 1  completed\n 2  completed\n",
          "several results of one file need no path");
    table_release(&table);
}

int main(void)
{
    namesakes();
    names();
    terminal();
    odd_cells();
    csv();
    json();
    many_columns();
    as_written();
    headings();
    metrics_asked_for();
    return tap_done();
}

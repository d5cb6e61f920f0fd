/* write_json.c - the table as JSON and JSON lines (write.h) */
#include <stdlib.h>
#include <string.h>

#include "collector/table/result_text.h"
#include "collector/table/write.h"
#include "launcher/common/clock.h"
#include "launcher/common/memory.h"
#include "launcher/common/text/utf8.h"
#include "launcher/common/trees/json_io.h"
#include "launcher/common/trees/json_write.h"

static void add_number(struct json_writer *json, const char *key, long number,
                       long unknown_below)
{
    if (number >= unknown_below)
        jsonwrite_integer(json, key, number);
    else
        jsonwrite_null(json, key);
}

static void add_time(struct json_writer *json, const char *key, double wall)
{
    char iso[CLOCK_ISO_SIZE] = "";

    if (wall > 0)
        clock_iso(wall, iso);
    jsonwrite_word(json, key, iso);
}

static void add_duration(struct json_writer *json, double duration_s)
{
    if (duration_s < 0) {
        jsonwrite_null(json, "duration_s");
        return;
    }
    jsonwrite_key(json, "duration_s");
    text_addf(json->text, "%.10g", duration_s);
}

static void add_params(struct json_writer *json, const struct row *row)
{
    jsonwrite_object(json, "params");
    for (size_t i = 0; i < row->n_params; i++) {
        cleanup_text struct text key = {0};
        utf8_add_clean(&key, row->params[i].key, strlen(row->params[i].key));
        jsonwrite_string(json, text_string(&key), row->params[i].value);
    }
    jsonwrite_close(json);
}

/* The digits as written: out of the text, not out of the tree, where the name is
 * spelled plainly. */
static void add_result(struct json_writer *json, const struct row *row)
{
    const char *result = row->result_json, *metrics = NULL;
    size_t size = result ? strlen(result) : 0, metrics_size = 0;

    jsonwrite_key(json, "metrics");
    if (!row->metrics)
        text_add(json->text, "null");
    else if (row->metrics == row->result)
        result_text_add(json->text, result, size);
    else if (result_text_member(result, size, "metrics", &metrics, &metrics_size))
        result_text_add(json->text, metrics, metrics_size);
    else
        jsonio_add(json->text, row->metrics);
    jsonwrite_key(json, "result");
    if (row->result)
        result_text_add(json->text, result, size);
    else
        text_add(json->text, "null");
}

static void add_nonfinite(struct json_writer *json, const struct row *row)
{
    if (row->nonfinite.count == 0)
        return;
    jsonwrite_object(json, "nonfinite");
    for (size_t i = 0; i < row->nonfinite.count; i++) {
        const char *item = row->nonfinite.items[i];
        const char *token = strrchr(item, '=');
        cleanup_free char *name = xmemdup(item, (size_t)(token - item));
        jsonwrite_string(json, name, token + 1);
    }
    jsonwrite_close(json);
}

/* The line of a log that proves the cause. */
static void add_evidence(struct json_writer *json, const struct row *row)
{
    if (!*row->evidence) {
        jsonwrite_null(json, "evidence");
        return;
    }
    jsonwrite_object(json, "evidence");
    jsonwrite_string(json, "file", row->evidence_file);
    jsonwrite_string(json, "line", row->evidence);
    jsonwrite_close(json);
}

/* An empty word says that nothing is known: null. */
void format_row_json(const struct row *row, struct text *text)
{
    struct json_writer writer, *json = &writer;

    jsonwrite_begin(json, text);
    jsonwrite_object(json, NULL);
    jsonwrite_string(json, "type", "row");
    jsonwrite_string(json, "point", row->point);
    add_number(json, "index", row->index, 0);
    add_params(json, row);
    add_number(json, "attempt", row->attempt, 1);
    jsonwrite_word(json, "job_id", row->job_id);
    jsonwrite_word(json, "state", state_name(row->state));
    jsonwrite_word(json, "cause", row->cause);
    jsonwrite_word(json, "message", row->message);
    add_evidence(json, row);
    jsonwrite_word(json, "raw_state", row->raw_state);
    add_number(json, "exit_code", row->exit_code, 0);
    jsonwrite_word(json, "signal", row->signal);
    add_duration(json, row->duration_s);
    add_time(json, "submitted_at", row->submitted_at);
    add_time(json, "started_at", row->started_at);
    add_time(json, "ended_at", row->ended_at);
    jsonwrite_word(json, "pending_reason", row->pending_reason);
    add_time(json, "expected_start", row->expected_at);
    jsonwrite_word(json, "phase", row->phase);
    jsonwrite_word(json, "host", row->host);
    jsonwrite_word(json, "bootstrap", row->bootstrap);
    jsonwrite_word(json, "ray_version", row->ray_version);
    jsonwrite_word(json, "code", row->code);
    if (row->is_code_changed)
        jsonwrite_boolean(json, "code_changed", true);
    add_result(json, row);
    add_nonfinite(json, row);
    add_number(json, "n_results", (long)row->n_results, 0);
    add_number(json, "result_number", row->result ? (long)row->result_number : 0, 1);
    jsonwrite_word(json, "result_source", row_source_name(row->source));
    jsonwrite_words(json, "warnings", &row->warnings);
    jsonwrite_word(json, "output", row->output);
    jsonwrite_close(json);
}

void write_json(const struct table *table, const struct format_options *options,
                struct text *text)
{
    bool is_list = options->format == FORMAT_JSON;

    if (is_list)
        text_add_char(text, '[');
    for (size_t i = 0; i < table->count; i++) {
        if (is_list)
            text_add(text, i ? ",\n" : "\n");
        format_row_json(&table->rows[i], text);
        if (!is_list)
            text_add_char(text, '\n');
    }
    if (is_list)
        text_add(text, "\n]\n");
}

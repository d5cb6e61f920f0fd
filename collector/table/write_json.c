#include <stdlib.h>
#include <string.h>

#include "collector/table/result_text.h"
#include "collector/table/write.h"
#include "launcher/common/clock.h"
#include "launcher/common/memory.h"
#include "launcher/common/text/utf8.h"
#include "launcher/common/trees/json_io.h"

static void add_key(struct text *text, const char *key)
{
    text_addf(text, ",\"%s\":", key);
}

/* An empty string says that nothing is known: null. */
static void add_word(struct text *text, const char *key, const char *value)
{
    add_key(text, key);
    if (*value)
        jsonio_add_string(text, value);
    else
        text_add(text, "null");
}

static void add_number(struct text *text, const char *key, long number,
                       long unknown_below)
{
    add_key(text, key);
    if (number >= unknown_below)
        text_addf(text, "%ld", number);
    else
        text_add(text, "null");
}

static void add_time(struct text *text, const char *key, double wall)
{
    char iso[CLOCK_ISO_SIZE] = "";

    if (wall > 0)
        clock_iso(wall, iso);
    add_word(text, key, iso);
}

static void add_params(struct text *text, const struct row *row)
{
    add_key(text, "params");
    text_add_char(text, '{');
    for (size_t i = 0; i < row->n_params; i++) {
        cleanup_text struct text key = {0};
        utf8_add_clean(&key, row->params[i].key, strlen(row->params[i].key));
        text_add(text, i ? "," : "");
        jsonio_add_string(text, text_string(&key));
        text_add_char(text, ':');
        jsonio_add_string(text, row->params[i].value);
    }
    text_add_char(text, '}');
}

/* The digits as written: out of the text, not out of the tree, where the name is
 * spelled plainly. */
static void add_result(struct text *text, const struct row *row)
{
    const char *json = row->result_json, *metrics = NULL;
    size_t size = json ? strlen(json) : 0, metrics_size = 0;

    add_key(text, "metrics");
    if (!row->metrics)
        text_add(text, "null");
    else if (row->metrics == row->result)
        result_text_add(text, json, size);
    else if (result_text_member(json, size, "metrics", &metrics, &metrics_size))
        result_text_add(text, metrics, metrics_size);
    else
        jsonio_add(text, row->metrics);
    add_key(text, "result");
    if (row->result)
        result_text_add(text, json, size);
    else
        text_add(text, "null");
}

static void add_nonfinite(struct text *text, const struct row *row)
{
    if (row->nonfinite.count == 0)
        return;
    add_key(text, "nonfinite");
    for (size_t i = 0; i < row->nonfinite.count; i++) {
        const char *item = row->nonfinite.items[i];
        const char *token = strrchr(item, '=');
        text_add_char(text, i ? ',' : '{');
        jsonio_add_bytes(text, item, (size_t)(token - item));
        text_add_char(text, ':');
        jsonio_add_string(text, token + 1);
    }
    text_add_char(text, '}');
}

/* The line of a log that proves the cause. */
static void add_evidence(struct text *text, const struct row *row)
{
    add_key(text, "evidence");
    if (!*row->evidence) {
        text_add(text, "null");
        return;
    }
    text_add(text, "{\"file\":");
    jsonio_add_string(text, row->evidence_file);
    text_add(text, ",\"line\":");
    jsonio_add_string(text, row->evidence);
    text_add_char(text, '}');
}

static void add_warnings(struct text *text, const struct row *row)
{
    add_key(text, "warnings");
    text_add_char(text, '[');
    for (size_t i = 0; i < row->warnings.count; i++) {
        text_add(text, i ? "," : "");
        jsonio_add_string(text, row->warnings.items[i]);
    }
    text_add_char(text, ']');
}

void format_row_json(const struct row *row, struct text *text)
{
    text_add(text, "{\"type\":\"row\",\"point\":");
    jsonio_add_string(text, row->point);
    add_number(text, "index", row->index, 0);
    add_params(text, row);
    add_number(text, "attempt", row->attempt, 1);
    add_word(text, "job_id", row->job_id);
    add_word(text, "state", state_name(row->state));
    add_word(text, "cause", row->cause);
    add_word(text, "message", row->message);
    add_evidence(text, row);
    add_word(text, "raw_state", row->raw_state);
    add_number(text, "exit_code", row->exit_code, 0);
    add_word(text, "signal", row->signal);
    add_key(text, "duration_s");
    if (row->duration_s >= 0)
        text_addf(text, "%.10g", row->duration_s);
    else
        text_add(text, "null");
    add_time(text, "submitted_at", row->submitted_at);
    add_time(text, "started_at", row->started_at);
    add_time(text, "ended_at", row->ended_at);
    add_word(text, "pending_reason", row->pending_reason);
    add_time(text, "expected_start", row->expected_at);
    add_word(text, "phase", row->phase);
    add_word(text, "host", row->host);
    add_word(text, "bootstrap", row->bootstrap);
    add_word(text, "ray_version", row->ray_version);
    add_result(text, row);
    add_nonfinite(text, row);
    add_number(text, "n_results", (long)row->n_results, 0);
    add_warnings(text, row);
    add_word(text, "output", row->output);
    text_add_char(text, '}');
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

/* collector/table/row_line.h: lines of results.jsonl, our own and other people's. */
#include "collector/table/row_line.h"

#include <string.h>

#include "collector/table/format.h"
#include "collector/table/row.h"
#include "launcher/common/memory.h"
#include "tests/tap/tap.h"

/* What is written comes back, byte for byte. */
static void comes_back(const char *result)
{
    struct row row;
    struct row_line line = {0};
    cleanup_text struct text text = {0};

    row_init(&row);
    xreplace(&row.point, "k=1");
    row.attempt = 3;
    row.n_results = 7;
    row.result_number = 2;
    xreplace(&row.job_id, "12_4");
    row_set_result(&row, result, strlen(result), NULL);
    format_row_json(&row, &text);
    ok(row_line_read(text_string(&text), text.size, &line) && line.attempt == 3 &&
           line.number == 2 && line.n_results == 7 &&
           strcmp(line.job_id, "12_4") == 0 && strcmp(line.point, "k=1") == 0,
       "a row");
    is_string(line.result, result, "its result");
    row_line_release(&line);
    row_release(&row);
}

static void test_results(void)
{
    static const char *const results[] = {
        "{}",
        "{\"status\":\"completed\",\"metrics\":{\"n\":123456789012345678901234567890,"
        "\"x\":1E5,\"y\":-0.0,\"z\":1.0}}",
        "{\"metrics\":{\"a\":NaN,\"b\":[1,-Infinity,null,[NaN]],\"c\":{\"d\":Infinity,"
        "\"e\":null}},\"note\":\"null, NaN\"}",
        "{\"loss\":NaN,\"deep\":{\"x\":[{\"y\":Infinity}]}}",
        "{\"metrics\":{\"huge\":1e999,\"less\":-1e999,\"a.b\":NaN,\"a\":{\"c\":null}}}",
        "{ \"metrics\" : { \"\\u0061 \\\"q\\\"\" : NaN , \"l\" : [ ] } }",
        "{\"metrics\":null,\"result\":{\"metrics\":1}}",
    };

    for (size_t i = 0; i < sizeof results / sizeof *results; i++)
        comes_back(results[i]);
}

static void test_no_rows(void)
{
    static const char *const lines[] = {
        "",        "null",    "[]",       "{}",          "{\"type\":\"sweep\"}",
        "\"row\"", "{\"type", "\xff\xfe", "{\"type\":1}"};
    struct row_line line = {0};

    for (size_t i = 0; i < sizeof lines / sizeof *lines; i++)
        ok(!row_line_read(lines[i], strlen(lines[i]), &line), "no row: %s", lines[i]);
}

/* What is of the wrong kind is not there; what is no number is not put into a result.
 * */
static void test_wrong_kinds(void)
{
    static const char text[] =
        "{\"type\":\"row\",\"point\":1,\"attempt\":-4,\"job_id\":[],\"result\":\"x\","
        "\"result_number\":-1,\"n_results\":1e99}";
    static const char tokens[] =
        "{\"type\":\"row\",\"point\":{\"base64\":\"/w==\"},\"attempt\":99999999999,"
        "\"result\":{\"a\":null,\"b\":null,\"c\":null},\"nonfinite\":{\"a\":\"1],[\","
        "\"b\":7,\"c\":\"\"}}";
    struct row_line line = {0};

    ok(row_line_read(text, sizeof text - 1, &line) && !*line.point &&
           line.attempt == 0 && !*line.job_id && !line.result && line.number == 0 &&
           line.n_results == 0,
       "members of the wrong kind");
    row_line_release(&line);
    ok(row_line_read(tokens, sizeof tokens - 1, &line) &&
           strcmp(line.point, "\xff") == 0 && line.attempt == 0 &&
           strcmp(line.result, "{\"a\":null,\"b\":null,\"c\":null}") == 0,
       "tokens that are none, a point that is not UTF-8");
    row_line_release(&line);
}

int main(void)
{
    test_results();
    test_no_rows();
    test_wrong_kinds();
    return tap_done();
}

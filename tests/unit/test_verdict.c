/* The verdict file: hostile ones first, then what a script writes. */
#include "collector/outcome/verdict.h"

#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "launcher/common/limits.h"
#include "launcher/common/memory.h"
#include "tests/tap/tap.h"

static int parse(const char *json, struct verdict *verdict, struct error *err)
{
    return verdict_parse(json, strlen(json), "p.verdict.json", verdict, err);
}

static void is_bad(const char *json, const char *what)
{
    struct verdict verdict;
    struct error err = {0};

    ok(parse(json, &verdict, &err) == -1 && err.kind == ERROR_INPUT &&
           strstr(err.text, "p.verdict.json"),
       "%s: %s", what, err.text);
}

static void bad_verdicts(void)
{
    is_bad("", "an empty file");
    is_bad("{\"v\":1,\"phase\":\"entry", "a torn file");
    is_bad("[1]", "a list");
    is_bad("{\"phase\":\"done\"}", "no version");
    is_bad("{\"v\":2,\"phase\":\"done\"}", "another version");
    is_bad("{\"v\":1}{\"v\":1}", "two objects");
    is_bad("{\"v\":1,\"v\":1}", "a key twice");
}

static void hostile_members(void)
{
    struct verdict verdict;
    struct error err = {0};
    static const char json[] =
        "{\"v\":1,\"job_id\":[],\"phase\":\"done\\u001b[2J\",\"state\":7,"
        "\"cause\":\"Rm "
        "-rf\",\"message\":\"a\\u001b]0;x\\u0007\\nb\",\"exit_code\":1e3,"
        "\"signal\":\"kill\",\"started_at\":\"yesterday\",\"ended_at\":-1,"
        "\"phases\":{\"entrypoint\":\"now\"},\"starts\":-5,\"warnings\":[1,null,"
        "\"w\\u0000\"]}";

    ok(parse(json, &verdict, &err) == -1, "NUL in a string is refused: %s", err.text);
    static const char other[] =
        "{\"v\":1,\"job_id\":[],\"phase\":\"done\\u001b[2J\",\"state\":7,"
        "\"cause\":\"Rm "
        "-rf\",\"message\":\"a\\u001b]0;x\\u0007\\nb\",\"exit_code\":1000,"
        "\"signal\":\"kill\",\"started_at\":\"yesterday\",\"ended_at\":-1,"
        "\"phases\":{\"entrypoint\":\"now\"},\"starts\":-5,\"warnings\":[1,null,\"\","
        "\"w\"]}";
    ok(parse(other, &verdict, &err) == 0, "wrong types are as absent");
    is_string(verdict.job_id, "", "job_id");
    is_string(verdict.phase, "", "phase");
    is_string(verdict.state, "", "state");
    is_string(verdict.cause, "", "cause");
    is_string(verdict.message, "a?]0;x??b", "message is printable");
    is_number(verdict.exit_code, -1, "exit code outside 0…255");
    is_string(verdict.signal, "", "signal");
    ok(verdict.started_at <= 0 && verdict.ended_at <= 0 &&
           verdict.entry_started_at <= 0,
       "times");
    is_number(verdict.starts, 1, "starts");
    ok(verdict.warnings.count == 1 && !verdict.is_final && verdict.is_present,
       "the rest");
    verdict_release(&verdict);
    verdict_release(&verdict);
}

static void long_message(void)
{
    struct verdict verdict;
    struct error err = {0};
    cleanup_text struct text json = {0};

    text_add(&json, "{\"v\":1,\"message\":\"x");
    for (int i = 0; i < 5000; i++)
        text_add(&json, "\xc3\xa9");
    text_add(&json, "\"}");
    ok(parse(text_string(&json), &verdict, &err) == 0, "a long message");
    size_t size = strlen(verdict.message);
    ok(size == 4095 && verdict.message[size - 1] == '\xa9',
       "is cut between characters");
    verdict_release(&verdict);
}

static void good_verdict(void)
{
    struct verdict verdict;
    struct error err = {0};
    static const char json[] =
        "{\"v\":1,\"point\":\"lr=1\",\"attempt\":1,\"job_id\":\"17_3\",\"job_name\":"
        "null,"
        "\"host\":\"n1\",\"nodes\":[\"n1\",\"n2\"],\"bootstrap\":\"direct\",\"ray_"
        "version\":"
        "\"2.54.0\",\"phase\":\"ending\",\"state\":\"failed\",\"cause\":\"entrypoint_"
        "exit\","
        "\"message\":\"the entrypoint ended with exit code 3\",\"exit_code\":3,"
        "\"signal\":null,\"started_at\":\"2026-11-21T08:00:00Z\",\"ended_at\":"
        "\"2026-11-21T08:00:10Z\",\"phases\":{\"claimed\":1.5,\"entrypoint\":"
        "1795249360.250},"
        "\"starts\":2,\"warnings\":[\"ports\"]}\n";

    ok(parse(json, &verdict, &err) == 0, "as a script writes it %s", err.text);
    ok(verdict.is_present && verdict.is_final, "an end state is final in any phase");
    is_string(verdict.job_id, "17_3", "job_id");
    is_string(verdict.cause, "entrypoint_exit", "cause");
    is_string(verdict.bootstrap, "direct", "bootstrap");
    is_string(verdict.ray_version, "2.54.0", "ray_version");
    is_number(verdict.exit_code, 3, "exit code");
    is_number(verdict.ended_at - verdict.started_at, 10, "times");
    is_number(verdict.entry_started_at * 1000, 1795249360250, "the entrypoint's start");
    is_number(verdict.starts, 2, "starts");
    verdict_release(&verdict);
    ok(parse("{\"v\":1,\"phase\":\"entrypoint\",\"state\":\"running\"}", &verdict,
             &err) == 0 &&
           !verdict.is_final,
       "a running one is not final");
    verdict_release(&verdict);
}

/* A sum is 64 hex digits, or nothing is known. */
static void code(void)
{
#define SUM "0123456789abcdef0123456789abcdef0123456789abcdef0123456789abcdef"
    static const struct {
        const char *json, *wanted;
    } cases[] = {{"\"" SUM "\"", SUM},
                 {"\"" SUM "0\"", ""},
                 {"null", ""},
                 {"\"\"", ""},
                 {"\"" SUM "\\n\"", ""},
                 {"7", ""},
                 {"[]", ""}};

    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        struct verdict verdict;
        struct error err = {0};
        cleanup_free char *json = xasprintf("{\"v\":1,\"code\":%s}", cases[i].json);
        ok(parse(json, &verdict, &err) == 0, "%s", json);
        is_string(verdict.code, cases[i].wanted, "  its code");
        verdict_release(&verdict);
    }
}

static void files(void)
{
    char folder[] = "/tmp/test_verdict.XXXXXX";
    struct verdict verdict;
    struct error err = {0};
    char path[64];

    if (!mkdtemp(folder))
        abort();
    snprintf(path, sizeof path, "%s/v.json", folder);
    ok(verdict_load(path, &verdict, &err) == 0 && !verdict.is_present &&
           verdict.exit_code == -1,
       "no file is no error");
    verdict_release(&verdict);
    ok(verdict_load(folder, &verdict, &err) == -1 && err.kind == ERROR_FILE,
       "a folder: %s", err.text);
    FILE *file = fopen(path, "w");
    if (!file || fputs("{\"v\":1,\"phase\":\"done\"}", file) < 0 || fclose(file) != 0)
        abort();
    ok(verdict_load(path, &verdict, &err) == 0 && verdict.is_final, "a file");
    verdict_release(&verdict);
    if (truncate(path, (off_t)LIMIT_VERDICT_BYTES + 1) != 0)
        abort();
    ok(verdict_load(path, &verdict, &err) == -1 && err.kind == ERROR_INPUT,
       "too large: %s", err.text);
    unlink(path);
    rmdir(folder);
}

int main(void)
{
    bad_verdicts();
    hostile_members();
    long_message();
    good_verdict();
    code();
    files();
    return tap_done();
}

/* The marker scan: hostile logs first, then the vectors of what collectors got wrong.
 * Every text is scanned from memory and from a file, cut at every place by padding. */
#include "collector/scan/scan.h"

#include <errno.h>
#include <stdarg.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "launcher/common/limits.h"
#include "launcher/common/memory.h"
#include "launcher/common/text/text.h"
#include "tests/tap/tap.h"

#define M "TMGG_RESULT:"

static char folder[] = "/tmp/test_scan.XXXXXX";

static const char *file_with(const char *bytes, size_t size)
{
    static char path[64];
    FILE *file;

    snprintf(path, sizeof path, "%s/x.out", folder);
    file = fopen(path, "w");
    if (!file || fwrite(bytes, 1, size, file) != size || fclose(file) != 0)
        abort();
    return path;
}

/* "good/malformed last" of the bytes; the same from a file, behind so much padding that
 * a block's end falls inside the text. */
static void check_bytes(const char *bytes, size_t size, const char *wanted,
                        const char *what)
{
    struct scan_report report;
    cleanup_text struct text got = {0};

    scan_bytes(bytes, size, SCAN_PICK_LAST, true, &report);
    text_addf(&got, "%zu/%zu %s", report.n_good, report.n_malformed,
              report.count ? report.results[0].json : "-");
    is_string(text_string(&got), wanted, what);
    scan_report_release(&report);

    int same = 1;
    for (size_t cut = 0; cut <= size && cut < 400; cut++) {
        cleanup_text struct text file = {0};
        cleanup_text struct text again = {0};
        struct error err = {0};
        size_t padding = 256UL * 1024UL - cut;
        cleanup_free char *blank = xmalloc(padding);
        memset(blank, '.', padding);
        blank[padding - 1] = '\n';
        text_add_bytes(&file, blank, padding);
        text_add_bytes(&file, bytes, size);
        if (scan_file(file_with(file.bytes, file.size), SCAN_PICK_LAST, true, &report,
                      &err) < 0)
            abort();
        text_addf(&again, "%zu/%zu %s", report.n_good, report.n_malformed,
                  report.count ? report.results[0].json : "-");
        same &= strcmp(text_string(&again), wanted) == 0 && report.size == file.size;
        scan_report_release(&report);
        cut += cut > 40 ? 6 : 0;
    }
    ok(same, "%s, from a file, wherever a block ends", what);
}

#define CHECK(text, wanted, what) check_bytes(text, sizeof(text) - 1, wanted, what)

static void bad_text(void)
{
    CHECK("", "0/0 -", "an empty file");
    CHECK("a log\nwithout a line\n", "0/0 -", "no marker");
    CHECK(M, "0/1 -", "a marker and nothing behind it");
    CHECK(M "\n{\"a\":1}\n", "0/1 -", "the value must stand behind the marker");
    CHECK(M "{not valid json}\n", "0/1 -", "not JSON");
    CHECK(M "[1,2]\n" M "null\n" M "\"x\"\n", "0/3 -", "JSON, but no object");
    CHECK(M "{\"a\": 1, \"b\"", "0/1 -", "cut by a kill");
    CHECK(M "{\"a\": \"xxxx", "0/1 -", "cut inside a string");
    CHECK(M "{\"a\":1\0}", "0/1 -", "a NUL byte inside");
    CHECK("TMGG_RESULT {\"a\":1}", "0/0 -", "not the marker");
}

static void good_text(void)
{
    CHECK(M "{\"a\":1}", "1/0 {\"a\":1}", "no newline at the end");
    CHECK(M " \t{\"a\":1}\r\n", "1/0 {\"a\":1}", "CRLF, and spaces behind the marker");
    CHECK("x\n" M "{bad}\n" M "{\"a\":2}\n", "1/1 {\"a\":2}",
          "a bad one, then a good one");
    CHECK(M "{\"a\":2}\n" M "{\"a\":", "1/1 {\"a\":2}", "a good one, then a torn one");
    CHECK(M "{\"a\":1}" M "{\"a\":2}\n\n", "2/0 {\"a\":2}", "glued lines");
    CHECK(M "{\"a\":1," M "{\"a\":2}\n", "1/1 {\"a\":2}", "glued into a torn one");
    CHECK(M "{\"a\":\"tor" M "{\"a\":2}\n", "1/1 {\"a\":2}",
          "glued into a torn string");
    CHECK("\r 99%|#| 9/10\r" M "{\"a\":1}\n", "1/0 {\"a\":1}", "behind a progress bar");
    CHECK("\x1b[36m(train pid=12, ip=10.0.0.1)\x1b[0m " M "{\"a\":1}\x1b[0m\n",
          "1/0 {\"a\":1}", "Ray's prefix and ANSI colours");
    CHECK("0: " M "{\"a\":1}\n", "1/0 {\"a\":1}", "srun's label");
    CHECK("\0\0\xff\xfe\0" M "{\"a\":1} tail \0\0", "1/0 {\"a\":1}",
          "NUL and other bytes");
    CHECK(M "{\"a\":\"\xff\"}", "1/0 {\"a\":\"\xff\"}", "a string that is not UTF-8");
    CHECK(M "{\"v\":NaN,\"w\":-Infinity}", "1/0 {\"v\":NaN,\"w\":-Infinity}",
          "Python's tokens");
    CHECK(M "{\"i\":123456789012345678901234567890}",
          "1/0 {\"i\":123456789012345678901234567890}", "a big integer, as written");
    CHECK(M "{\n  \"a\": 1\n}\n", "1/0 {\n  \"a\": 1\n}", "a value over several lines");
    CHECK(M "{\"s\":\"say " M "{\\\"a\\\":3}\"}",
          "1/0 {\"s\":\"say " M "{\\\"a\\\":3}\"}",
          "a marker inside a string is no marker");
    CHECK(M "{\"k\":\"" M "{}\"}", "1/0 {\"k\":\"" M "{}\"}",
          "nor one with a whole object behind it");
    CHECK(M "{\"k\":\"" M "{}", "1/1 {}", "but one inside a torn value is");
}

static void echo_lines(void)
{
    CHECK("Running command on head node: ['python', '-c', '" M "{\"a\":1}']\n", "0/0 -",
          "symmetric-run's echo");
    CHECK("0: Running command on head node: " M "{\"a\":1}\n", "0/0 -",
          "the same behind srun's label");
    CHECK("12: Running command on head node: " M "{} " M "{}\n" M "{\"a\":1}\n",
          "1/0 {\"a\":1}", "the next line counts");
    CHECK("x Running command on head node: " M "{\"a\":1}\n", "1/0 {\"a\":1}",
          "the words in the middle of a line are no echo");
    CHECK("x: Running command on head node: " M "{\"a\":1}\n", "1/0 {\"a\":1}",
          "nor behind what is no label");
    CHECK("Running command on head nod: " M "{\"a\":1}\n", "1/0 {\"a\":1}",
          "nor other words");
}

static void starts(void)
{
    CHECK("raylaunch: start 1 of job 7\n" M "{\"a\":1}\nraylaunch: start 2 of job 7\n",
          "0/0 -", "only what stands behind the last start counts");
    CHECK(M "{bad\nraylaunch: start 1 of job 7\n" M "{\"a\":2}\n", "1/0 {\"a\":2}",
          "also for the malformed");
    CHECK(M "{\"a\":1}\nraylaunch: start of job\n", "1/0 {\"a\":1}", "a line like it");
    CHECK(M "{\"a\":\"raylaunch: start 2 of job 7\"}\n",
          "1/0 {\"a\":\"raylaunch: start 2 of job 7\"}", "the words in a value");

    static const char text[] = M "{\"a\":1}\nraylaunch: start 2 of job 7\n";
    struct scan_report report;
    scan_bytes(text, sizeof text - 1, SCAN_PICK_LAST, false, &report);
    is_number(report.n_good, 1, "all starts count when asked");
    scan_report_release(&report);
}

static void picks(void)
{
    static const char text[] =
        "ab" M "{\"a\":1}\n" M "{\"a\":2}\n" M "x\n" M "{\"a\":3}\n";
    struct scan_report report;

    scan_bytes(text, sizeof text - 1, SCAN_PICK_FIRST, false, &report);
    ok(report.count == 1 && report.n_good == 3 && report.n_malformed == 1,
       "first: counts");
    is_string(report.results[0].json, "{\"a\":1}", "first: which");
    is_number(report.results[0].offset, 2, "first: where its marker stands");
    ok(report.good_differ, "they are not the same");
    is_number(report.malformed_offset, 42, "where the malformed one stands");
    ok(strstr(report.malformed_why, "no JSON object"), "why: %s", report.malformed_why);
    scan_report_release(&report);
    static const char wrong[] = M "{\"loss\": tensor(0.5)}\n";
    scan_bytes(wrong, sizeof wrong - 1, SCAN_PICK_LAST, false, &report);
    is_string(report.malformed_why,
              "an unknown word: tensor(0.5)} (10 bytes behind the marker)",
              "what stands there is shown from the word's beginning");
    scan_report_release(&report);
    scan_bytes(text, sizeof text - 1, SCAN_PICK_ALL, false, &report);
    ok(report.count == 3 && strcmp(report.results[2].json, "{\"a\":3}") == 0 &&
           strcmp(report.results[1].json, "{\"a\":2}") == 0,
       "all, in file order");
    scan_report_release(&report);
    scan_bytes(M "{\"a\":1}" M "{\"a\":1}", 38, SCAN_PICK_LAST, false, &report);
    ok(report.n_good == 2 && !report.good_differ, "twice the same is the same");
    scan_report_release(&report);
}

/* A value may be as large as the limit and not a byte larger. */
static void large_values(void)
{
    size_t most = LIMIT_RESULT_BYTES;
    cleanup_free char *text = xmalloc(most + 64);
    struct scan_report report;
    struct error err = {0};

    for (size_t over = 0; over < 2; over++) {
        size_t value = most + over;
        memset(text, 'x', most + 64);
        memcpy(text, M "{\"a\":\"", 18);
        memcpy(text + 12 + value - 2, "\"}", 2);
        memcpy(text + 12 + value, "\n" M "{\"b\":1}", 20);
        int rc = scan_file(file_with(text, 12 + value + 20), SCAN_PICK_FIRST, true,
                           &report, &err);
        ok(rc == 0 && report.n_good == 2 - over && report.n_malformed == over,
           "a value of 64 MiB%s", over ? " and a byte is malformed" : " is taken");
        ok(rc == 0 && report.count == 1 && report.results[0].size == (over ? 7 : value),
           "its size");
        scan_report_release(&report);
    }
}

static void check_says(const char *text, enum result_status last, size_t n_completed,
                       bool completed_differ, bool is_torn_behind)
{
    static const enum scan_pick picks[] = {SCAN_PICK_LAST, SCAN_PICK_FIRST,
                                           SCAN_PICK_ALL};

    for (size_t i = 0; i < sizeof picks / sizeof *picks; i++) {
        struct scan_report report;
        scan_bytes(text, strlen(text), picks[i], true, &report);
        const struct scan_statement *says = &report.says;
        ok(says->last == last && says->n_completed == n_completed &&
               says->completed_differ == completed_differ &&
               says->is_torn_behind == is_torn_behind,
           "pick %d has no say: %.70s", (int)picks[i], text);
        scan_report_release(&report);
    }
}

/* What the results say does not depend on which of them a row shows. */
static void statements(void)
{
    struct scan_report report;

    check_says("nothing", RESULT_SAYS_NOTHING, 0, false, false);
    check_says(M "{\"a\":1}\n" M "{\"status\":\"ok\"}\n", RESULT_SAYS_COMPLETED, 1,
               false, false);
    check_says(M "{\"status\":\"ok\"}" M "{\"status\":\"ok\"}" M "{\"status\":\"ok\"}",
               RESULT_SAYS_COMPLETED, 3, false, false);
    check_says(M "{\"status\":\"ok\"}" M "{\"status\":\"ok\",\"a\":1}" M
                 "{\"status\":\"ok\"}",
               RESULT_SAYS_COMPLETED, 3, true, false);
    check_says(M "{\"status\":\"failed\"}\n" M "{\"status\":\"ok\"}\n",
               RESULT_SAYS_COMPLETED, 1, false, false);
    check_says(M "{\"status\":\"ok\"}\n" M "{\"status\":\"failed\"}\n",
               RESULT_SAYS_FAILED, 1, false, false);
    check_says(M "{\"status\":\"ok\"}\n" M "{\"status\":", RESULT_SAYS_COMPLETED, 1,
               false, true);
    check_says(M "{\"stat\n" M "{\"status\":\"ok\"}\n", RESULT_SAYS_COMPLETED, 1, false,
               false);
    check_says(M "{\"status\":\"ok\"}\nraylaunch: start 2 of job 7\n" M
                 "{\"status\":\"ok\",\"a\":1}\n",
               RESULT_SAYS_COMPLETED, 1, false, false);
    const char *text = M "{\"a\":1}" M "{\"a\":2}" M "{\"a\":3}";
    scan_bytes(text, strlen(text), SCAN_PICK_FIRST, true, &report);
    ok(report.count == 1 && strcmp(report.results[0].json, "{\"a\":1}") == 0 &&
           strcmp(scan_last(&report)->json, "{\"a\":3}") == 0,
       "the first is picked, the last is known");
    scan_report_release(&report);
}

/* 200,000 markers on one line, none of them good, must not take minutes. */
static void one_long_line(void)
{
    cleanup_text struct text text = {0};
    struct scan_report report;
    struct error err = {0};

    for (size_t i = 0; i < 200000; i++)
        text_add(&text, M "{\",\":\"");
    if (scan_file(file_with(text.bytes, text.size), SCAN_PICK_LAST, true, &report,
                  &err) < 0)
        abort();
    is_number(report.n_malformed, 200000, "many markers on one line");
    scan_report_release(&report);

    text_clear(&text);
    text_add(&text, "x\nRunning command on head node: ");
    for (size_t i = 0; i < 100000; i++)
        text_add(&text, "--word ");
    text_add(&text, M "{\"a\":1}\n" M "{\"a\":2}\n");
    if (scan_file(file_with(text.bytes, text.size), SCAN_PICK_LAST, true, &report,
                  &err) < 0)
        abort();
    is_number(report.n_good, 1, "an echo longer than a block is still one line");
    scan_report_release(&report);
}

static void bad_files(void)
{
    struct scan_report report;
    struct error err = {0};
    char path[64];

    snprintf(path, sizeof path, "%s/none", folder);
    errno = 0;
    ok(scan_file(path, SCAN_PICK_LAST, true, &report, &err) == -1 && errno == ENOENT &&
           err.kind == ERROR_FILE,
       "no such file: %s", err.text);
    ok(scan_file(folder, SCAN_PICK_LAST, true, &report, &err) == -1, "a folder: %s",
       err.text);
    snprintf(path, sizeof path, "%s/pipe", folder);
    ok(mkfifo(path, 0600) == 0 &&
           scan_file(path, SCAN_PICK_LAST, true, &report, &err) == -1,
       "a FIFO does not hang: %s", err.text);
    unlink(path);
    ok(symlink("x.out", path) == 0 &&
           scan_file(path, SCAN_PICK_LAST, true, &report, &err) == -1,
       "a link: %s", err.text);
    unlink(path);
}

int main(void)
{
    if (!mkdtemp(folder))
        return 1;
    bad_text();
    good_text();
    echo_lines();
    starts();
    picks();
    statements();
    large_values();
    one_long_line();
    bad_files();
    unlink(file_with("", 0));
    rmdir(folder);
    return tap_done();
}

/* The scan over a window that slides: the same is found however the bytes are cut, and
 * no more is kept than is needed again. What is a result is in test_scan.c. */
#include "collector/scan/window.h"

#include <stdlib.h>
#include <string.h>

#include "launcher/common/memory.h"
#include "launcher/common/text/text.h"
#include "tests/tap/tap.h"

#define M "TMGG_RESULT:"

/* In blocks of `block` bytes, each window in memory of its own. Returns the most bytes
 * that a window held. */
static size_t scan_in_blocks(const char *bytes, size_t size, size_t block,
                             struct scan_report *report)
{
    struct window window;
    size_t from = 0, to = 0, most = 0;
    bool is_end = false;

    window_begin(&window, SCAN_PICK_ALL, true, report);
    while (!is_end) {
        size_t count = size - to < block ? size - to : block;
        to += count;
        is_end = count == 0;
        most = to - from > most ? to - from : most;
        cleanup_free char *copy = xmemdup(bytes + from, to - from);
        size_t used = window_take(&window, copy, to - from, is_end);
        window_drop(&window, copy, used);
        from += used;
    }
    ok(from == size, "all %zu bytes are read in blocks of %zu", size, block);
    return most;
}

/* "good/malformed@offset; json@offset …" */
static char *shown(const struct scan_report *report)
{
    struct text text = {0};

    text_addf(&text, "%zu/%zu", report->n_good, report->n_malformed);
    if (report->n_malformed > 0)
        text_addf(&text, "@%llu", (unsigned long long)report->malformed_offset);
    for (size_t i = 0; i < report->count; i++)
        text_addf(&text, "; %s@%llu", report->results[i].json,
                  (unsigned long long)report->results[i].offset);
    return text_take(&text);
}

static const struct {
    const char *what, *text, *wanted;
} rows[] = {
    {"nothing", "", "0/0"},
    {"no marker",
     "words and more words, longer than the margin of the window, which "
     "is sixty-four bytes\n",
     "0/0"},
    {"one result", M "{\"a\":1}\n", "1/0; {\"a\":1}@0"},
    {"in the middle of a line", "step 7 " M " {\"a\":1} done\n", "1/0; {\"a\":1}@7"},
    {"two on one line", M "{\"a\":1}" M "{\"b\":2}", "2/0; {\"a\":1}@0; {\"b\":2}@19"},
    {"a marker in a value", M "{\"a\":\"" M "{}\"}\n", "1/0; {\"a\":\"" M "{}\"}@0"},
    {"torn at the end", "x\n" M "{\"a\":", "0/1@2"},
    {"half a marker at the end", "x\nTMGG_RES", "0/0"},
    {"a bad one, and a good one right behind", M "{\"a\":" M "{\"b\":2}\n",
     "1/1@0; {\"b\":2}@17"},
    {"the echo of the command",
     "Running command on head node: ['echo', '" M "{\"a\":1}']\n" M "{\"b\":2}\n",
     "1/0; {\"b\":2}@62"},
    {"the echo behind srun's label",
     "0: Running command on head node: " M "{\"a\":1}\n", "0/0"},
    {"only the last start counts",
     M "{\"a\":1}\nraylaunch: start 2 of job 7\n" M "{\"b\":2}\n", "1/0; {\"b\":2}@48"},
    {"that line in the middle of another",
     M "{\"a\":1}\nsaid raylaunch: start 2 of job 7\n", "1/0; {\"a\":1}@0"},
};

static void test_every_cut(void)
{
    for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
        size_t size = strlen(rows[i].text);
        for (size_t block = 1; block < 80; block = block * 2 + 1) {
            struct scan_report report;
            scan_in_blocks(rows[i].text, size, block, &report);
            cleanup_free char *got = shown(&report);
            is_string(got, rows[i].wanted, rows[i].what);
            scan_report_release(&report);
        }
    }
}

/* Memory is bounded by a value, not by the file. */
static void test_bounds(void)
{
    cleanup_text struct text file = {0};
    struct scan_report report;

    for (int i = 0; i < 20000; i++)
        text_addf(&file, "line %d\n", i);
    size_t most = scan_in_blocks(text_string(&file), file.size, 512, &report);
    ok(most <= 512 + 64, "of a file without results %zu bytes are held", most);
    scan_report_release(&report);
    text_add(&file, M "{\"a\":\"");
    for (int i = 0; i < 5000; i++)
        text_add_char(&file, 'x');
    text_add(&file, "\"}\n");
    most = scan_in_blocks(text_string(&file), file.size, 512, &report);
    ok(report.n_good == 1 && most > 5000 && most < 5000 + 2 * 512 + 200,
       "of a value of 5,000 bytes %zu", most);
    scan_report_release(&report);
}

int main(void)
{
    test_every_cut();
    test_bounds();
    return tap_done();
}

/* Whatever stands in an output file: the scan never crashes, finds the same however the
 * file is cut into blocks, and what it calls whole can be read and written strictly. */
#include <jansson.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include "collector/scan/scan.h"
#include "collector/scan/window.h"
#include "collector/table/format.h"
#include "collector/table/row.h"
#include "launcher/common/memory.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static void must(bool is_good)
{
    if (!is_good)
        abort();
}

/* As scan_file() does it, with blocks of a few bytes. */
static void scan_in_blocks(const char *bytes, size_t size, size_t block,
                           struct scan_report *report)
{
    struct window window;
    size_t from = 0, to = 0;
    bool is_end = false;

    window_begin(&window, SCAN_PICK_ALL, true, report);
    while (!is_end) {
        size_t count = size - to < block ? size - to : block;
        to += count;
        is_end = count == 0;
        /* the window as memory of its own, so that the sanitizer sees its ends */
        cleanup_free char *copy = xmalloc(to - from + 1);
        memcpy(copy, bytes + from, to - from);
        size_t used = window_take(&window, copy, to - from, is_end);
        window_drop(&window, copy, used);
        from += used;
    }
}

static void compare(const struct scan_report *one, const struct scan_report *other)
{
    must(one->n_good == other->n_good && one->n_malformed == other->n_malformed &&
         one->count == other->count && one->good_differ == other->good_differ);
    must(one->n_malformed == 0 || one->malformed_offset == other->malformed_offset);
    for (size_t i = 0; i < one->count; i++)
        must(one->results[i].offset == other->results[i].offset &&
             strcmp(one->results[i].json, other->results[i].json) == 0);
}

static void use(const struct scan_result *result)
{
    struct table table = {0};
    struct row *row = table_add(&table);
    char *error = NULL;
    json_error_t why;

    row_set_result(row, result->json, result->size, &error);
    must(row->result != NULL);
    for (int format = FORMAT_TABLE; format < FORMAT_COUNT; format++) {
        cleanup_text struct text text = {0};
        struct format_options options = {.format = (enum format)format,
                                         .columns = result->size % 2 ? 80 : 0};
        format_table(&table, &options, &text);
        if (format != FORMAT_JSONL)
            continue;
        must(memchr(text.bytes, '\n', text.size) == text.bytes + text.size - 1);
        json_auto_t *root = json_loadb(text.bytes, text.size,
                                       JSON_ALLOW_NUL | JSON_DECODE_INT_AS_REAL, &why);
        /* jansson has no keys with NUL in them; JSON has */
        must(root || strstr(result->json, "\\u0000"));
    }
    free(error);
    table_release(&table);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    cleanup_free char *bytes = xmemdup(data, size);
    struct scan_report whole, cut, last, first;

    scan_bytes(bytes, size, SCAN_PICK_ALL, true, &whole);
    scan_in_blocks(bytes, size, size > 0 ? 1 + data[0] % 200U : 1, &cut);
    compare(&whole, &cut);
    scan_bytes(bytes, size, SCAN_PICK_LAST, true, &last);
    scan_bytes(bytes, size, SCAN_PICK_FIRST, true, &first);
    must(last.n_good == whole.n_good && first.n_good == whole.n_good);
    must(last.count == (whole.count > 0) && first.count == last.count);
    if (whole.count > 0) {
        must(strcmp(last.results[0].json, whole.results[whole.count - 1].json) == 0);
        must(strcmp(first.results[0].json, whole.results[0].json) == 0);
    }
    for (size_t i = 0; i < whole.count && i < 20; i++)
        use(&whole.results[i]);
    scan_report_release(&whole);
    scan_report_release(&cut);
    scan_report_release(&last);
    scan_report_release(&first);
    return 0;
}

#include "launcher/jobs/earlier.h"

#include <stdlib.h>
#include <string.h>

#include "collector/archive/bundle.h"
#include "collector/scan/worker_logs.h"
#include "launcher/common/files/file.h"
#include "launcher/common/files/temp_folder.h"
#include "launcher/common/map.h"
#include "launcher/common/memory.h"

int earlier_read(struct earlier *earlier, const struct sweep *sweep, struct error *err)
{
    cleanup_free char *path = path_join(sweep->path, "results.jsonl");

    return earlier_rows_read(&earlier->rows, path, sweep, &earlier->troubles, err);
}

/* ---- the archive ---- */

struct wanted {
    const struct sweep *sweep;
    struct map names; /* in the sweep's folder: outputs, and folders of workers' logs */
    struct words keys;
};

static void wanted_release(struct wanted *wanted)
{
    map_release(&wanted->names);
    words_release(&wanted->keys);
}

/* An attempt's file as the sweep's folder names it. Owned. */
static char *name_of(const struct sweep *sweep, const struct attempt *attempt,
                     const char *suffix)
{
    cleanup_free char *path = attempt_path(sweep, attempt, suffix);

    return xstrdup(path + strlen(sweep->path) + 1);
}

static void want(struct wanted *wanted, const struct attempt *const *attempts,
                 size_t count)
{
    for (size_t i = 0; i < count; i++) {
        words_take(&wanted->keys, name_of(wanted->sweep, attempts[i], ".out"));
        words_take(&wanted->keys, name_of(wanted->sweep, attempts[i], ".ray"));
    }
    words_add(&wanted->keys, "results.jsonl");
    for (size_t i = 0; i < wanted->keys.count; i++)
        map_set(&wanted->names, wanted->keys.items[i], i);
}

static bool is_wanted(void *context, const char *name)
{
    const struct wanted *wanted = context;
    const char *inside = strchr(name, '/');
    size_t ignored;

    if (!inside)
        return false;
    cleanup_free char *folder = path_dir(inside + 1);
    return map_get(&wanted->names, inside + 1, &ignored) ||
           map_get(&wanted->names, folder, &ignored);
}

static bool is_known(void *context, const char *sha256)
{
    const struct wanted *wanted = context;

    return words_has(&wanted->sweep->archived_sums, sha256);
}

int earlier_unpack(struct earlier *earlier, const struct sweep *sweep, const char *path,
                   const struct attempt *const *attempts, size_t count,
                   struct error *err)
{
    cleanup_with(wanted_release) struct wanted wanted = {.sweep = sweep};
    struct bundle_choice choice = {
        .wants = is_wanted, .accepts = is_known, .context = &wanted};
    cleanup_free char *root = NULL;
    struct error own = {0};

    want(&wanted, attempts, count);
    if (temp_folder_make(&earlier->unpacked, &own) == 0 &&
        bundle_extract_chosen(path, earlier->unpacked, &choice, &root, &own) == 0) {
        earlier->root = path_join(earlier->unpacked, root);
        cleanup_free char *rows = path_join(earlier->root, "results.jsonl");
        return earlier_rows_read(&earlier->archived, rows, sweep, &earlier->troubles,
                                 err);
    }
    if (own.kind == ERROR_INTERRUPT) {
        *err = own;
        return -1;
    }
    words_addf(&earlier->troubles, "the archive is not asked: %s", own.text);
    return 0;
}

static bool take_unpacked(const struct earlier *earlier, const struct sweep *sweep,
                          const struct attempt *attempt, enum scan_pick pick,
                          struct scan_report *ret_scan, struct words *ret_sources)
{
    cleanup_free char *name = name_of(sweep, attempt, ".out");
    cleanup_free char *path = path_join(earlier->root, name);
    cleanup_free char *logs_name = name_of(sweep, attempt, ".ray");
    cleanup_free char *logs_path = path_join(earlier->root, logs_name);
    struct error ignored = {0};
    struct scan_report scan = {0};
    struct worker_logs logs;

    if (scan_file(path, pick, true, &scan, &ignored) == 0 && scan.count > 0) {
        *ret_scan = scan;
        return true;
    }
    bool has_restarted = scan.has_restarted;
    scan_report_release(&scan);
    if (has_restarted)
        return false;
    worker_logs_read(logs_path, logs_name, pick, &logs);
    bool is_found = logs.scan.count > 0;
    if (is_found) {
        *ret_scan = logs.scan;
        *ret_sources = logs.sources;
        logs.scan = (struct scan_report){0};
        logs.sources = (struct words){0};
    }
    worker_logs_release(&logs);
    return is_found;
}

/* ---- rows ---- */

/* The results are read by the scan, as if they stood in an output again. */
static bool take_rows(const struct earlier_rows *rows, const struct attempt *attempt,
                      enum scan_pick pick, struct scan_report *ret_scan,
                      struct words *ret_sources)
{
    cleanup_text struct text text = {0};
    size_t first, count = earlier_rows_find(rows, attempt, &first);
    struct scan_report scan;

    for (size_t i = 0; i < count; i++)
        text_addf(&text, SCAN_MARKER "%s\n", rows->items[first + i].line.result);
    scan_bytes(text_string(&text), text.size, pick, false, &scan);
    if (scan.count == 0) {
        scan_report_release(&scan);
        return false;
    }
    const struct row_line *line = &rows->items[first].line;
    if (line->n_results > scan.n_good)
        scan.n_good = line->n_results;
    for (size_t i = 0; strchr(line->output, '#') && i < scan.count; i++)
        words_add(ret_sources, line->output);
    *ret_scan = scan;
    return true;
}

bool earlier_take(const struct earlier *earlier, const struct sweep *sweep,
                  const struct attempt *attempt, enum scan_pick pick,
                  struct scan_report *ret_scan, struct words *ret_sources,
                  enum row_source *ret_source)
{
    *ret_source = ROW_SOURCE_ARCHIVE;
    if (earlier->root &&
        take_unpacked(earlier, sweep, attempt, pick, ret_scan, ret_sources))
        return true;
    if (take_rows(&earlier->archived, attempt, pick, ret_scan, ret_sources))
        return true;
    *ret_source = ROW_SOURCE_EARLIER;
    if (take_rows(&earlier->rows, attempt, pick, ret_scan, ret_sources))
        return true;
    *ret_source = ROW_SOURCE_NONE;
    return false;
}

void earlier_release(struct earlier *earlier)
{
    earlier_rows_release(&earlier->rows);
    earlier_rows_release(&earlier->archived);
    if (earlier->unpacked)
        temp_folder_remove(earlier->unpacked);
    free(earlier->unpacked);
    free(earlier->root);
    words_release(&earlier->troubles);
    *earlier = (struct earlier){0};
}

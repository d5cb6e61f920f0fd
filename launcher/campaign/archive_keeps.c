#include "launcher/campaign/archive_keeps.h"

#include <stdlib.h>
#include <string.h>

#include "collector/archive/bundle.h"
#include "collector/scan/scan.h"
#include "collector/scan/worker_logs.h"
#include "collector/table/row_line.h"
#include "launcher/common/files/file.h"
#include "launcher/common/files/temp_folder.h"
#include "launcher/common/limits.h"
#include "launcher/common/map.h"
#include "launcher/common/memory.h"

#define TABLE "results.jsonl"
#define LEAVE_OR_FORCE \
    "it stays as it is. Move it away to keep both, or replace it with --force"

struct comparing {
    const struct sweep *sweep;
    const char *path;          /* borrowed: of the old archive */
    struct manifest *manifest; /* borrowed: of the new one */
    struct manifest old;
    struct words suspects; /* names in the old one that may hold what the new lacks */
    struct map by_name;    /* of them */
    char *unpacked;        /* owned */
    struct words missing;  /* owned: names of files whose results are missing */
};

static void comparing_release(struct comparing *comparing)
{
    manifest_release(&comparing->old);
    words_release(&comparing->suspects);
    map_release(&comparing->by_name);
    if (comparing->unpacked)
        temp_folder_remove(comparing->unpacked);
    free(comparing->unpacked);
    words_release(&comparing->missing);
}

static bool ends_in(const char *name, const char *ending)
{
    size_t size = strlen(name), length = strlen(ending);

    return size > length && strcmp(name + size - length, ending) == 0;
}

static bool is_log_of_worker(const char *name)
{
    cleanup_free char *folder = path_dir(name);

    return ends_in(folder, ".ray");
}

static bool may_hold_results(const char *name)
{
    return ends_in(name, ".out") || is_log_of_worker(name) || strcmp(name, TABLE) == 0;
}

static void find_suspects(struct comparing *comparing)
{
    for (size_t i = 0; i < comparing->old.count; i++) {
        const struct manifest_entry *entry = &comparing->old.entries[i];
        const struct manifest_entry *now =
            manifest_find(comparing->manifest, entry->name);
        if (may_hold_results(entry->name) &&
            !(now && strcmp(now->sha256, entry->sha256) == 0))
            words_add(&comparing->suspects, entry->name);
    }
    for (size_t i = 0; i < comparing->suspects.count; i++)
        map_set(&comparing->by_name, comparing->suspects.items[i], i);
}

static bool is_suspect(void *context, const char *name)
{
    const struct comparing *comparing = context;
    const char *inside = strchr(name, '/');
    size_t ignored;

    return inside && map_get(&comparing->by_name, inside + 1, &ignored);
}

/* ---- outputs ---- */

static bool has_result(const struct scan_report *scan, const struct scan_result *wanted)
{
    for (size_t i = 0; i < scan->count; i++) {
        if (scan->results[i].size == wanted->size &&
            memcmp(scan->results[i].json, wanted->json, wanted->size) == 0)
            return true;
    }
    return false;
}

/* Is each result of `old` in `now`? In the order of one file they are found at once. */
static bool holds(const struct scan_report *now, const struct scan_report *old)
{
    for (size_t i = 0; i < old->count; i++) {
        bool is_at_place =
            i < now->count && now->results[i].size == old->results[i].size &&
            memcmp(now->results[i].json, old->results[i].json, old->results[i].size) ==
                0;
        if (!is_at_place && !has_result(now, &old->results[i]))
            return false;
    }
    return true;
}

static void scan_logs(const char *folder, struct scan_report *ret_scan)
{
    struct worker_logs logs;

    worker_logs_read(folder, "", SCAN_PICK_ALL, &logs);
    *ret_scan = logs.scan;
    logs.scan = (struct scan_report){0};
    worker_logs_release(&logs);
}

static void compare_file(struct comparing *comparing, const char *root,
                         const char *name)
{
    cleanup_free char *old_path = path_join(root, name);
    cleanup_free char *path = path_join(comparing->sweep->path, name);
    struct scan_report old = {0}, now = {0};
    struct error ignored = {0};

    if (is_log_of_worker(name)) {
        cleanup_free char *old_folder = path_dir(old_path);
        cleanup_free char *folder = path_dir(path);
        scan_logs(old_folder, &old);
        scan_logs(folder, &now);
    } else {
        scan_file(old_path, SCAN_PICK_ALL, false, &old, &ignored);
        if (old.count > 0)
            scan_file(path, SCAN_PICK_ALL, false, &now, &ignored);
    }
    if (!holds(&now, &old))
        words_add(&comparing->missing, name);
    scan_report_release(&old);
    scan_report_release(&now);
}

/* ---- tables ---- */

/* For each point the newest attempt of which the table has a result. */
struct newest {
    struct map by_point; /* attempt */
    struct words points; /* the map borrows them */
};

static void newest_release(struct newest *newest)
{
    map_release(&newest->by_point);
    words_release(&newest->points);
}

static int read_newest(const char *path, struct newest *newest, struct error *err)
{
    cleanup_free char *bytes = NULL;
    size_t size = 0;

    if (!file_exists(path))
        return 0;
    if (file_read_all(path, LIMIT_EARLIER_BYTES, &bytes, &size, err) < 0)
        return -1;
    for (const char *at = bytes, *end = bytes + size; at < end;) {
        const char *newline = memchr(at, '\n', (size_t)(end - at));
        const char *last = newline ? newline : end;
        struct row_line line;
        size_t attempt = 0;
        if (row_line_read(at, (size_t)(last - at), &line)) {
            if (line.result && (!map_get(&newest->by_point, line.point, &attempt) ||
                                (long)attempt < line.attempt)) {
                words_add(&newest->points, line.point);
                map_set(&newest->by_point,
                        newest->points.items[newest->points.count - 1],
                        (size_t)line.attempt);
            }
            row_line_release(&line);
        }
        at = last + 1;
    }
    return 0;
}

static int compare_tables(struct comparing *comparing, const char *root,
                          struct error *err)
{
    cleanup_free char *old_path = path_join(root, TABLE);
    cleanup_free char *path = path_join(comparing->sweep->path, TABLE);
    cleanup_with(newest_release) struct newest old = {0};
    cleanup_with(newest_release) struct newest now = {0};

    if (read_newest(old_path, &old, err) < 0 || read_newest(path, &now, err) < 0)
        return -1;
    for (size_t i = 0; i < old.points.count; i++) {
        size_t before = 0, after = 0, index;
        const char *point = old.points.items[i];
        map_get(&old.by_point, point, &before);
        bool is_there = map_get(&now.by_point, point, &after) && after >= before;
        /* A newer attempt takes its place, also where that one has no result. */
        if (!is_there && sweep_find_point(comparing->sweep, point, &index)) {
            const struct attempt *attempt =
                sweep_attempt(comparing->sweep->points[index]);
            is_there = attempt && (size_t)attempt->number > before;
        }
        if (!is_there)
            words_addf(&comparing->missing, TABLE ": %s", point);
    }
    return 0;
}

/* ---- all of it ---- */

static int compare_suspects(struct comparing *comparing, struct error *err)
{
    struct bundle_choice choice = {.wants = is_suspect, .context = comparing};
    cleanup_free char *inside = NULL;

    if (comparing->suspects.count == 0)
        return 0;
    if (temp_folder_make(&comparing->unpacked, err) < 0 ||
        bundle_extract_chosen(comparing->path, comparing->unpacked, &choice, &inside,
                              err) < 0)
        return -1;
    cleanup_free char *root = path_join(comparing->unpacked, inside);
    for (size_t i = 0; i < comparing->suspects.count; i++) {
        const char *name = comparing->suspects.items[i];
        if (strcmp(name, TABLE) == 0 ? compare_tables(comparing, root, err) < 0
                                     : (compare_file(comparing, root, name), false))
            return -1;
    }
    return 0;
}

/* The output of every attempt that ended is in the new one. */
static bool is_all_there(const struct sweep *sweep, struct manifest *manifest)
{
    for (size_t i = 0; i < sweep->n_attempts; i++) {
        const struct attempt *attempt = sweep->by_order[i];
        cleanup_free char *out = attempt_path(sweep, attempt, ".out");
        if (attempt->is_final &&
            !manifest_find(manifest, out + strlen(sweep->path) + 1))
            return false;
    }
    return true;
}

int archive_keeps(const struct sweep *sweep, const char *path,
                  struct manifest *manifest, struct error *err)
{
    cleanup_with(comparing_release) struct comparing comparing = {
        .sweep = sweep, .path = path, .manifest = manifest};
    struct error own = {0};

    if (!file_exists(path))
        return 0;
    int rc = bundle_manifest(path, &comparing.old, &own);
    if (rc == 0) {
        find_suspects(&comparing);
        rc = compare_suspects(&comparing, &own);
    }
    if (rc < 0 && own.kind == ERROR_INTERRUPT) {
        *err = own;
        return -1;
    }
    if (rc < 0 && is_all_there(sweep, manifest))
        return 0;
    if (rc < 0)
        return error_set(
            err, ERROR_POLICY,
            "nobody can tell what the older archive holds (%s): " LEAVE_OR_FORCE,
            own.text);
    if (comparing.missing.count > 0)
        return error_set(err, ERROR_POLICY,
                         "the older archive '%s' holds results that a new one would "
                         "not: of %zu file%s, the first is '%.300s'; " LEAVE_OR_FORCE,
                         path_shown(path), comparing.missing.count,
                         comparing.missing.count == 1 ? "" : "s",
                         comparing.missing.items[0]);
    return 0;
}

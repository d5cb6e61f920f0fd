#include "launcher/campaign/loose_outputs.h"

#include <dirent.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>

#include "collector/outcome/evidence.h"
#include "collector/outcome/log_hint.h"
#include "collector/outcome/outcome.h"
#include "collector/scan/near_result.h"
#include "collector/scan/result_witness.h"
#include "collector/scan/worker_logs.h"
#include "launcher/common/files/file.h"
#include "launcher/common/map.h"
#include "launcher/common/memory.h"
#include "launcher/sweep/sweep.h"

#define DEPTH_MAX 64

static bool is_output_name(const char *name)
{
    static const char *const endings[] = {".out", ".log", ".err"};
    size_t size = strlen(name);

    for (size_t i = 0; i < sizeof endings / sizeof *endings; i++) {
        if (size > 4 && strcmp(name + size - 4, endings[i]) == 0)
            return true;
    }
    return false;
}

static int compare(const void *a, const void *b)
{
    return strcmp(*(char *const *)a, *(char *const *)b);
}

/* `<x>.err` beside `<x>.out` belongs to it: one job, one row. */
static bool is_partner(const char *path, const struct words *names)
{
    size_t size = strlen(path);

    if (size < 4 || strcmp(path + size - 4, ".err") != 0)
        return false;
    cleanup_free char *out = xasprintf("%.*s.out", (int)(size - 4), path);
    return bsearch(&(const char *){out}, names->items, names->count,
                   sizeof *names->items, compare) != NULL;
}

static bool is_ray_name(const char *name)
{
    return strcmp(name, "raylet.out") == 0 || worker_logs_is_name(name);
}

/* The names in a folder; `*ret_is_ray`: it is the logs folder of a Ray session. */
static int list_names(const char *folder, struct words *names, bool *ret_is_ray,
                      struct error *err)
{
    DIR *stream = opendir(folder);
    const struct dirent *entry;

    *ret_is_ray = false;
    if (!stream)
        return error_set_errno(err, ERROR_FILE, "cannot open folder '%s'", folder);
    while ((entry = readdir(stream))) {
        if (strcmp(entry->d_name, ".") == 0 || strcmp(entry->d_name, "..") == 0)
            continue;
        words_add(names, entry->d_name);
        *ret_is_ray = *ret_is_ray || is_ray_name(entry->d_name);
    }
    closedir(stream);
    return 0;
}

/* Files; and folders of Ray's logs, which are one source of results each, with a '/'
 * behind their names. */
static int list_outputs(const char *folder, int depth, struct words *outputs,
                        struct error *err)
{
    cleanup_words struct words names = {0};
    bool is_ray = false;

    if (list_names(folder, &names, &is_ray, err) < 0)
        return -1;
    if (is_ray) {
        words_addf(outputs, "%s/", folder);
        return 0;
    }
    for (size_t i = 0; i < names.count; i++) {
        cleanup_free char *path = path_join(folder, names.items[i]);
        struct stat info;
        if (lstat(path, &info) < 0)
            continue;
        if (S_ISREG(info.st_mode) && is_output_name(names.items[i]))
            words_add(outputs, path);
        else if (S_ISDIR(info.st_mode) && depth < DEPTH_MAX &&
                 list_outputs(path, depth + 1, outputs, err) < 0)
            return -1;
    }
    return 0;
}

/* One output file, or one Ray session, and what was found there. */
struct source {
    char *point;       /* owned */
    const char *path;  /* borrowed: the output file, NULL of a session */
    const char *shown; /* borrowed */
    enum scan_pick pick;
    bool require_result;
    struct scan_report scan;
    struct worker_logs workers; /* what its workers' logs hold, where that counts */
};

static void source_release(struct source *source)
{
    free(source->point);
    scan_report_release(&source->scan);
    worker_logs_release(&source->workers);
}

static bool is_from_worker(const struct source *source)
{
    return source->scan.count == 0 && source->workers.scan.count > 0;
}

static void set_evidence(struct row *row, const struct source *source,
                         const struct scan_report *scan, const struct log_hint *hint,
                         const struct outcome *outcome)
{
    struct evidence evidence = {0};
    size_t size = strlen(source->shown);

    if (cause_is_reported(outcome->cause)) {
        const struct scan_result *last = scan_last(scan);
        evidence_set_result(&evidence, SCAN_MARKER, last->json, last->size);
        xreplace(&row->evidence_file, row->output);
    } else {
        evidence_choose(hint, outcome, &evidence);
    }
    if (evidence.line && !*row->evidence_file && !evidence.is_out && size > 4) {
        free(row->evidence_file);
        row->evidence_file = xasprintf("%.*s.err", (int)(size - 4), source->shown);
    } else if (evidence.line && !*row->evidence_file) {
        xreplace(&row->evidence_file, source->shown);
    }
    xreplace(&row->evidence, evidence.line);
    evidence_release(&evidence);
}

static void decide(struct row *row, const struct source *source,
                   const struct scan_report *scan)
{
    cleanup_free char *result_error = NULL;
    cleanup_free char *near_result = NULL;
    struct log_hint hint = {0};
    struct outcome outcome;
    size_t size = source->path ? strlen(source->path) : 0;
    cleanup_free char *err_path =
        xasprintf("%.*s.err", (int)(size > 4 ? size - 4 : size),
                  source->path ? source->path : "");

    if (source->path)
        log_hint_find(source->path, err_path, &hint);
    if (scan->n_good == 0 && source->path)
        near_result = near_result_find(source->path, err_path);
    struct witnesses witnesses = {.has_output = true,
                                  .near_result = near_result,
                                  .is_grace_over = true,
                                  .require_result = source->require_result,
                                  .log_hint = hint.line,
                                  .log_cause = hint.cause[0] ? hint.cause : NULL,
                                  .job = JOB_NOT_ASKED,
                                  .job_exit_code = -1};
    result_witness_take(&witnesses, scan, is_from_worker(source), &result_error);
    outcome_decide(&witnesses, &outcome);
    row->state = outcome.state;
    xreplace(&row->cause, outcome.cause);
    xreplace(&row->message, outcome.message);
    words_copy(&row->warnings, &outcome.warnings);
    set_evidence(row, source, scan, &hint, &outcome);
    outcome_release(&outcome);
    log_hint_release(&hint);
}

static void add_rows(const struct source *source, struct table *table)
{
    bool is_worker = is_from_worker(source);
    const struct scan_report *scan = is_worker ? &source->workers.scan : &source->scan;
    size_t n_rows = source->pick == SCAN_PICK_ALL && scan->count > 1 ? scan->count : 1;

    for (size_t i = 0; i < n_rows; i++) {
        struct row *row = table_add(table);
        size_t index = n_rows > 1 ? i : scan->count - (scan->count > 0);
        xreplace(&row->point, source->point);
        xreplace(&row->output,
                 is_worker ? source->workers.sources.items[index] : source->shown);
        row->n_results = scan->n_good;
        if (index < scan->count)
            row_set_result(row, scan->results[index].json, scan->results[index].size,
                           NULL);
        row->result_number = index + 1;
        decide(row, source, scan);
        result_witness_warn(scan, &row->warnings);
        words_copy(&row->warnings, &source->workers.troubles);
        if (scan->good_differ && n_rows == 1)
            words_addf(&row->warnings,
                       "%s several results that differ; --pick chooses, --pick all "
                       "shows every one",
                       is_worker ? "workers' logs hold" : "the file holds");
    }
}

/* An output file, and beside it the archives of its workers' logs (<x>.ray). */
static int add_file(struct source *source, const char *path, struct table *table,
                    struct error *err)
{
    const char *base = path_base(source->shown);
    const char *dot = strrchr(base, '.');
    size_t size = strlen(path), shown_size = strlen(source->shown);

    if (scan_file(path, source->pick, false, &source->scan, err) < 0)
        return -1;
    source->path = path;
    source->point =
        xmemdup(base, dot && dot != base ? (size_t)(dot - base) : strlen(base));
    if (source->scan.count == 0 && size > 4 && shown_size > 4) {
        cleanup_free char *folder = xasprintf("%.*s.ray", (int)(size - 4), path);
        cleanup_free char *shown =
            xasprintf("%.*s.ray", (int)(shown_size - 4), source->shown);
        worker_logs_read(folder, shown, source->pick, &source->workers);
    }
    add_rows(source, table);
    return 0;
}

/* The logs folder of a Ray session is one row, called after the session. */
static void add_session(struct source *source, const char *path, struct table *table)
{
    size_t size = strlen(path);

    while (size > 1 && path[size - 1] == '/')
        size--;
    cleanup_free char *folder = xmemdup(path, size);
    cleanup_free char *parent = path_dir(folder);
    bool is_inside = strcmp(path_base(folder), "logs") == 0;
    cleanup_free char *shown =
        xmemdup(source->shown, strlen(source->shown) - (*source->shown ? 1 : 0));

    source->point = xstrdup(path_base(is_inside ? parent : folder));
    source->shown = shown;
    worker_logs_read(folder, shown, source->pick, &source->workers);
    if (source->workers.scan.count == 0)
        source->scan.n_malformed = source->workers.scan.n_malformed;
    add_rows(source, table);
}

static int add_output(const char *path, const char *shown, enum scan_pick pick,
                      bool require_result, struct table *table, struct error *err)
{
    cleanup_with(source_release) struct source source = {
        .shown = shown, .pick = pick, .require_result = require_result};

    if (path[strlen(path) - 1] != '/')
        return add_file(&source, path, table, err);
    add_session(&source, path, table);
    return 0;
}

/* Files of several names (the task of an array writes one that its point has a link
 * to): which of the names counts. */
struct second_names {
    struct words keys;    /* device and inode, by index of the name; "" one name */
    struct map preferred; /* of a key: index of the name that counts */
};

static void second_names_release(struct second_names *second)
{
    map_release(&second->preferred);
    words_release(&second->keys);
}

/* The name of a point says more than that of a task. */
static void find_second_names(const struct words *names, struct second_names *second)
{
    for (size_t i = 0; i < names->count; i++) {
        struct stat info;
        if (stat(names->items[i], &info) == 0 && S_ISREG(info.st_mode) &&
            info.st_nlink > 1)
            words_addf(&second->keys, "%ju:%ju", (uintmax_t)info.st_dev,
                       (uintmax_t)info.st_ino);
        else
            words_add(&second->keys, "");
    }
    for (size_t i = 0; i < names->count; i++) {
        const char *key = second->keys.items[i];
        const char *base = path_base(names->items[i]);
        size_t other;
        if (*key && (!map_get(&second->preferred, key, &other) ||
                     strncmp(base, ARRAY_OUTPUT "-", sizeof ARRAY_OUTPUT) != 0))
            map_set(&second->preferred, key, i);
    }
}

static bool is_second_name(const struct second_names *second, size_t index)
{
    const char *key = second->keys.items[index];
    size_t preferred;

    return *key && map_get(&second->preferred, key, &preferred) && preferred != index;
}

int loose_outputs_add_rows(const char *path, enum scan_pick pick, bool require_result,
                           struct table *table, size_t *ret_n_files, struct error *err)
{
    cleanup_words struct words names = {0};
    size_t skip = strlen(path);

    if (!folder_exists(path)) {
        ++*ret_n_files;
        return add_output(path, path, pick, require_result, table, err);
    }
    if (list_outputs(path, 0, &names, err) < 0)
        return -1;
    if (names.count > 0)
        qsort(names.items, names.count, sizeof *names.items, compare);
    cleanup_with(second_names_release) struct second_names second = {0};
    find_second_names(&names, &second);
    for (size_t i = 0; i < names.count; i++) {
        const char *shown = names.items[i] + skip;
        if (is_partner(names.items[i], &names) || is_second_name(&second, i))
            continue;
        ++*ret_n_files;
        if (add_output(names.items[i], shown + strspn(shown, "/"), pick, require_result,
                       table, err) < 0)
            return -1;
    }
    return 0;
}

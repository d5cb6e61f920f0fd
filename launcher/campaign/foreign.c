#include "launcher/campaign/foreign.h"

#include <dirent.h>
#include <errno.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>

#include "collector/outcome/log_hint.h"
#include "collector/outcome/outcome.h"
#include "launcher/common/file.h"
#include "launcher/common/memory.h"

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

static int list_outputs(const char *folder, int depth, struct words *names,
                        struct error *err)
{
    DIR *stream = opendir(folder);
    struct dirent *entry;
    int rc = 0;

    if (!stream)
        return error_set_errno(err, ERROR_FILE, "cannot open folder '%s'", folder);
    while (rc == 0 && (entry = readdir(stream))) {
        if (strcmp(entry->d_name, ".") == 0 || strcmp(entry->d_name, "..") == 0)
            continue;
        cleanup_free char *path = path_join(folder, entry->d_name);
        struct stat info;
        if (lstat(path, &info) < 0)
            continue;
        if (S_ISDIR(info.st_mode) && depth < DEPTH_MAX)
            rc = list_outputs(path, depth + 1, names, err);
        else if (S_ISREG(info.st_mode) && is_output_name(entry->d_name))
            words_add(names, path);
    }
    closedir(stream);
    return rc;
}

static void set(char **owned, const char *value)
{
    free(*owned);
    *owned = xstrdup(value ? value : "");
}

static enum result_witness set_result(struct row *row, const struct scan_report *scan,
                                      size_t index, char **ret_error)
{
    if (scan->count == 0)
        return scan->n_malformed > 0 ? RESULT_MALFORMED : RESULT_NONE;
    const struct scan_result *result = &scan->results[index];
    const char *status = row_set_result(row, result->json, result->size, ret_error);
    if (strcmp(status, "timeout") == 0)
        return RESULT_TIMEOUT;
    return *status && strcmp(status, "completed") != 0 ? RESULT_FAILED
                                                       : RESULT_COMPLETED;
}

static void decide(struct row *row, const char *path, const struct scan_report *scan,
                   enum result_witness result, const char *result_error,
                   bool require_result)
{
    struct log_hint hint = {0};
    struct outcome outcome;
    size_t size = strlen(path);
    cleanup_free char *log =
        xasprintf("%.*s.err", (int)(size > 4 ? size - 4 : size), path);

    if (result != RESULT_COMPLETED)
        log_hint_find(path, log, &hint);
    struct evidence evidence = {.has_output = true,
                                .is_grace_over = true,
                                .require_result = require_result,
                                .result = result,
                                .result_error = result_error ? result_error
                                                : result == RESULT_MALFORMED
                                                    ? scan->malformed_why
                                                    : NULL,
                                .log_hint = hint.line,
                                .log_cause = hint.cause[0] ? hint.cause : NULL,
                                .job = JOB_NOT_ASKED,
                                .job_exit_code = -1};
    outcome_decide(&evidence, &outcome);
    row->state = outcome.state;
    set(&row->cause, outcome.cause);
    set(&row->message, outcome.message);
    words_copy(&row->warnings, &outcome.warnings);
    outcome_release(&outcome);
    log_hint_release(&hint);
}

static int add_file(const char *path, const char *shown, enum scan_pick pick,
                    bool require_result, struct table *table, struct error *err)
{
    struct scan_report scan = {0};
    const char *base = path_base(shown);
    const char *dot = strrchr(base, '.');

    if (scan_file(path, pick, false, &scan, err) < 0)
        return -1;
    size_t n_rows = pick == SCAN_PICK_ALL && scan.count > 1 ? scan.count : 1;
    for (size_t i = 0; i < n_rows; i++) {
        struct row *row = table_add(table);
        cleanup_free char *result_error = NULL;
        free(row->point);
        row->point =
            xmemdup(base, dot && dot != base ? (size_t)(dot - base) : strlen(base));
        set(&row->output, shown);
        row->n_results = scan.n_good;
        enum result_witness result = set_result(
            row, &scan, n_rows > 1 ? i : scan.count - (scan.count > 0), &result_error);
        decide(row, path, &scan, result, result_error, require_result);
        if (scan.good_differ && n_rows == 1)
            words_add(&row->warnings,
                      "the file holds several results that differ; --pick "
                      "chooses, --pick all shows every one");
    }
    scan_report_release(&scan);
    return 0;
}

int foreign_add_rows(const char *path, enum scan_pick pick, bool require_result,
                     struct table *table, size_t *ret_n_files, struct error *err)
{
    cleanup_words struct words names = {0};
    size_t skip = strlen(path);

    if (!folder_exists(path)) {
        ++*ret_n_files;
        return add_file(path, path, pick, require_result, table, err);
    }
    if (list_outputs(path, 0, &names, err) < 0)
        return -1;
    if (names.count > 0)
        qsort(names.items, names.count, sizeof *names.items, compare);
    for (size_t i = 0; i < names.count; i++) {
        const char *shown = names.items[i] + skip;
        if (is_partner(names.items[i], &names))
            continue;
        ++*ret_n_files;
        if (add_file(names.items[i], shown + strspn(shown, "/"), pick, require_result,
                     table, err) < 0)
            return -1;
    }
    return 0;
}

#include "collector/scan/worker_logs.h"

#include <dirent.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>

#include "collector/archive/members.h"
#include "launcher/common/files/file.h"
#include "launcher/common/limits.h"
#include "launcher/common/memory.h"
#include "launcher/common/text/utf8.h"

#define ID_LEAST_DIGITS 16 /* 56 of today's Ray; a user's own worker-1.out has fewer */

/* One worker's file that holds results. */
struct found {
    char *source; /* owned */
    double changed_at;
    struct scan_report scan; /* owned */
};

struct search {
    enum scan_pick pick;
    const char *shown; /* borrowed: "points/x.ray/rl2.tar.gz" while it is read */
    struct found *found;
    size_t count, cap;
    size_t n_malformed;
};

static bool begins(const char *name, const char *words)
{
    return strncmp(name, words, strlen(words)) == 0;
}

static bool ends(const char *name, size_t size, const char *words)
{
    size_t tail = strlen(words);

    return size > tail && memcmp(name + size - tail, words, tail) == 0;
}

/* "worker-<hex of the worker>-<hex of the job>-<pid>.out" */
static bool is_worker(const char *name)
{
    static const char prefix[] = "worker-";
    size_t skip = sizeof prefix - 1;

    if (!begins(name, prefix))
        return false;
    size_t n_digits = strspn(name + skip, "0123456789abcdef");
    return n_digits >= ID_LEAST_DIGITS && name[skip + n_digits] == '-';
}

bool worker_logs_is_name(const char *name)
{
    size_t size = strlen(name);

    while (size > 0 && name[size - 1] >= '0' && name[size - 1] <= '9')
        size--;
    size = size > 0 && name[size - 1] == '.' && name[size] ? size - 1 : strlen(name);
    return (is_worker(name) && ends(name, size, ".out")) ||
           (begins(name, "job-driver-") && ends(name, size, ".log"));
}

/* `scan` is taken. */
static void keep(struct search *search, char *source, double changed_at,
                 struct scan_report *scan)
{
    search->n_malformed += scan->n_malformed;
    if (scan->count == 0) {
        scan_report_release(scan);
        free(source);
        return;
    }
    search->found =
        xgrow(search->found, search->count, &search->cap, sizeof *search->found);
    search->found[search->count++] =
        (struct found){.source = source, .changed_at = changed_at, .scan = *scan};
}

static bool wants(void *context, const char *name)
{
    (void)context;
    return worker_logs_is_name(path_base(name));
}

static void take(void *context, const struct member *member)
{
    struct search *search = context;
    cleanup_text struct text source = {.max = LIMIT_NAME_BYTES};
    const char *base = path_base(member->name);
    struct scan_report scan;

    text_addf(&source, "%s#", search->shown);
    utf8_add_printable(&source, base, strlen(base));
    scan_bytes(member->bytes, member->size, search->pick, false, &scan);
    keep(search, text_take(&source), member->changed_at, &scan);
}

static void look_into(struct search *search, const char *path, const char *shown,
                      const struct stat *info, struct words *troubles)
{
    size_t size = strlen(shown);
    struct error err = {0};
    struct scan_report scan;

    search->shown = shown;
    if (ends(shown, size, ".tar.gz")) {
        if (members_read(path, wants, take, search, &err) < 0)
            words_add(troubles, err.text);
    } else if (!worker_logs_is_name(path_base(shown))) {
        return;
    } else if (scan_file(path, search->pick, false, &scan, &err) < 0) {
        words_add(troubles, err.text);
    } else {
        keep(search, xstrdup(shown), (double)info->st_mtime, &scan);
    }
}

static void look_at_all(struct search *search, const char *folder, const char *shown,
                        struct words *troubles)
{
    DIR *stream = opendir(folder);
    const struct dirent *entry;
    size_t n_files = 0;

    while (stream && (entry = readdir(stream))) {
        cleanup_free char *path = path_join(folder, entry->d_name);
        cleanup_free char *name =
            *shown ? path_join(shown, entry->d_name) : xstrdup(entry->d_name);
        struct stat info;
        if (entry->d_name[0] == '.' || lstat(path, &info) < 0 || !S_ISREG(info.st_mode))
            continue;
        if (++n_files > LIMIT_LOG_FILES) {
            words_addf(troubles,
                       "'%s' holds more than %lu files; the rest was left out", folder,
                       LIMIT_LOG_FILES);
            break;
        }
        look_into(search, path, name, &info, troubles);
    }
    if (stream)
        closedir(stream);
}

static int compare(const void *a, const void *b)
{
    const struct found *one = a, *other = b;

    if (one->changed_at < other->changed_at || one->changed_at > other->changed_at)
        return one->changed_at < other->changed_at ? -1 : 1;
    return strcmp(one->source, other->source);
}

static bool is_same(const struct scan_result *one, const struct scan_result *other)
{
    return one->size == other->size && memcmp(one->json, other->json, one->size) == 0;
}

/* The results of one file behind those of the files before. */
static void append(struct worker_logs *logs, struct found *found, enum scan_pick pick,
                   size_t *cap)
{
    struct scan_report *all = &logs->scan, *one = &found->scan;

    scan_statement_join(&all->says, &one->says, one->n_good > 0);
    all->n_good += one->n_good;
    all->size += one->size;
    all->is_full = all->is_full || one->is_full;
    all->good_differ =
        all->good_differ || one->good_differ ||
        (all->count > 0 && !is_same(&all->results[all->count - 1], &one->results[0]));
    const struct scan_result *last = scan_last(one);
    free(all->unpicked_last.json);
    all->unpicked_last = (struct scan_result){0};
    if (one->unpicked_last.json || (pick == SCAN_PICK_FIRST && all->count > 0))
        all->unpicked_last = (struct scan_result){
            last->offset, xmemdup(last->json, last->size), last->size};
    for (size_t i = 0; i < one->count; i++) {
        if (pick == SCAN_PICK_FIRST && all->count > 0)
            break;
        if (pick == SCAN_PICK_LAST && all->count > 0) {
            free(all->results[--all->count].json);
            words_release(&logs->sources);
        }
        all->results = xgrow(all->results, all->count, cap, sizeof *all->results);
        all->results[all->count++] = one->results[i];
        one->results[i].json = NULL;
        words_add(&logs->sources, found->source);
    }
}

void worker_logs_read(const char *folder, const char *shown, enum scan_pick pick,
                      struct worker_logs *ret_logs)
{
    struct search search = {.pick = pick};
    size_t cap = 0;

    *ret_logs = (struct worker_logs){0};
    look_at_all(&search, folder, shown, &ret_logs->troubles);
    if (search.count > 0)
        qsort(search.found, search.count, sizeof *search.found, compare);
    for (size_t i = 0; i < search.count; i++) {
        append(ret_logs, &search.found[i], pick, &cap);
        scan_report_release(&search.found[i].scan);
        free(search.found[i].source);
    }
    free(search.found);
    ret_logs->n_files = search.count;
    ret_logs->scan.n_malformed = search.n_malformed;
}

void worker_logs_release(struct worker_logs *logs)
{
    scan_report_release(&logs->scan);
    words_release(&logs->sources);
    words_release(&logs->troubles);
    *logs = (struct worker_logs){0};
}

#include "launcher/commands/locate.h"

#include <dirent.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "launcher/common/files/file.h"
#include "launcher/common/limits.h"
#include "launcher/common/memory.h"
#include "launcher/common/text/near.h"
#include "launcher/common/trees/json_write.h"

bool locate_is_sweep(const char *path)
{
    cleanup_free char *journal = path_join(path, "journal.jsonl");

    return file_exists(journal);
}

static bool is_later(const struct timespec *a, const struct timespec *b)
{
    return a->tv_sec > b->tv_sec || (a->tv_sec == b->tv_sec && a->tv_nsec > b->tv_nsec);
}

static bool is_callers(const char *folder, const char *name)
{
    cleanup_free char *path = path_join(folder, name);
    struct stat info;

    return stat(path, &info) == 0 && info.st_uid == geteuid();
}

/* The newest one is the caller's own, if any is. */
static void list_sweeps(const char *folder, struct words *names, size_t *ret_newest)
{
    DIR *stream = opendir(folder);
    struct dirent *entry;
    struct timespec newest = {0};
    bool is_newest_own = false;

    while (stream && (entry = readdir(stream))) {
        struct stat info;
        cleanup_free char *journal =
            xasprintf("%s/%s/journal.jsonl", folder, entry->d_name);
        if (entry->d_name[0] == '.' || stat(journal, &info) < 0)
            continue;
        bool is_own = is_callers(folder, entry->d_name);
        if (names->count == 0 || (is_own && !is_newest_own) ||
            (is_own == is_newest_own && is_later(&info.st_mtim, &newest))) {
            newest = info.st_mtim;
            is_newest_own = is_own;
            *ret_newest = names->count;
        }
        words_add(names, entry->d_name);
    }
    if (stream)
        closedir(stream);
}

int locate_sweep(const struct settings *settings, const char *word, char **ret_path,
                 struct error *err)
{
    const char *folder = settings_text(settings, SETTING_OUTPUT_DIR);
    cleanup_words struct words names = {0};
    size_t newest = 0;

    if (word) {
        cleanup_free char *inside = path_join(folder, word);
        if (locate_is_sweep(inside) || locate_is_sweep(word)) {
            *ret_path = locate_is_sweep(inside) ? steal(&inside) : xstrdup(word);
            return 0;
        }
    }
    list_sweeps(folder, &names, &newest);
    if (names.count == 0 && word)
        return error_set(err, ERROR_INPUT,
                         "there is no file or folder '%s', and no sweep of that name: "
                         "'%s' holds none",
                         word, folder);
    if (names.count == 0)
        return error_set(
            err, ERROR_INPUT,
            "there is no sweep in '%s'; name its folder, or start one with "
            "`raylaunch sweep`",
            folder);
    if (!word) {
        *ret_path = path_join(folder, names.items[newest]);
        return 0;
    }
    const char *near = near_name(word, (const char *const *)names.items, names.count);
    return error_set(err, ERROR_INPUT,
                     "no file, folder or sweep '%s' ('%s' holds %zu sweeps)%s%s%s",
                     word, folder, names.count, near ? "; did you mean '" : "",
                     near ? near : "", near ? "'?" : "");
}

/* Its acceptance stands in the journal; of a task, that of its array. */
static bool has_job(const char *path, const char *job_id)
{
    cleanup_free char *journal = path_join(path, "journal.jsonl");
    cleanup_free char *number = xmemdup(job_id, strcspn(job_id, "_"));
    cleanup_text struct text member = {0};
    struct json_writer json;
    cleanup_free char *bytes = NULL;
    size_t size;
    struct error ignored = {0};

    jsonwrite_begin(&json, &member);
    jsonwrite_object(&json, NULL);
    jsonwrite_string(&json, "job_id", number);
    return file_read_all(journal, LIMIT_JOURNAL_BYTES, &bytes, &size, &ignored) == 0 &&
           memmem(bytes, size, member.bytes + 1, member.size - 1) != NULL;
}

static double changed_at(const char *path)
{
    cleanup_free char *journal = path_join(path, "journal.jsonl");
    struct stat info;

    return stat(journal, &info) < 0
               ? 0
               : (double)info.st_mtim.tv_sec + (double)info.st_mtim.tv_nsec / 1e9;
}

int locate_job(const struct settings *settings, const char *job_id, char **ret_path,
               struct error *err)
{
    const char *folder = settings_text(settings, SETTING_OUTPUT_DIR);
    cleanup_words struct words names = {0};
    cleanup_free char *found = NULL;
    size_t ignored;
    double newest = -1;

    list_sweeps(folder, &names, &ignored);
    for (size_t i = 0; i < names.count; i++) {
        cleanup_free char *path = path_join(folder, names.items[i]);
        double changed = changed_at(path);
        if (changed <= newest || !has_job(path, job_id))
            continue;
        memory_free_at(&found);
        found = steal(&path);
        newest = changed;
    }
    if (!found)
        return error_set(err, ERROR_INPUT,
                         "no sweep in '%s' has the job %s; `scancel %s` ends a job of "
                         "something else",
                         folder, job_id, job_id);
    *ret_path = steal(&found);
    return 0;
}

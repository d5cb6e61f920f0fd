#include "launcher/commands/locate.h"

#include <dirent.h>
#include <string.h>
#include <sys/stat.h>

#include "launcher/common/file.h"
#include "launcher/common/memory.h"
#include "launcher/common/near.h"

bool locate_is_sweep(const char *path)
{
    cleanup_free char *journal = path_join(path, "journal.jsonl");

    return file_exists(journal);
}

static void list_sweeps(const char *folder, struct words *names, size_t *ret_newest)
{
    DIR *stream = opendir(folder);
    struct dirent *entry;
    struct timespec newest = {0};

    while (stream && (entry = readdir(stream))) {
        struct stat info;
        cleanup_free char *journal =
            xasprintf("%s/%s/journal.jsonl", folder, entry->d_name);
        if (entry->d_name[0] == '.' || stat(journal, &info) < 0)
            continue;
        if (names->count == 0 || info.st_mtim.tv_sec > newest.tv_sec ||
            (info.st_mtim.tv_sec == newest.tv_sec &&
             info.st_mtim.tv_nsec > newest.tv_nsec)) {
            newest = info.st_mtim;
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
    return error_set(err, ERROR_INPUT, "no sweep '%s' in '%s' (%zu there)%s%s%s", word,
                     folder, names.count, near ? "; did you mean '" : "",
                     near ? near : "", near ? "'?" : "");
}

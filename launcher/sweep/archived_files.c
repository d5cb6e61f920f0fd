#include "launcher/sweep/archived_files.h"

#include <dirent.h>
#include <string.h>
#include <sys/stat.h>

#include "launcher/common/files/file.h"
#include "launcher/common/map.h"
#include "launcher/common/memory.h"

static bool is_archived(const char *name)
{
    const char *dot = strrchr(name, '.');

    return strcmp(name, "lock") != 0 && strncmp(name, "lock.", 5) != 0 &&
           !strstr(name, ".tar.zst") &&
           !(dot && (strcmp(dot, ".part") == 0 || strcmp(dot, ".claim") == 0));
}

/* Regular files below `folder`; links (claims) and the rest stay out. */
static void list_files(const char *folder, const char *prefix, struct words *names)
{
    DIR *stream = opendir(folder);
    struct dirent *entry;

    while (stream && (entry = readdir(stream))) {
        if (entry->d_name[0] == '.' || (!*prefix && !is_archived(entry->d_name)))
            continue;
        cleanup_free char *path = path_join(folder, entry->d_name);
        cleanup_free char *name =
            *prefix ? path_join(prefix, entry->d_name) : xstrdup(entry->d_name);
        struct stat info;
        if (lstat(path, &info) < 0)
            continue;
        if (S_ISDIR(info.st_mode))
            list_files(path, name, names);
        else if (S_ISREG(info.st_mode) && is_archived(entry->d_name))
            words_add(names, name);
    }
    if (stream)
        closedir(stream);
}

/* "device:inode" of a file with more than one name; NULL: it has one. Owned. */
static char *identity_of(const char *folder, const char *name)
{
    cleanup_free char *path = path_join(folder, name);
    struct stat info;

    if (lstat(path, &info) < 0 || info.st_nlink < 2)
        return NULL;
    return xasprintf("%llx:%llx", (unsigned long long)info.st_dev,
                     (unsigned long long)info.st_ino);
}

static bool is_of_array(const char *name)
{
    return strncmp(path_base(name), "array-", 6) == 0;
}

static void drop_second_names(const char *folder, struct words *names)
{
    struct map outputs = {0};
    cleanup_words struct words keys = {0}; /* the map borrows them */
    size_t left = 0, ignored;

    for (size_t i = 0; i < names->count; i++) {
        char *identity =
            is_of_array(names->items[i]) ? identity_of(folder, names->items[i]) : NULL;
        if (!identity)
            continue;
        words_take(&keys, identity);
        map_set(&outputs, identity, i);
    }
    for (size_t i = 0; i < names->count; i++) {
        cleanup_free char *identity =
            is_of_array(names->items[i]) ? NULL : identity_of(folder, names->items[i]);
        if (identity && map_get(&outputs, identity, &ignored))
            memory_free_at(&names->items[i]);
        else
            names->items[left++] = names->items[i];
    }
    names->count = left;
    map_release(&outputs);
}

void archived_files(const char *folder, struct words *names)
{
    list_files(folder, "", names);
    drop_second_names(folder, names);
}

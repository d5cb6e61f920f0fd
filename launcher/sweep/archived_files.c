#include "launcher/sweep/archived_files.h"

#include <ctype.h>
#include <dirent.h>
#include <errno.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "collector/archive/manifest.h"
#include "launcher/common/files/file.h"
#include "launcher/common/limits.h"
#include "launcher/common/map.h"
#include "launcher/common/memory.h"

struct choice {
    const char *folder;     /* borrowed */
    const char *archive;    /* borrowed: name of the own one */
    struct words *names;    /* borrowed */
    struct words *left_out; /* borrowed */
};

static bool ends_in(const char *name, const char *ending)
{
    size_t size = strlen(name), length = strlen(ending);

    return size >= length && strcmp(name + size - length, ending) == 0;
}

/* Files that are written beside their place, then renamed: "results.csv.1a2b3c4d.part",
 * and those of the runtime and of workers' logs. What else ends so is the program's. */
static bool is_half_written(const char *name)
{
    size_t size = strlen(name), n_digits = 0;

    if (!ends_in(name, ".part"))
        return false;
    if (strncmp(name, "runtime/", 8) == 0 || ends_in(name, ".tar.gz.part"))
        return true;
    for (const char *at = name + size - 6; at > name && isxdigit((unsigned char)*at);
         at--)
        n_digits++;
    return n_digits >= 4 && name[size - 6 - n_digits] == '.';
}

static bool is_own_of_moment(const struct choice *choice, const char *name,
                             bool is_link)
{
    size_t size = strlen(choice->archive);

    return strcmp(name, "lock") == 0 || strncmp(name, "lock.", 5) == 0 ||
           (is_link && ends_in(name, ".claim")) || is_half_written(name) ||
           (strncmp(name, choice->archive, size) == 0 &&
            (!name[size] || strcmp(name + size, ".sha256") == 0));
}

/* NULL: it goes in. Borrowed. */
static const char *why_not(const char *path, const char *name, const struct stat *info)
{
    char target[LIMIT_PATH_BYTES] = "";
    cleanup_free char *member = xasprintf("x/%s", name);
    ssize_t size =
        S_ISLNK(info->st_mode) ? readlink(path, target, sizeof target - 1) : 0;

    if (!manifest_name_is_safe(name))
        return "it lies too deep, or its name is too long";
    if (S_ISLNK(info->st_mode) && (size < 0 || !manifest_link_is_safe(member, target)))
        return "a link that leads out of the folder, or has a whole path";
    if (S_ISLNK(info->st_mode))
        return NULL;
    if (!S_ISREG(info->st_mode))
        return "neither a file nor a folder nor a link";
    return access(path, R_OK) < 0 ? "it cannot be read" : NULL;
}

static void list_files(const struct choice *choice, const char *prefix);

static void take(const struct choice *choice, const char *name)
{
    cleanup_free char *path = path_join(choice->folder, name);
    struct stat info;

    if (lstat(path, &info) < 0) {
        if (errno != ENOENT)
            words_addf(choice->left_out, "'%s': %s", name, strerror(errno));
        return;
    }
    if (S_ISDIR(info.st_mode)) {
        list_files(choice, name);
        return;
    }
    if (is_own_of_moment(choice, name, S_ISLNK(info.st_mode)))
        return;
    const char *why = why_not(path, name, &info);
    if (why)
        words_addf(choice->left_out, "'%s': %s", name, why);
    else
        words_add(choice->names, name);
}

static void list_files(const struct choice *choice, const char *prefix)
{
    cleanup_free char *folder =
        *prefix ? path_join(choice->folder, prefix) : xstrdup(choice->folder);
    cleanup_words struct words inside = {0};
    DIR *stream = opendir(folder);
    struct dirent *entry;

    if (!stream && *prefix)
        words_addf(choice->left_out, "'%s/': %s", prefix, strerror(errno));
    while (stream && (entry = readdir(stream))) {
        if (strcmp(entry->d_name, ".") != 0 && strcmp(entry->d_name, "..") != 0)
            words_take(&inside, *prefix ? path_join(prefix, entry->d_name)
                                        : xstrdup(entry->d_name));
    }
    if (stream)
        closedir(stream);
    for (size_t i = 0; i < inside.count; i++)
        take(choice, inside.items[i]);
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

void archived_files(const char *folder, const char *archive, struct words *names,
                    struct words *left_out)
{
    struct choice choice = {folder, archive, names, left_out};

    list_files(&choice, "");
    drop_second_names(folder, names);
}

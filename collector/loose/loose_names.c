#include "collector/loose/loose_names.h"

#include <dirent.h>
#include <errno.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>

#include "collector/scan/worker_logs.h"
#include "launcher/common/files/file.h"
#include "launcher/common/map.h"
#include "launcher/common/memory.h"
#include "launcher/common/processes/interrupt.h"

#define DEPTH_MAX 1000 /* PATH_MAX comes first */

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
    for (;;) {
        errno = 0;
        entry = readdir(stream);
        if (!entry)
            break;
        if (strcmp(entry->d_name, ".") == 0 || strcmp(entry->d_name, "..") == 0)
            continue;
        words_add(names, entry->d_name);
        *ret_is_ray = *ret_is_ray || is_ray_name(entry->d_name);
    }
    int rc =
        errno ? error_set_errno(err, ERROR_FILE, "cannot read folder '%s'", folder) : 0;
    closedir(stream);
    return rc;
}

struct finding {
    struct words *outputs;  /* borrowed */
    struct words *troubles; /* borrowed: what could not be looked at */
};

static int list_outputs(struct finding *finding, const char *folder, int depth,
                        struct error *err);

static int look_at(struct finding *finding, const char *folder, const char *name,
                   int depth, struct error *err)
{
    cleanup_free char *path = path_join(folder, name);
    struct error below = {0};
    struct stat info;

    if (interrupt_is_pending())
        return interrupt_error(err, "while looking for output files");
    if (lstat(path, &info) < 0) {
        if (errno != ENOENT)
            error_set_errno(&below, ERROR_FILE, "cannot look at '%s'", path);
    } else if (S_ISREG(info.st_mode) && is_output_name(name)) {
        words_add(finding->outputs, path);
    } else if (S_ISDIR(info.st_mode) && depth >= DEPTH_MAX) {
        error_set(&below, ERROR_FILE, "'%s' lies too deep", path);
    } else if (S_ISDIR(info.st_mode) &&
               list_outputs(finding, path, depth + 1, &below) < 0 &&
               below.kind == ERROR_INTERRUPT) {
        *err = below;
        return -1;
    }
    if (below.kind != ERROR_NONE)
        words_add(finding->troubles, below.text);
    return 0;
}

/* Files; and folders of Ray's logs, which are one source of results each, with a '/'
 * behind their names. What lies below and cannot be read is a trouble. */
static int list_outputs(struct finding *finding, const char *folder, int depth,
                        struct error *err)
{
    cleanup_words struct words names = {0};
    bool is_ray = false;

    if (list_names(folder, &names, &is_ray, err) < 0)
        return -1;
    if (is_ray) {
        words_addf(finding->outputs, "%s/", folder);
        return 0;
    }
    for (size_t i = 0; i < names.count; i++) {
        if (look_at(finding, folder, names.items[i], depth, err) < 0)
            return -1;
    }
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
                     strncmp(base, LOOSE_ARRAY_NAME "-", sizeof LOOSE_ARRAY_NAME) != 0))
            map_set(&second->preferred, key, i);
    }
}

static bool is_second_name(const struct second_names *second, size_t index)
{
    const char *key = second->keys.items[index];
    size_t preferred;

    return *key && map_get(&second->preferred, key, &preferred) && preferred != index;
}

int loose_names_find(const char *folder, struct words *names, struct words *troubles,
                     struct error *err)
{
    cleanup_words struct words all = {0};
    struct finding finding = {.outputs = &all, .troubles = troubles};
    cleanup_with(second_names_release) struct second_names second = {0};

    if (list_outputs(&finding, folder, 0, err) < 0)
        return -1;
    if (all.count > 0)
        qsort(all.items, all.count, sizeof *all.items, compare);
    find_second_names(&all, &second);
    for (size_t i = 0; i < all.count; i++) {
        if (!is_partner(all.items[i], &all) && !is_second_name(&second, i))
            words_add(names, all.items[i]);
    }
    return 0;
}

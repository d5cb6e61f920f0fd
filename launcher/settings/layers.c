#include "launcher/settings/layers.h"

#include <errno.h>
#include <fcntl.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "launcher/common/files/file.h"
#include "launcher/common/limits.h"
#include "launcher/common/memory.h"
#include "launcher/common/trees/tree_load.h"
#include "launcher/settings/apply.h"
#include "launcher/settings/trust.h"

#define PROJECT_FILE "raylaunch.yaml"
#define FOLDERS_UP_MAX 256

static int read_open_file(int fd, const char *path, struct layer *layer,
                          struct error *err)
{
    struct stat info;

    if (fstat(fd, &info) < 0)
        return error_set_errno(err, ERROR_FILE, "cannot open '%s'", path);
    cleanup_free char *bytes = NULL;
    size_t size = 0;
    if (file_read_fd(fd, path, LIMIT_CONFIG_BYTES, &bytes, &size, err) < 0)
        return -1;
    layer->tree = tree_parse(bytes, size, path, false, err);
    if (!layer->tree)
        return -1;
    layer->doubt = trust_doubt(fd, &info, path);
    return 0;
}

/* One file of the user's, if it is there: its tree and the doubt in it. The tree stays
 * NULL when there is none. */
static int layers_read_file(const char *path, struct layer *layer, struct error *err)
{
    struct stat link;

    if (lstat(path, &link) < 0)
        return errno == ENOENT || errno == ENOTDIR || errno == EACCES
                   ? 0
                   : error_set_errno(err, ERROR_FILE, "cannot look at '%s'", path);
    /* A link is a choice too: another user's could point at any file of ours. */
    if (S_ISLNK(link.st_mode) && !trust_is_ours(&link))
        return error_set(
            err, ERROR_POLICY,
            "'%s' is a link made by user %u: remove it, or use --no-config", path,
            (unsigned)link.st_uid);
    cleanup_close int fd = open(path, O_RDONLY | O_CLOEXEC | O_NONBLOCK | O_NOCTTY);
    if (fd < 0)
        return error_set_errno(err, ERROR_FILE, "cannot open '%s'", path);
    return read_open_file(fd, path, layer, err);
}

static bool is_same(const struct stat *a, const struct stat *b)
{
    return a->st_dev == b->st_dev && a->st_ino == b->st_ino;
}

static bool is_home(const struct stat *folder)
{
    const char *home = getenv("HOME");
    struct stat info;

    return home && *home && stat(home, &info) == 0 && is_same(folder, &info);
}

/* "raylaunch.yaml" in the working folder; a full path above it. */
static char *project_path(const char *folder)
{
    cleanup_free char *path = path_join(folder, PROJECT_FILE);

    if (!file_exists(path))
        return NULL;
    if (strcmp(folder, ".") == 0)
        return xstrdup(PROJECT_FILE);
    char *full = realpath(folder, NULL);
    if (!full)
        return steal(&path);
    char *joined = path_join(full, PROJECT_FILE);
    free(full);
    return joined;
}

char *layers_find_project(void)
{
    cleanup_text struct text folder = {0};
    struct stat start;
    struct stat below = {0};

    if (stat(".", &start) < 0)
        return NULL;
    text_add(&folder, ".");
    for (int i = 0; i < FOLDERS_UP_MAX; i++) {
        struct stat info;
        if (stat(text_string(&folder), &info) < 0 || info.st_dev != start.st_dev ||
            !trust_is_ours(&info) || (i > 0 && is_same(&info, &below)))
            return NULL;
        char *path = project_path(text_string(&folder));
        if (path || is_home(&info))
            return path;
        below = info;
        text_add(&folder, "/..");
    }
    return NULL;
}

static char *user_path(void)
{
    const char *config = getenv("XDG_CONFIG_HOME");
    const char *home = getenv("HOME");

    if (config && *config == '/')
        return xasprintf("%s/raylaunch/config.yaml", config);
    return home && *home == '/' ? xasprintf("%s/.config/raylaunch/config.yaml", home)
                                : NULL;
}

/* `path` is taken; NULL is no file. */
static int add_layer(struct layers *layers, enum setting_rank rank, char *path,
                     struct error *err)
{
    cleanup_free char *source = path;
    struct layer layer = {.rank = rank};

    if (!source)
        return 0;
    if (layers_read_file(source, &layer, err) < 0)
        return -1;
    if (layer.tree) {
        layer.source = steal(&source);
        layers->items[layers->count++] = layer;
    }
    return 0;
}

int layers_load(struct layers *ret_layers, struct error *err)
{
    struct layers layers = {0};

    if (add_layer(&layers, RANK_SYSTEM, xstrdup("/etc/raylaunch/config.yaml"), err) <
            0 ||
        add_layer(&layers, RANK_USER, user_path(), err) < 0 ||
        add_layer(&layers, RANK_PROJECT, layers_find_project(), err) < 0) {
        layers_release(&layers);
        return -1;
    }
    *ret_layers = layers;
    return 0;
}

void layers_release(struct layers *layers)
{
    for (size_t i = 0; i < layers->count; i++) {
        free(layers->items[i].source);
        free(layers->items[i].doubt);
        tree_free(layers->items[i].tree);
    }
    layers->count = 0;
}

int layers_apply(const struct layers *layers, struct settings *settings,
                 struct error *err)
{
    static const char *const others[] = {"profiles", "default_profile", NULL};

    for (size_t i = 0; i < layers->count; i++) {
        const struct layer *layer = &layers->items[i];
        struct apply_from from = {.source = layer->source,
                                  .doubt = layer->doubt,
                                  .rank = layer->rank,
                                  .other_keys = others};
        if (apply_map(settings, layer->tree, &from, err) < 0)
            return -1;
    }
    return 0;
}

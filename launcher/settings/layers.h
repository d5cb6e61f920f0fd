/* layers.h - the configuration files that apply here
 *
 * /etc/raylaunch/config.yaml, the user's ($XDG_CONFIG_HOME/raylaunch/config.yaml, else
 * ~/.config/…), and the project's raylaunch.yaml, searched from the working folder
 * upwards to $HOME, a file-system border, or the first folder that belongs to neither
 * the user nor root. Some settings run code as the user (keys.h): in a file that others
 * own or can write they are refused (ERROR_POLICY), and all others are read with a
 * warning. A link of somebody else's is refused whole.
 */
#ifndef LAUNCHER_SETTINGS_LAYERS_H
#define LAUNCHER_SETTINGS_LAYERS_H

#include <stddef.h>

#include "launcher/common/error.h"
#include "launcher/common/trees/tree.h"
#include "launcher/settings/settings.h"

struct layer {
    enum setting_rank rank;
    char *source;      /* owned: the path */
    struct tree *tree; /* owned: TREE_MAP or TREE_NULL */
    char *doubt;       /* owned; NULL: nobody else could have written it (trust.h) */
};

#define LAYERS_MAX 3

struct layers {
    struct layer items[LAYERS_MAX]; /* the nearer file later */
    size_t count;
};

int layers_load(struct layers *ret_layers, struct error *err);
void layers_release(struct layers *layers);

/* Each layer's settings, the farthest first. */
int layers_apply(const struct layers *layers, struct settings *settings,
                 struct error *err);

/* The project's file, owned, or NULL when there is none. Public for its test: which
 * file it was. */
char *layers_find_project(void);

#endif

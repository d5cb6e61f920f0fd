/* sweep_file.h - what a file given by --file says besides settings
 *
 *     command: python train.py          # or a list of words
 *     params:                           # or `grid:`
 *       lr: 1e-3,1e-2                   # a text: as typed after the command
 *       name: ["a,b", c]                # a list: each item is one value, never split
 *       optim: {momentum: [0.9, 0.99]}  # nested maps flatten with '.'
 *     points: more.csv                  # or a list; relative to the file
 *     split: no                         # commas of the command stay, as in `run`
 *     profile: gpu
 */
#ifndef LAUNCHER_SETTINGS_SWEEP_FILE_H
#define LAUNCHER_SETTINGS_SWEEP_FILE_H

#include "launcher/common/error.h"
#include "launcher/common/trees/tree.h"
#include "launcher/settings/settings.h"

/* The keys that are not settings, ends in NULL. */
extern const char *const sweep_file_keys[];

/* `tree` is the whole file, `source` its path. ERROR_INPUT. */
int sweep_file_read(const struct tree *tree, const char *source,
                    struct sweep_file *ret_file, struct error *err);

#endif

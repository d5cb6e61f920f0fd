/* flags.h - the settings table as command-line options
 *
 * The setting `cpus_per_task` is --cpus-per-task; a switch has --no-NAME, too; --shared
 * and --no-ray are words for one value of a setting. Flags win over files, so they are
 * kept until all files are loaded.
 */
#ifndef LAUNCHER_COMMANDS_FLAGS_H
#define LAUNCHER_COMMANDS_FLAGS_H

#include "launcher/commands/options.h"
#include "launcher/settings/settings.h"

#define FLAG_FIRST 1000 /* ids of settings flags start here */

/* Options for every setting, or only for those that concern an existing sweep (folder,
 * table, waiting). Made once; ended by a NULL name; borrowed for ever. */
const struct option_spec *flags_table(bool is_all);

/* Flags as typed, kept until the files are loaded (they win over them). */
struct flag {
    const struct option_spec *option; /* borrowed */
    char *value;                      /* owned */
};
struct flag_list {
    struct flag *items;
    size_t count, cap;
};

int flag_list_add(struct flag_list *list, const struct option_spec *option,
                  const char *value, struct error *err);
int flag_list_apply(const struct flag_list *list, struct settings *settings,
                    struct error *err);
void flag_list_release(struct flag_list *list);

#endif

/* apply.h - one map of a file as settings
 *
 * Nested maps flatten with '.': `ports: {first: 10000}` is `ports.first`. A null value
 * (`account:`) says nothing. An empty list empties a list. The same setting under two
 * spellings in one map is an error, as is an unknown key ("did you mean").
 */
#ifndef LAUNCHER_SETTINGS_APPLY_H
#define LAUNCHER_SETTINGS_APPLY_H

#include "launcher/common/error.h"
#include "launcher/common/trees/tree.h"
#include "launcher/settings/settings.h"

struct apply_from {
    const char *source;  /* borrowed: the file's name for messages and origins */
    const char *profile; /* borrowed or NULL: named in origins */
    const char *doubt;   /* borrowed or NULL: who else could have written it (trust.h);
                            settings that run code are then ERROR_POLICY */
    enum setting_rank rank;
    const char *const *other_keys; /* borrowed, ends in NULL: top-level keys that are
                                      the caller's; may be NULL */
};

/* `map` is a TREE_MAP, or TREE_NULL (an empty file). ERROR_INPUT. */
int apply_map(struct settings *settings, const struct tree *map,
              const struct apply_from *from, struct error *err);

/* ERROR_INPUT "source:line: <text>". Returns -1. */
int apply_fail(const char *source, int line, struct error *err, const char *format, ...)
    __attribute__((format(printf, 4, 5)));

#endif

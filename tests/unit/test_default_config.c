/* configs/default.yaml says what is built in, and nothing else. */
#include <fcntl.h>
#include <string.h>

#include "launcher/common/files/file.h"
#include "launcher/common/limits.h"
#include "launcher/common/memory.h"
#include "launcher/common/trees/tree_load.h"
#include "launcher/settings/apply.h"
#include "launcher/settings/settings.h"
#include "tests/tap/tap.h"

#define DEFAULTS "configs/default.yaml"

static const char *last_part(const char *name)
{
    const char *dot = strrchr(name, '.');

    return dot ? dot + 1 : name;
}

static void compare(const struct settings *built_in, const struct settings *file,
                    const char *bytes)
{
    for (size_t i = 0; i < SETTING_COUNT; i++) {
        enum setting key = (enum setting)i;
        const struct setting_spec *spec = setting_spec(key);
        cleanup_free char *line = xasprintf("%s:", last_part(spec->name));
        ok(strstr(bytes, line), "%s is named", spec->name);
        is_string(settings_text(file, key), settings_text(built_in, key), spec->name);
        is_number(settings_list(file, key)->count, 0, "and no items");
    }
    ok(settings_memory_rule(file) == settings_memory_rule(built_in),
       "the same memory rule");
}

int main(void)
{
    static const struct apply_from from = {.source = DEFAULTS, .rank = RANK_SYSTEM};
    cleanup_free char *bytes = NULL;
    size_t size = 0;
    struct error err = {0};
    struct settings *built_in = settings_new();
    struct settings *file = settings_new();

    cleanup_close int fd = open(DEFAULTS, O_RDONLY | O_CLOEXEC);
    cleanup_tree struct tree *tree = tree_load(fd, DEFAULTS, &err);
    if (ok(tree &&
               file_read_all(DEFAULTS, LIMIT_CONFIG_BYTES, &bytes, &size, &err) == 0,
           DEFAULTS " is read (run from the top folder) %s", err.text) &&
        ok(apply_map(file, tree, &from, &err) == 0, "its keys are known %s", err.text))
        compare(built_in, file, bytes);
    settings_free(built_in);
    settings_free(file);
    return tap_done();
}

/* Any bytes as a file of settings, as YAML and as JSON: read, applied, written, read
 * again. */
#include <stdint.h>
#include <stdlib.h>

#include "launcher/common/memory.h"
#include "launcher/common/trees/tree_load.h"
#include "launcher/settings/apply.h"
#include "launcher/settings/settings.h"
#include "launcher/settings/sweep_file.h"

int LLVMFuzzerTestOneInput(const uint8_t *bytes, size_t size);

/* What settings_add_yaml() writes must be read back without an error. */
static void write_and_read(const struct settings *settings)
{
    static const struct apply_from from = {.source = "again", .rank = RANK_SWEEP_FILE};
    cleanup_text struct text yaml = {0};
    struct error err = {0};

    settings_add_yaml(settings, true, &yaml);
    cleanup_tree struct tree *tree =
        tree_parse(text_string(&yaml), yaml.size, "again", false, &err);
    struct settings *again = settings_new();
    if (!tree || apply_map(again, tree, &from, &err) < 0)
        abort();
    settings_free(again);
}

static void try_one(const char *bytes, size_t size, bool is_json)
{
    static const struct apply_from from = {
        .source = "x", .rank = RANK_SWEEP_FILE, .other_keys = sweep_file_keys};
    struct error err = {0};
    cleanup_tree struct tree *tree = tree_parse(bytes, size, "x", is_json, &err);
    struct sweep_file file = {0};

    if (!tree)
        return;
    struct settings *settings = settings_new();
    if (apply_map(settings, tree, &from, &err) == 0)
        write_and_read(settings);
    settings_free(settings);
    if (sweep_file_read(tree, "x", &file, &err) == 0)
        sweep_file_release(&file);
}

int LLVMFuzzerTestOneInput(const uint8_t *bytes, size_t size)
{
    cleanup_free char *copy = xmemdup(bytes, size);

    try_one(copy, size, false);
    try_one(copy, size, true);
    return 0;
}

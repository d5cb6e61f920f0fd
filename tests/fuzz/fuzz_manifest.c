/* Any bytes as a manifest: read; what was read is written and read again, to the same.
 */
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include "collector/archive/manifest.h"
#include "launcher/common/memory.h"

int LLVMFuzzerTestOneInput(const uint8_t *bytes, size_t size);

int LLVMFuzzerTestOneInput(const uint8_t *bytes, size_t size)
{
    cleanup_free char *copy = xmemdup(bytes, size);
    cleanup_manifest struct manifest manifest = {0}, again = {0};
    cleanup_text struct text text = {0};
    struct error err = {0};

    if (manifest_parse(copy, size, "x", &manifest, &err) < 0)
        return 0;
    for (size_t i = 0; i < manifest.count; i++)
        manifest_add_line(&text, manifest.entries[i].name, manifest.entries[i].sha256);
    if (manifest_parse(text_string(&text), text.size, "again", &again, &err) < 0 ||
        again.count != manifest.count)
        abort();
    for (size_t i = 0; i < manifest.count; i++) {
        const struct manifest_entry *entry =
            manifest_find(&again, manifest.entries[i].name);
        if (!entry || strcmp(entry->sha256, manifest.entries[i].sha256) != 0)
            abort();
    }
    return 0;
}

#include "collector/archive/sidecar.h"

#include <errno.h>
#include <string.h>
#include <unistd.h>

#include "collector/archive/manifest.h"
#include "launcher/common/files/file.h"
#include "launcher/common/memory.h"

/* A sum and a name of at most 4095 bytes, escaped. */
#define MAX_BYTES ((size_t)16384)

int sidecar_write(const char *path, const char sha256[HASH_HEX_SIZE], struct error *err)
{
    cleanup_free char *name = xasprintf("%s.sha256", path);
    cleanup_text struct text text = {0};

    manifest_add_line(&text, path_base(path), sha256);
    return file_write_atomic(name, text_string(&text), text.size, FILE_DURABLE, err);
}

int sidecar_remove(const char *path, struct error *err)
{
    cleanup_free char *name = xasprintf("%s.sha256", path);

    if (unlink(name) < 0 && errno != ENOENT)
        return error_set_errno(err, ERROR_FILE, "cannot replace '%s'", name);
    return 0;
}

int sidecar_check(const char *path, const char sha256[HASH_HEX_SIZE], struct error *err)
{
    cleanup_free char *name = xasprintf("%s.sha256", path);
    cleanup_free char *bytes = NULL;
    cleanup_manifest struct manifest sums = {0};
    size_t size = 0;

    if (!file_exists(name))
        return 0;
    if (file_read_all(name, MAX_BYTES, &bytes, &size, err) < 0 ||
        manifest_parse(bytes, size, name, &sums, err) < 0)
        return -1;
    if (sums.count != 1)
        return error_set(err, ERROR_INPUT, "'%s' holds %zu sums, not the one of '%s'",
                         name, sums.count, path);
    if (strcmp(sums.entries[0].sha256, sha256) != 0)
        return error_set(err, ERROR_INPUT,
                         "archive '%s' is damaged: its SHA-256 sum is not that of '%s'",
                         path, name);
    return 0;
}

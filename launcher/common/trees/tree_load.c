#include "launcher/common/trees/tree_load.h"

#include <string.h>

#include "launcher/common/files/file.h"
#include "launcher/common/limits.h"
#include "launcher/common/memory.h"
#include "launcher/common/trees/tree_build.h"

struct tree *tree_parse(const char *bytes, size_t size, const char *source,
                        bool is_json, struct error *err)
{
    struct tree_builder builder = {.source = source, .err = err};

    if (size > LIMIT_CONFIG_BYTES) {
        error_set(err, ERROR_INPUT, "'%s' is larger than %lu bytes", source,
                  LIMIT_CONFIG_BYTES);
        return NULL;
    }
    if (size >= 3 && memcmp(bytes, "\xEF\xBB\xBF", 3) == 0) {
        bytes += 3; /* a byte order mark, as Windows' editors write it */
        size -= 3;
    }
    return is_json ? tree_read_json(&builder, bytes, size)
                   : tree_read_yaml(&builder, bytes, size);
}

struct tree *tree_load(int fd, const char *path, struct error *err)
{
    cleanup_free char *bytes = NULL;
    size_t size = 0;
    const char *dot = strrchr(path_base(path), '.');

    if (file_read_fd(fd, path, LIMIT_CONFIG_BYTES, &bytes, &size, err) < 0)
        return NULL;
    return tree_parse(bytes, size, path, dot && strcmp(dot, ".json") == 0, err);
}

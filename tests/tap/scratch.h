/* scratch.h - one temp folder for a test program, removed by scratch_remove()
 *
 *     const char *folder = scratch();            made at the first call
 *     cleanup_free char *path = scratch_path("a/b");
 */
#ifndef TESTS_TAP_SCRATCH_H
#define TESTS_TAP_SCRATCH_H

#include <ftw.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "launcher/common/files/file.h"
#include "launcher/common/memory.h"

static char scratch_folder[256];

static inline const char *scratch(void)
{
    const char *parent = getenv("TMPDIR");

    if (!scratch_folder[0]) {
        int size = snprintf(scratch_folder, sizeof scratch_folder,
                            "%s/raylaunch-XXXXXX", parent && *parent ? parent : "/tmp");
        if (size >= (int)sizeof scratch_folder || !mkdtemp(scratch_folder)) {
            printf("Bail out! no temp folder\n");
            exit(1);
        }
    }
    return scratch_folder;
}

/* Owned. */
static inline char *scratch_path(const char *name)
{
    return path_join(scratch(), name);
}

/* Write a small file below the scratch folder. */
static inline void scratch_write(const char *name, const char *bytes, size_t size)
{
    cleanup_free char *path = scratch_path(name);
    struct error err = {0};

    if (file_write_atomic(path, bytes, size, FILE_CACHED, &err) < 0) {
        printf("Bail out! %s\n", err.text);
        exit(1);
    }
}

/* What a file below it holds; owned; NULL if there is none. */
static inline char *scratch_read(const char *name)
{
    cleanup_free char *path = scratch_path(name);
    struct error err = {0};
    char *bytes = NULL;
    size_t size;

    return file_read_all(path, 1UL << 28, &bytes, &size, &err) < 0 ? NULL : bytes;
}

static inline int scratch_unlink_(const char *path, const struct stat *info, int type,
                                  struct FTW *where)
{
    (void)info, (void)type, (void)where;
    return remove(path);
}

/* Remove a file or a folder with all that is in it. */
static inline void scratch_clear(const char *path)
{
    nftw(path, scratch_unlink_, 16, FTW_DEPTH | FTW_PHYS);
}

static inline void scratch_remove(void)
{
    if (scratch_folder[0])
        scratch_clear(scratch_folder);
    scratch_folder[0] = '\0';
}

#endif

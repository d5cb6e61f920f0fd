/* replay.c - run a fuzz target on given files and on all files of given folders,
 * without libFuzzer: what was found once is tried at each `make check-corpus`, by any
 * compiler. */
#include <dirent.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>

#include "launcher/common/files/file.h"
#include "launcher/common/memory.h"

#define INPUT_MAX_BYTES (64UL * 1024UL * 1024UL)

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static int replay_file(const char *path)
{
    cleanup_free char *bytes = NULL;
    struct error err = {0};
    size_t size = 0;

    if (file_read_all(path, INPUT_MAX_BYTES, &bytes, &size, &err) < 0) {
        fprintf(stderr, "replay: %s\n", err.text);
        return -1;
    }
    /* exactly as large as the input, so that the sanitizer sees a read behind it */
    cleanup_free uint8_t *data = xmalloc(size ? size : 1);
    memcpy(data, bytes, size);
    LLVMFuzzerTestOneInput(data, size);
    printf("%s: %zu bytes\n", path, size);
    return 0;
}

static int replay_folder(const char *path, long *n_files)
{
    DIR *stream = opendir(path);
    int rc = 0;

    if (!stream) {
        perror(path);
        return -1;
    }
    for (struct dirent *entry = readdir(stream); entry; entry = readdir(stream)) {
        cleanup_free char *file = path_join(path, entry->d_name);
        if (entry->d_name[0] == '.')
            continue;
        rc = replay_file(file) < 0 ? -1 : rc;
        ++*n_files;
    }
    closedir(stream);
    return rc;
}

int main(int argc, char **argv)
{
    long n_files = 0;
    int rc = 0;

    for (int i = 1; i < argc; i++) {
        struct stat info;
        if (stat(argv[i], &info) == 0 && S_ISDIR(info.st_mode)) {
            rc = replay_folder(argv[i], &n_files) < 0 ? -1 : rc;
        } else {
            rc = replay_file(argv[i]) < 0 ? -1 : rc;
            n_files++;
        }
    }
    if (n_files == 0) {
        fprintf(stderr, "replay: no input; give files or folders\n");
        return 1;
    }
    return rc < 0;
}

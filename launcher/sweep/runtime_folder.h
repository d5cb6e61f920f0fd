/* runtime_folder.h - the runtime of jobs on disk: <sweep>/runtime/<name>/
 *
 * Written and synced before the first intent that names it, and never changed: another
 * version of raylaunch has another name. Whoever may write in the sweep's folder can
 * delete or change it, so it is looked at before every submission and put back. A job
 * trusts only the sum in its script (templates/parts/load.sh).
 */
#ifndef LAUNCHER_SWEEP_RUNTIME_FOLDER_H
#define LAUNCHER_SWEEP_RUNTIME_FOLDER_H

#include <stdbool.h>
#include <sys/types.h>
#include <time.h>

#include "launcher/script/runtime.h"

/* What is compared instead of the bytes: a file that is written anew, or put in its
 * place, has another change time, which nobody can set. */
struct runtime_mark {
    dev_t device;
    ino_t inode;
    off_t size;
    struct timespec changed;
};

/* A zeroed one is valid and empty. */
struct runtime_folder {
    char *path;                     /* owned */
    char *paths[RUNTIME_FILES + 1]; /* owned: what the marks are of */
    struct runtime runtime;
    struct runtime_mark marks[RUNTIME_FILES + 1]; /* of the files and of the folder */
};

/* Compare every byte, write what is missing or wrong, and sync it. `sweep` is the
 * folder of a sweep, which exists. Its lock is held, or nobody else knows it. */
int runtime_folder_open(const char *sweep, struct runtime_folder *ret_folder,
                        struct error *err);

/* The same, but the bytes are compared only if something has another mark. */
int runtime_folder_confirm(struct runtime_folder *folder, struct error *err);

void runtime_folder_release(struct runtime_folder *folder);

/* Is the runtime of this program there, for a reader? Compares the bytes; writes
 * nothing. */
int runtime_folder_is_there(const char *sweep, bool *ret_is_there, struct error *err);

#endif

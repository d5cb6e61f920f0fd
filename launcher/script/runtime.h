/* runtime.h - what the scripts of jobs read: five files, the same for every job
 *
 * A thin script holds what is its own and the sum of these files; in the job it copies
 * them to the node, checks the copy and reads that (templates/parts/load.sh). They lie
 * in <sweep>/runtime/<name>/ (sweep/runtime_folder.h). Pure: made of the templates that
 * are built in, so one program has one runtime.
 */
#ifndef LAUNCHER_SCRIPT_RUNTIME_H
#define LAUNCHER_SCRIPT_RUNTIME_H

#include <stdbool.h>

#include "launcher/common/error.h"
#include "launcher/common/files/hash.h"
#include "launcher/common/text/text.h"
#include "launcher/script/template.h"

#define RUNTIME_FILES 5
#define RUNTIME_NAME_SIZE 13 /* 12 digits and a NUL */

/* A zeroed one is valid and empty. */
struct runtime {
    struct runtime_file {
        const char *name; /* static: "job.sh" */
        struct text text;
    } files[RUNTIME_FILES];
    /* SHA-256 of what `sha256sum README job.sh keeper.py plain.sh ray.sh` prints. So a
     * byte cannot move from one file to the next, and anybody can check it. */
    char sum[HASH_HEX_SIZE];
    char name[RUNTIME_NAME_SIZE]; /* its first digits: the name of the folder */
};

int runtime_make(struct runtime *ret_runtime, struct error *err);
void runtime_release(struct runtime *runtime);

/* Does a script of this template read the runtime? Others hold all they need. */
bool runtime_is_needed(const struct template *template);

#endif

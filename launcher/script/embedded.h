/* embedded.h - the files of templates/, built into the binary (templates/embed.sh) */
#ifndef LAUNCHER_SCRIPT_EMBEDDED_H
#define LAUNCHER_SCRIPT_EMBEDDED_H

#include <stddef.h>

struct embedded_file {
    const char *name; /* "ray.sbatch", "parts/claim.sh"; NULL ends the table */
    size_t size;
    const char *bytes;
};

extern const struct embedded_file embedded_files[];

/* The file of that name, or NULL. */
const struct embedded_file *embedded_find(const char *name);

#endif

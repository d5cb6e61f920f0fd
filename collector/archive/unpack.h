/* unpack.h - make files and folders below one new folder, and take them back
 *
 * Every step of a name is opened below the last one without following links, and files
 * are made new (O_EXCL), so nothing outside the folder can be reached. The names are
 * the caller's to check: manifest_name_is_safe().
 */
#ifndef COLLECTOR_ARCHIVE_UNPACK_H
#define COLLECTOR_ARCHIVE_UNPACK_H

#include <stdbool.h>

#include "launcher/common/error.h"
#include "launcher/common/text/text.h"

struct unpack {
    const char *folder; /* borrowed */
    int fd;             /* owned */
    bool is_new;        /* the folder was made by us */
    struct words made;  /* in order; those that end in '/' are folders */
};

/* Make `folder` with its parents, or take an empty one. ERROR_FILE. */
int unpack_open(struct unpack *unpack, const char *folder, struct error *err);

int unpack_folder(struct unpack *unpack, const char *name, struct error *err);
int unpack_file(struct unpack *unpack, const char *name, int *ret_fd,
                struct error *err);
int unpack_link(struct unpack *unpack, const char *name, const char *target,
                struct error *err);

/* Remove what was made, newest first, and the folder if it was made. */
void unpack_undo(struct unpack *unpack);
void unpack_close(struct unpack *unpack);

#endif

/* file.h - files and folders
 *
 * Paths are byte strings. Messages name the path. Kinds: ERROR_FILE for what the system
 * refuses; a file larger than its ceiling is ERROR_INPUT.
 */
#ifndef LAUNCHER_COMMON_FILES_FILE_H
#define LAUNCHER_COMMON_FILES_FILE_H

#include <stdbool.h>
#include <stddef.h>
#include <sys/types.h>

#include "launcher/common/error.h"
#include "launcher/common/text/text.h"

enum file_durability {
    FILE_CACHED, /* visible at once, on disk when the kernel likes */
    FILE_DURABLE /* fsync of the file and of its folder before success */
};

/* One block, EINTR handled: the bytes got, 0 at the end, -1 on an error. */
ssize_t file_read_some(int fd, const char *path, void *block, size_t size,
                       struct error *err);

/* Append all that comes from `fd`, a stream or a file, to `text`, whose maximum is the
 * ceiling. */
int file_read_stream(int fd, const char *path, struct text *text, struct error *err);

/* Read a whole regular file (not a FIFO, not a device; opened with O_NONBLOCK so that a
 * FIFO cannot hang us). `*ret_bytes` is owned and ends in a NUL that is not counted.
 * errno is ENOENT when that was the reason. */
int file_read_all(const char *path, size_t max_bytes, char **ret_bytes,
                  size_t *ret_size, struct error *err);

/* The same of an open regular file, from where it stands; `path` is for messages. */
int file_read_fd(int fd, const char *path, size_t max_bytes, char **ret_bytes,
                 size_t *ret_size, struct error *err);

/* Replace `path` as one step: a temp file beside it, then rename. Mode is 0644 &
 * ~umask: nobody else can write it. */
int file_write_atomic(const char *path, const void *bytes, size_t size,
                      enum file_durability durability, struct error *err);

/* A file that nobody looks for yet: written in its place, or replaced as one step where
 * it is there. Not durable. What a crash leaves half done is replaced likewise. */
int file_write_new(const char *path, const void *bytes, size_t size, struct error *err);

/* Write all of it or fail (EINTR and short writes are handled). */
int file_write_fd(int fd, const char *path, const void *bytes, size_t size,
                  struct error *err);

/* Up to `size` bytes of the file from `from` on (EINTR and short reads are handled).
 * Returns how many there were: fewer at its end, or where it cannot be read. */
size_t file_read_at(int fd, void *bytes, size_t size, off_t from);

/* Make `path` and its parents. An existing folder is success; `*ret_is_new` (may be
 * NULL) tells. */
int folder_make(const char *path, bool *ret_is_new, struct error *err);

/* The same; the name of each new one is on disk before success. */
int folder_make_durable(const char *path, struct error *err);

/* fsync the folder that holds `path`. One that cannot be synced, or that we may not
 * read, is no error. */
int folder_sync_of(const char *path, struct error *err);

bool file_exists(const char *path);   /* anything there, links not followed */
bool folder_exists(const char *path); /* a folder, links followed */

char *path_join(const char *folder,
                const char *name);       /* owned; an absolute name stays */
const char *path_base(const char *path); /* borrowed: behind the last '/' */
char *path_dir(const char *path);        /* owned: before it, "." if none */
/* For messages: `path` without the working folder in front. Borrowed from `path`. */
const char *path_shown(const char *path);
int path_absolute(const char *path, char **ret_path,
                  struct error *err); /* owned; need not exist; not resolved */

#endif

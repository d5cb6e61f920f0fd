/* hash.h - SHA-256 (libcrypto), in hex, so that `sha256sum` can check every sum we
 * write */
#ifndef LAUNCHER_COMMON_FILES_HASH_H
#define LAUNCHER_COMMON_FILES_HASH_H

#include <stddef.h>

#include "launcher/common/error.h"

#define HASH_HEX_SIZE 65 /* 64 digits and a NUL */

struct hash; /* a running sum; not shared between threads */

struct hash *hash_new(void); /* owned: end with hash_free() */
void hash_restart(struct hash *hash);
void hash_add(struct hash *hash, const void *bytes, size_t size);
void hash_finish(struct hash *hash,
                 char hex[HASH_HEX_SIZE]); /* then restart before use */
void hash_free(struct hash *hash);

void hash_bytes(const void *bytes, size_t size, char hex[HASH_HEX_SIZE]);
int hash_file(const char *path, char hex[HASH_HEX_SIZE], struct error *err);

#endif

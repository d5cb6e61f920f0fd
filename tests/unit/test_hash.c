#include <string.h>
#include <sys/stat.h>

#include "launcher/common/files/hash.h"
#include "tests/tap/scratch.h"
#include "tests/tap/tap.h"

/* Sums of FIPS 180-4's examples. */
static const struct {
    const char *bytes, *sum;
} known[] = {
    {"", "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855"},
    {"abc", "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad"},
    {"abcdbcdecdefdefgefghfghighijhijkijkljklmklmnlmnomnopnopq",
     "248d6a61d20638b8e5c026930c3e6039a33ce45964ff2167f6ecedd419db06c1"},
};

static void test_files(void)
{
    char hex[HASH_HEX_SIZE] = "untouched";
    struct error err = {0};
    cleanup_free char *none = scratch_path("none");
    cleanup_free char *path = scratch_path("file");
    cleanup_free char *fifo = scratch_path("fifo");

    ok(hash_file(none, hex, &err) < 0 && err.kind == ERROR_FILE &&
           strstr(err.text, none),
       "a missing file is named");
    ok(hash_file(scratch(), hex, &err) < 0, "a folder has no sum");
    is_string(hex, "untouched", "failure leaves the output");
    ok(mkfifo(fifo, 0600) == 0, "a FIFO is made");
    hash_file(fifo, hex, &err);
    ok(1, "and does not hang");
    for (size_t i = 0; i < sizeof known / sizeof *known; i++) {
        scratch_write("file", known[i].bytes, strlen(known[i].bytes));
        ok(hash_file(path, hex, &err) == 0, "file is read");
        is_string(hex, known[i].sum, "sum of a file");
    }
    cleanup_free char *large = xcalloc(1, 1000000);
    memset(large, 'a', 1000000);
    scratch_write("file", large, 1000000);
    hash_file(path, hex, &err);
    is_string(hex, "cdc76e5c9914fb9281a1c7e284d73e67f1809a48a497200e046d39ccc7112cd0",
              "a million times a");
}

int main(void)
{
    struct hash *hash = hash_new();
    char hex[HASH_HEX_SIZE];

    for (size_t i = 0; i < sizeof known / sizeof *known; i++) {
        size_t size = strlen(known[i].bytes);
        hash_bytes(known[i].bytes, size, hex);
        is_string(hex, known[i].sum, "sum of bytes");
        hash_restart(hash);
        for (size_t j = 0; j < size; j++)
            hash_add(hash, known[i].bytes + j, 1);
        hash_finish(hash, hex);
        is_string(hex, known[i].sum, "byte by byte, after a restart");
    }
    hash_free(hash);
    hash_free(NULL);
    test_files();
    scratch_remove();
    return tap_done();
}

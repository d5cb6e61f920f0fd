#include "launcher/common/random.h"

#include <errno.h>
#include <stdlib.h>
#include <sys/random.h>

#define BLOCK 32 /* up to 256 bytes come at once or not at all (getrandom(2)) */

static void fill(unsigned char *bytes, size_t size)
{
    while (getrandom(bytes, size, 0) != (ssize_t)size) {
        if (errno != EINTR)
            abort();
    }
}

double random_fraction(void)
{
    unsigned char byte;

    fill(&byte, 1);
    return byte / 255.0;
}

void random_hex(char *hex, size_t n_bytes)
{
    static const char digits[] = "0123456789abcdef";
    unsigned char bytes[BLOCK];

    for (size_t i = 0; i < n_bytes; i++) {
        if (i % BLOCK == 0)
            fill(bytes, n_bytes - i < BLOCK ? n_bytes - i : BLOCK);
        hex[2 * i] = digits[bytes[i % BLOCK] >> 4];
        hex[2 * i + 1] = digits[bytes[i % BLOCK] & 15];
    }
    hex[2 * n_bytes] = '\0';
}

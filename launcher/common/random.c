#include "launcher/common/random.h"

#include <errno.h>
#include <stdlib.h>
#include <sys/random.h>

void random_hex(char *hex, size_t n_bytes)
{
    static const char digits[] = "0123456789abcdef";

    for (size_t i = 0; i < n_bytes; i++) {
        unsigned char byte;
        while (getrandom(&byte, 1, 0) != 1) {
            if (errno != EINTR)
                abort();
        }
        hex[2 * i] = digits[byte >> 4];
        hex[2 * i + 1] = digits[byte & 15];
    }
    hex[2 * n_bytes] = '\0';
}

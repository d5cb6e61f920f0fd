/* random.h - random names and pauses (getrandom(2)); never used for anything that must
 * be repeatable */
#ifndef LAUNCHER_COMMON_RANDOM_H
#define LAUNCHER_COMMON_RANDOM_H

#include <stddef.h>

#define RANDOM_HEX_SIZE(n_bytes) (2 * (n_bytes) + 1)

/* Fill `hex` with 2*n_bytes lower-case hex digits and a NUL. */
void random_hex(char *hex, size_t n_bytes);

/* 0 … 1 in 256 steps: to keep many waiting processes apart. */
double random_fraction(void);

#endif

/* tap.h - the test protocol prove(1) reads (https://testanything.org, version 12)
 *
 *     int main(void)
 *     {
 *         ok(1 + 1 == 2, "numbers add up");
 *         is_string(path_base("a/b"), "b", "base of a/b");
 *         return tap_done();
 *     }
 */
#ifndef TESTS_TAP_TAP_H
#define TESTS_TAP_TAP_H

#include <stdarg.h>
#include <stdio.h>
#include <string.h>

static int tap_count;
static int tap_failed;

__attribute__((format(printf, 4, 5), unused)) static int
tap_ok(int is_good, const char *file, int line, const char *format, ...)
{
    va_list args;

    tap_count++;
    printf("%sok %d - ", is_good ? "" : "not ", tap_count);
    va_start(args, format);
    vprintf(format, args);
    va_end(args);
    printf("\n");
    if (!is_good) {
        tap_failed++;
        printf("#   failed at %s line %d\n", file, line);
    }
    fflush(stdout);
    return is_good;
}

__attribute__((unused)) static int tap_string(const char *got, const char *wanted,
                                              const char *file, int line,
                                              const char *what)
{
    int same = got && wanted ? strcmp(got, wanted) == 0 : got == wanted;

    if (!tap_ok(same, file, line, "%s", what))
        printf("#   got:    %s\n#   wanted: %s\n", got ? got : "(null)",
               wanted ? wanted : "(null)");
    return same;
}

__attribute__((unused)) static int tap_number(long long got, long long wanted,
                                              const char *file, int line,
                                              const char *what)
{
    int same = got == wanted;

    if (!tap_ok(same, file, line, "%s", what))
        printf("#   got:    %lld\n#   wanted: %lld\n", got, wanted);
    return same;
}

#define ok(condition, ...) tap_ok(!!(condition), __FILE__, __LINE__, __VA_ARGS__)
#define is_string(got, wanted, what) tap_string(got, wanted, __FILE__, __LINE__, what)
#define is_number(got, wanted, what) \
    tap_number((long long)(got), (long long)(wanted), __FILE__, __LINE__, what)

__attribute__((unused)) static int tap_done(void)
{
    printf("1..%d\n", tap_count);
    return tap_failed ? 1 : 0;
}

#endif

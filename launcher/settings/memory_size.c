/* memory_size.c - a memory size as text into MiB (declared in values.h) */
#include <ctype.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>

#include "launcher/common/memory.h"
#include "launcher/settings/value_shown.h"
#include "launcher/settings/values.h"

#define DIGITS_MAX 15
#define MIB_MAX (1LL << 40) /* an exbibyte: no node has it, no product overflows */

/* Factor from a unit to MiB; KiB is what `is_kib` says. False: not a unit. */
static bool parse_unit(const char *unit, long long *ret_mib, bool *ret_is_kib)
{
    static const char letters[] = "MGT";
    char letter = (char)toupper((unsigned char)*unit);
    const char *found = letter ? strchr(letters, letter) : NULL;

    *ret_is_kib = letter == 'K';
    *ret_mib = 1;
    if (found)
        *ret_mib = 1LL << (10 * (found - letters));
    if (found || *ret_is_kib)
        unit++;
    else if (*unit)
        return false;
    return *unit == '\0' || ((*unit == 'B' || *unit == 'b') && unit[1] == '\0');
}

/* "4.5G" and "4GiB" are what people type: say the form that Slurm takes. */
static int fail(const char *text, struct error *err)
{
    cleanup_free char *shown = value_shown(text);
    char *rest = NULL;
    double number = strtod(text, &rest);
    long long unit_mib;
    bool is_kib;

    if (isdigit((unsigned char)*text) && strchr(text, '.') && number > 0 &&
        number < 1e6 && *rest && parse_unit(rest, &unit_mib, &is_kib) && !is_kib)
        return error_set(err, ERROR_INPUT,
                         "'%s' is no memory size: Slurm takes no decimals, write %lldM",
                         shown, (long long)(number * (double)unit_mib + 0.999));
    size_t n_digits = strspn(text, "0123456789");
    if (n_digits > 0 && strlen(text) == n_digits + 3 &&
        strchr("KMGTkmgt", text[n_digits]) &&
        strcasecmp(text + n_digits + 1, "ib") == 0)
        return error_set(err, ERROR_INPUT, "'%s' is no memory size: write %.*s", shown,
                         (int)n_digits + 1, text);
    return error_set(
        err, ERROR_INPUT,
        "'%s' is no memory size: write a whole number and K, M, G or T (4G)", shown);
}

int value_mib(const char *text, long long *ret_mib, struct error *err)
{
    size_t n_digits = strspn(text, "0123456789");
    long long number = 0;
    long long unit_mib;
    bool is_kib;

    if (n_digits == 0 || n_digits > DIGITS_MAX ||
        !parse_unit(text + n_digits, &unit_mib, &is_kib))
        return fail(text, err);
    for (size_t i = 0; i < n_digits; i++)
        number = number * 10 + (text[i] - '0');
    if (number > MIB_MAX / unit_mib)
        return error_set(err, ERROR_INPUT, "'%s' is more memory than any node has",
                         text);
    *ret_mib = is_kib ? (number + 1023) / 1024 : number * unit_mib;
    return 0;
}

/* time_limit.c - a time limit as text into minutes (declared in values.h) */
#include <string.h>
#include <strings.h>

#include "launcher/common/memory.h"
#include "launcher/settings/value_shown.h"
#include "launcher/settings/values.h"

#define DIGITS_MAX 9 /* of one number; the largest sum fits a long long many times */

/* A run of digits at `*at`, which moves behind it. */
static bool take_number(const char **at, long long *ret_number)
{
    size_t n_digits = strspn(*at, "0123456789");
    long long number = 0;

    if (n_digits == 0 || n_digits > DIGITS_MAX)
        return false;
    for (size_t i = 0; i < n_digits; i++)
        number = number * 10 + ((*at)[i] - '0');
    *at += n_digits;
    *ret_number = number;
    return true;
}

/* Numbers with ':' between, at most three. Returns how many, 0 if it is something else.
 */
static size_t take_parts(const char *at, long long parts[3])
{
    for (size_t count = 0; count < 3;) {
        if (!take_number(&at, &parts[count++]))
            return 0;
        if (!*at)
            return count;
        if (*at++ != ':')
            return 0;
    }
    return 0;
}

/* Seconds, or -1: not a time. */
static long long parse_seconds(const char *text)
{
    long long parts[3] = {0, 0, 0};
    const char *dash = strchr(text, '-');
    long long days = 0;

    if (dash) {
        const char *at = text;
        if (!take_number(&at, &days) || at != dash || take_parts(dash + 1, parts) == 0)
            return -1;
        return ((days * 24 + parts[0]) * 60 + parts[1]) * 60 + parts[2];
    }
    switch (take_parts(text, parts)) {
    case 1:
        return parts[0] * 60;
    case 2: /* sbatch(1): "minutes:seconds" */
        return parts[0] * 60 + parts[1];
    case 3:
        return (parts[0] * 60 + parts[1]) * 60 + parts[2];
    default:
        return -1;
    }
}

int value_minutes(const char *text, long long *ret_minutes, struct error *err)
{
    long long seconds = parse_seconds(text);
    cleanup_free char *shown = value_shown(text);

    if (strcasecmp(text, "unlimited") == 0 || strcasecmp(text, "infinite") == 0) {
        *ret_minutes = 0;
        return 0;
    }
    if (seconds == 0 || strcmp(text, "-1") == 0)
        return error_set(err, ERROR_INPUT,
                         "'%s' is no time limit: write 'unlimited' for none", shown);
    if (seconds < 0)
        return error_set(
            err, ERROR_INPUT,
            "'%s' is no time limit: write minutes (90), hours (1:30:00) or "
            "days-hours (1-12)",
            shown);
    *ret_minutes = (seconds + 59) / 60;
    return 0;
}

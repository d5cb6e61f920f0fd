#include "launcher/plan/range.h"

#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include "launcher/common/limits.h"
#include "launcher/common/memory.h"

#define SCALE_MAX 18 /* digits behind the point that an int64_t can hold */

/* mantissa / 10^scale. Decimals, because 7 * 0.1 is not 0.7 in binary. */
struct decimal {
    int64_t mantissa;
    int scale;
    bool is_integer; /* was written without point and exponent */
};

enum { RANGE_START, RANGE_STOP, RANGE_STEP, RANGE_ARGUMENTS };

static uint64_t magnitude(int64_t number)
{
    return number < 0 ? 0 - (uint64_t)number : (uint64_t)number;
}

static bool shift(int64_t *mantissa, int digits)
{
    for (; digits > 0; digits--) {
        if (__builtin_mul_overflow(*mantissa, 10, mantissa))
            return false;
    }
    return true;
}

static bool read_digits(const char **at, const char *end, struct decimal *number,
                        bool is_fraction, bool *ret_any)
{
    for (; *at < end; (*at)++) {
        char c = **at;
        if (c == '_' && *ret_any)
            continue;
        if (c < '0' || c > '9')
            return true;
        if (__builtin_mul_overflow(number->mantissa, 10, &number->mantissa) ||
            __builtin_add_overflow(number->mantissa, c - '0', &number->mantissa))
            return false;
        number->scale += is_fraction ? 1 : 0;
        *ret_any = true;
    }
    return true;
}

static bool read_exponent(const char **at, const char *end, struct decimal *number)
{
    bool is_negative = false;
    bool has_digits = false;
    int exponent = 0;

    (*at)++;
    if (*at < end && (**at == '+' || **at == '-'))
        is_negative = *(*at)++ == '-';
    for (; *at < end && **at >= '0' && **at <= '9'; (*at)++) {
        has_digits = true;
        exponent = exponent > 1000 ? exponent : exponent * 10 + (**at - '0');
    }
    number->scale += is_negative ? exponent : -exponent;
    return has_digits;
}

/* 5, -3, 0.1, 1e-3, 1_000. False when it is no number or does not fit. */
static bool read_decimal(struct span text, struct decimal *ret_number)
{
    const char *at = text.start;
    const char *end = at + text.size;
    struct decimal number = {.is_integer = true};
    bool has_digits = false;
    bool is_negative = at < end && *at == '-';

    if (at < end && (*at == '+' || *at == '-'))
        at++;
    if (!read_digits(&at, end, &number, false, &has_digits))
        return false;
    if (at < end && *at == '.') {
        at++;
        number.is_integer = false;
        if (!read_digits(&at, end, &number, true, &has_digits))
            return false;
    }
    if (has_digits && at < end && (*at == 'e' || *at == 'E')) {
        number.is_integer = false;
        if (!read_exponent(&at, end, &number))
            return false;
    }
    if (number.scale < 0) {
        if (!shift(&number.mantissa, -number.scale))
            return false;
        number.scale = 0;
    }
    if (is_negative)
        number.mantissa = -number.mantissa;
    *ret_number = number;
    return has_digits && at == end && number.scale <= SCALE_MAX;
}

/* As Python prints such a float: at least one digit behind the point, no zeros at the
 * end. */
static void add_decimal(struct words *values, int64_t mantissa, int scale,
                        bool is_integer)
{
    char digits[64];
    size_t size = 0;
    uint64_t rest = magnitude(mantissa);
    cleanup_text struct text text = {0};

    do {
        digits[size++] = (char)('0' + rest % 10);
        rest /= 10;
    } while (rest > 0 || size <= (size_t)scale);
    if (mantissa < 0)
        text_add_char(&text, '-');
    for (size_t i = size; i > (size_t)scale; i--)
        text_add_char(&text, digits[i - 1]);
    if (!is_integer) {
        size_t last = 0;
        while (last + 1 < (size_t)scale && digits[last] == '0')
            last++;
        text_add_char(&text, '.');
        for (size_t i = (size_t)scale; i > last; i--)
            text_add_char(&text, digits[i - 1]);
        if (scale == 0)
            text_add_char(&text, '0');
    }
    words_take(values, text_take(&text));
}

/* The index that "name" of "name=value" has; RANGE_ARGUMENTS when there is no such
 * name. */
static size_t argument_named(struct span name)
{
    static const char *const names[RANGE_ARGUMENTS] = {"start", "stop", "step"};
    size_t i = 0;

    while (i < RANGE_ARGUMENTS && (strlen(names[i]) != name.size ||
                                   memcmp(names[i], name.start, name.size) != 0))
        i++;
    return i;
}

static bool read_argument(struct span text, size_t which, struct decimal *numbers,
                          bool *is_given)
{
    const char *equals = memchr(text.start, '=', text.size);
    struct pieces halves = {0};

    if (equals) {
        pieces_add(&halves, text.start, equals);
        pieces_add(&halves, equals + 1, text.start + text.size);
        which = argument_named(halves.items[0]);
        text = halves.items[1];
        pieces_release(&halves);
    }
    if (which >= RANGE_ARGUMENTS || is_given[which] ||
        !read_decimal(text, &numbers[which]))
        return false;
    is_given[which] = true;
    return true;
}

/* start, stop, step by place or by name; a lone start is the stop. */
static bool read_arguments(const struct pieces *arguments, struct decimal *numbers)
{
    bool is_given[RANGE_ARGUMENTS] = {false};

    for (size_t i = 0; i < arguments->count; i++) {
        if (!read_argument(arguments->items[i], i, numbers, is_given))
            return false;
    }
    if (is_given[RANGE_START] && !is_given[RANGE_STOP]) {
        numbers[RANGE_STOP] = numbers[RANGE_START];
        numbers[RANGE_START] = (struct decimal){.is_integer = true};
        return true;
    }
    return is_given[RANGE_STOP];
}

/* Number of values, or -1 when there are more than LIMIT_PARAMETER_VALUES. */
static int64_t count_values(const struct decimal *numbers)
{
    int64_t distance;
    int64_t step = numbers[RANGE_STEP].mantissa;

    if (__builtin_sub_overflow(numbers[RANGE_STOP].mantissa,
                               numbers[RANGE_START].mantissa, &distance))
        return -1;
    if (distance == 0 || (distance > 0) != (step > 0))
        return 0;
    uint64_t far = magnitude(distance);
    uint64_t near = magnitude(step);
    uint64_t count = far / near + (far % near != 0);
    return count > LIMIT_PARAMETER_VALUES ? -1 : (int64_t)count;
}

static bool align(struct decimal *numbers, int *ret_scale, bool *ret_is_integer)
{
    *ret_scale = 0;
    *ret_is_integer = true;
    for (size_t i = 0; i < RANGE_ARGUMENTS; i++) {
        *ret_scale = numbers[i].scale > *ret_scale ? numbers[i].scale : *ret_scale;
        *ret_is_integer = *ret_is_integer && numbers[i].is_integer;
    }
    for (size_t i = 0; i < RANGE_ARGUMENTS; i++) {
        if (!shift(&numbers[i].mantissa, *ret_scale - numbers[i].scale))
            return false;
    }
    return true;
}

int range_expand(const char *key, const char *text, const struct pieces *arguments,
                 struct words *values, struct error *err)
{
    struct decimal numbers[RANGE_ARGUMENTS] = {{.is_integer = true},
                                               {.is_integer = true},
                                               {.mantissa = 1, .is_integer = true}};
    bool is_integer;
    int scale;

    if (!read_arguments(arguments, numbers) || !align(numbers, &scale, &is_integer))
        return error_set(err, ERROR_USAGE,
                         "parameter '%s': cannot read '%.200s'; write range(stop), "
                         "range(start,stop) or range(start,stop,step) with numbers",
                         key, text);
    if (numbers[RANGE_STEP].mantissa == 0)
        return error_set(err, ERROR_USAGE, "parameter '%s': the step of '%.200s' is 0",
                         key, text);
    int64_t count = count_values(numbers);
    if (count == 0)
        return error_set(err, ERROR_USAGE,
                         "parameter '%s': empty grid: '%.200s' has no values (stop is "
                         "not part of a range)",
                         key, text);
    if (count < 0)
        return error_set(
            err, ERROR_USAGE,
            "parameter '%s': '%.200s' has more than %lu values; check start, "
            "stop and step",
            key, text, LIMIT_PARAMETER_VALUES);
    int64_t value = numbers[RANGE_START].mantissa;
    for (int64_t i = 0; i < count; i++) {
        add_decimal(values, value, scale, is_integer);
        if (i + 1 < count)
            value += numbers[RANGE_STEP].mantissa;
    }
    return 0;
}

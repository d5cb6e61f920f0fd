#include "collector/outcome/memory_advice.h"

#include <ctype.h>
#include <stdlib.h>
#include <string.h>

#define MAX_DIGITS 15 /* more is no memory of a node */

/* "3.9G", "512M" */
static void add_mib(struct text *text, long mib)
{
    if (mib >= 1024)
        text_addf(text, "%.1fG", (double)mib / 1024.0);
    else
        text_addf(text, "%ldM", mib);
}

/* A number and its unit; 0 is "all of the node's". */
static long long number_of(const char *asked)
{
    size_t n_digits = asked ? strspn(asked, "0123456789") : 0;

    if (n_digits == 0 || n_digits > MAX_DIGITS)
        return 0;
    return strtoll(asked, NULL, 10);
}

long memory_advice_peak(const char *line)
{
    static const char words[] = "exceeded memory limit (";
    const char *number = line ? strstr(line, words) : NULL;
    long long bytes = number ? number_of(number + sizeof words - 1) : 0;

    return (long)(bytes / (1 << 20));
}

/* What one more of the unit is in MiB; KiB count as nothing. */
static double unit_mib(const char *asked)
{
    static const char letters[] = "MGT";
    char letter = (char)toupper((unsigned char)asked[strspn(asked, "0123456789")]);
    const char *found = letter ? strchr(letters, letter) : letters;
    double mib = 1;

    for (const char *at = letters; found && at < found; at++)
        mib *= 1024;
    return found ? mib : 0;
}

/* More than the usual where it is known to have used more than that. The peak is one
 * node's: it says nothing of what was asked for each CPU. */
static double factor_of(const struct memory_use *use, long long number)
{
    double mib = (double)number * unit_mib(use->asked);
    double used = mib > 0 ? (double)use->peak_mib / mib : 0;

    if (strcmp(use->option, "--mem") != 0 || used <= 1)
        return MEMORY_ADVICE_FACTOR;
    double tenths = used * MEMORY_ADVICE_FACTOR * 10;
    long long whole = (long long)tenths;
    return (double)(whole + ((double)whole < tenths)) / 10;
}

static void add_try(struct text *text, const struct memory_use *use, long long number,
                    const char *cause)
{
    double factor = factor_of(use, number);
    long long more = (long long)((double)number * factor);

    more += (double)more < (double)number * factor;
    text_addf(text, "; try %s %lld%s", use->option, more,
              use->asked + strspn(use->asked, "0123456789"));
    if (use->sweep)
        text_addf(text, ", or `raylaunch retry %s --cause %s --mem-factor %.1f`",
                  use->sweep, cause, factor);
}

void memory_advice_add(struct text *text, const struct memory_use *use,
                       const char *cause)
{
    long long number = use->option ? number_of(use->asked) : 0;

    if (number > 0)
        text_addf(text, "asked %s%s a %s", use->asked,
                  strspn(use->asked, "0123456789") == strlen(use->asked) ? "M" : "",
                  strcmp(use->option, "--mem") == 0 ? "node" : "CPU");
    if (use->peak_mib > 0) {
        text_add(text, number > 0 ? ", peak " : "peak ");
        add_mib(text, use->peak_mib);
        text_add(text, use->is_sampled ? " (MaxRSS)" : "");
    }
    if (number > 0)
        add_try(text, use, number, cause);
}

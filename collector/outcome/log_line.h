/* log_line.h - the lines of a log as a person sees them
 *
 * Without the newline, what a program drew over itself with CR, srun's "0: ", Ray's
 * "(train pid=12, ip=…) ", torchrun's "[rank0]: ", the frame that Python draws around
 * an ExceptionGroup, and blanks in front. Colours are gone already (log_plain.h).
 */
#ifndef COLLECTOR_OUTCOME_LOG_LINE_H
#define COLLECTOR_OUTCOME_LOG_LINE_H

#include <stdbool.h>
#include <stddef.h>

struct log_line {
    const char *bytes; /* borrowed from the log; any bytes, no NUL behind */
    size_t size;
    bool is_framed;   /* it stood in the frame of an ExceptionGroup */
    bool is_indented; /* blanks stood in front: it goes on with what is above */
};

/* The next line at `*at`, which moves behind it. False at the end. */
bool log_line_next(const char *bytes, size_t size, size_t *at, struct log_line *line);

bool log_line_holds(const struct log_line *line, const char *words);
bool log_line_begins(const struct log_line *line, const char *words);

#endif

/* log_error.h - is this line of a log the one that says why a program failed?
 *
 * Languages end their reports differently. Python's last line is the error; R's first
 * ("Error in f(3) : singular matrix", then "Execution halted"), so are Julia's ("ERROR:
 * LoadError: …", then a stack trace), Rust's ("thread 'main' panicked at …"), Go's,
 * Octave's and Fortran's. Java and Julia name the root last ("Caused by: …"). What
 * comes behind the reason, frames, advice and epilogues of launchers, is the larger
 * part of such a log: log_epilogue.h knows it.
 */
#ifndef COLLECTOR_OUTCOME_LOG_ERROR_H
#define COLLECTOR_OUTCOME_LOG_ERROR_H

#include <stdbool.h>

#include "collector/outcome/log_line.h"

enum log_error {
    LOG_ERROR_NO,
    LOG_ERROR_YES,
    LOG_ERROR_OPEN,  /* and the next line says it: "Error in f(x) :" */
    LOG_ERROR_FIRST, /* likewise, and of several the first is the reason: Rust's panics,
                        of which the others follow from it */
    LOG_ERROR_OUTER, /* yes, but the line that tells more stands below: Ray's
                        RayTaskError before the task's own error */
    LOG_ERROR_RELAY, /* a launcher's word of its program's end: torchrun's
                        ChildFailedError behind the program's own traceback */
    LOG_ERROR_GROUP, /* of an ExceptionGroup: what follows are its parts */
    LOG_ERROR_ASIDE, /* what follows was no reason to end: "Exception ignored in …" */
    LOG_ERROR_WEAK,  /* only where nothing else is said: mpirun's epilogue */
    LOG_ERROR_NOISE  /* what comes after the reason: "Execution halted", frames, bash's
                        words about its jobs */
};

/* `in_traceback`: behind Python's "Traceback", where any name may be an exception. */
enum log_error log_error_kind(const struct log_line *line, bool in_traceback);

/* "Traceback (most recent call last):" at the line's end: a progress bar, a logger's
 * prefix, IPython's or rich's frame may stand before it. */
bool log_error_is_traceback(const struct log_line *line);

#endif

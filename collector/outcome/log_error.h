/* log_error.h - is this line of a log the one that says why a program failed?
 *
 * Languages end their reports differently: Python's last line is the error, R's first
 * ("Error in f(3) : singular matrix", then "Execution halted"), so is Julia's ("ERROR:
 * LoadError: …", then a stack trace), Rust's ("thread 'main' panicked at …") and Java's
 * ("Exception in thread …", then "Caused by: …").
 */
#ifndef COLLECTOR_OUTCOME_LOG_ERROR_H
#define COLLECTOR_OUTCOME_LOG_ERROR_H

#include <stdbool.h>

#include "collector/outcome/log_line.h"

enum log_error {
    LOG_ERROR_NO,
    LOG_ERROR_YES,
    LOG_ERROR_OPEN,  /* and the next line says it: "Error in f(x) :" */
    LOG_ERROR_OUTER, /* yes, but the line that tells more stands below: Ray's
                        RayTaskError before the task's own error */
    LOG_ERROR_GROUP, /* of an ExceptionGroup: what follows are its parts */
    LOG_ERROR_NOISE  /* what comes after the reason: "Execution halted", bash's words
                        about its jobs, mpirun's epilogue */
};

/* `in_traceback`: behind Python's "Traceback", where any name may be an exception. */
enum log_error log_error_kind(const struct log_line *line, bool in_traceback);

#endif

/* log_epilogue.h - what stands behind the reason in the log of a program that failed
 *
 * Stack frames, advice, what launchers and frameworks say of an end that they saw, and
 * progress bars. None of it is why the program failed.
 */
#ifndef COLLECTOR_OUTCOME_LOG_EPILOGUE_H
#define COLLECTOR_OUTCOME_LOG_EPILOGUE_H

#include "collector/outcome/log_error.h"

/* LOG_ERROR_NOISE, _WEAK, _RELAY or _ASIDE; LOG_ERROR_NO: it is nothing of that. Pure.
 */
enum log_error log_epilogue_kind(const struct log_line *line);

#endif

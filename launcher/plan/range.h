/* range.h - the values of range(start, stop, step), in exact decimals */
#ifndef LAUNCHER_PLAN_RANGE_H
#define LAUNCHER_PLAN_RANGE_H

#include "launcher/common/error.h"
#include "launcher/common/text/text.h"
#include "launcher/plan/pieces.h"

/* Append the values of range(arguments). `text` is the whole element, for messages.
 * ERROR_USAGE. */
int range_expand(const char *key, const char *text, const struct pieces *arguments,
                 struct words *values, struct error *err);

#endif

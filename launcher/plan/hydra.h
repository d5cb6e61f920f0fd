/* hydra.h - Hydra's override grammar, as far as it decides where a sweep is cut */
#ifndef LAUNCHER_PLAN_HYDRA_H
#define LAUNCHER_PLAN_HYDRA_H

#include "launcher/common/error.h"
#include "launcher/plan/pieces.h"

/* The top-level pieces of `text`, and the arguments of the last one that is a call (of
 * use when it is the only one). Checks every character. ERROR_USAGE. */
int hydra_split(const char *key, const char *text, struct pieces *pieces,
                struct pieces *arguments, struct error *err);

#endif

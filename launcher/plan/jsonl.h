/* jsonl.h - rows from JSONL: one object a line */
#ifndef LAUNCHER_PLAN_JSONL_H
#define LAUNCHER_PLAN_JSONL_H

#include <stddef.h>

#include "launcher/common/error.h"
#include "launcher/plan/file_rows.h"

/* Append the rows of a text without byte order mark. `source` must outlive the rows.
 * ERROR_INPUT ("'<source>' line N: …"). */
int jsonl_read(const char *bytes, size_t size, const char *source,
               struct file_rows *rows, struct error *err);

#endif

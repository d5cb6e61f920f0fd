/* slurm_lines.h - the plain lines of scontrol -o and sacctmgr -P
 *
 * `scontrol show … -o` writes "Key=value Key=value …", `sacctmgr -n -P` columns with
 * '|' between. Neither escapes anything, so only what cannot hold a blank or a '|' is
 * read from them: names, numbers and times.
 */
#ifndef LAUNCHER_SCHEDULER_SLURM_SLURM_LINES_H
#define LAUNCHER_SCHEDULER_SLURM_SLURM_LINES_H

#include <stdbool.h>
#include <stddef.h>

#define SLURM_COLUMNS_MAX 16

/* The next line of a text that is not empty: owned, without its end; NULL at the end of
 * the text. `*at` moves on. */
char *slurm_lines_next(const char **at);

/* Cut `line` into exactly `count` columns (at most SLURM_COLUMNS_MAX), which point into
 * it; false: it has more or fewer. */
bool slurm_line_split(char *line, size_t count, char **ret_columns);

/* The value of the first word "key=value" of a line: owned; NULL if there is none.
 * "(null)", "N/A" and "NONE" are "". */
char *slurm_line_value(const char *line, const char *key);

/* Minutes of a time as scontrol, sinfo and sacctmgr print it (30:00, 1:00:00,
 * 1-00:00:00), rounded up; 0: unlimited, or no time. */
long slurm_line_minutes(const char *text);

#endif

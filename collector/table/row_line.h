/* row_line.h - a line of results.jsonl, read back
 *
 * The file is our own, but it lies in a folder for years: what stands there is judged,
 * never trusted. Only the result is taken, with what tells whose it is.
 */
#ifndef COLLECTOR_TABLE_ROW_LINE_H
#define COLLECTOR_TABLE_ROW_LINE_H

#include <stdbool.h>
#include <stddef.h>

struct row_line {
    char *point;   /* owned */
    long attempt;  /* 0 none */
    char *job_id;  /* owned, "" none */
    char *output;  /* owned, "" none */
    char *result;  /* owned: as the program wrote it, numbers that JSON cannot say again
                     in their places; NULL none */
    size_t number; /* which result of its file, from 1; 0 unknown */
    size_t n_results; /* of its file */
};

/* False: the line is no row (torn, no JSON, something else). Released by
 * row_line_release(). */
bool row_line_read(const char *line, size_t size, struct row_line *ret_line);
void row_line_release(struct row_line *line);

#endif

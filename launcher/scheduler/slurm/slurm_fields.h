/* slurm_fields.h - columns of squeue, sacct and sinfo that no text inside can break
 *
 * Job names, reasons and comments may hold '|', spaces, even newlines. So the columns
 * are parted by a word of our own that is random and made anew for each call, and a
 * record has a fixed number of columns.
 */
#ifndef LAUNCHER_SCHEDULER_SLURM_SLURM_FIELDS_H
#define LAUNCHER_SCHEDULER_SLURM_SLURM_FIELDS_H

#include <stdbool.h>
#include <stddef.h>

#define SLURM_FIELDS_MAX 16
#define SLURM_SEPARATOR_SIZE 24

/* Where a parser is. Zero it, then set the first four members. */
struct slurm_fields {
    const char *bytes; /* borrowed */
    size_t size;
    const char *separator;          /* borrowed; not empty */
    size_t n_fields;                /* columns of a record, at most SLURM_FIELDS_MAX */
    size_t at;                      /* how far it is */
    bool is_cut;                    /* the text ended within a record */
    char *values[SLURM_FIELDS_MAX]; /* owned: the columns of the record that was read */
};

/* A new separator: 16 random digits between colons. */
void slurm_fields_separator(char separator[SLURM_SEPARATOR_SIZE]);

/* How many columns the first line with a separator has; 0 without one. */
size_t slurm_fields_columns(const char *bytes, size_t size, const char *separator);

/* The next record: each column *ends* with the separator (`squeue -o "%i:S:%j:S:"`,
 * `sacct -p --delimiter=:S:`), and a record begins on a line of its own. false at the
 * end; a record that is cut off is not given. */
bool slurm_fields_next(struct slurm_fields *fields);

void slurm_fields_release(struct slurm_fields *fields);

/* A column's words; "" for what Slurm prints where there are none: "None", "(null)",
 * "None assigned". Borrowed from `text`. */
const char *slurm_fields_text(const char *text);

/* Epoch seconds as SLURM_TIME_FORMAT=%s prints them; 0 for "N/A", "Unknown", "None",
 * "NONE" … */
double slurm_fields_time(const char *text);

/* Is it a job's id as Slurm's commands take it ("12", "12_3", "12+1")? An option, a
 * name or an id of another scheduler is not: one such word makes scancel and sacct
 * refuse all. */
bool slurm_fields_is_id(const char *text);

/* A whole number up to `max`, or -1. */
long slurm_fields_number(const char *text, long max);

#endif

/* job_match.h - which attempt is this job that the queue or accounting lists?
 *
 * Three marks are tried, the surest first:
 * - the token at the end of the job's name (of an attempt, or of an array and then the
 *   task in the job's id);
 * - the job's id, where the attempt was accepted;
 * - the path of the script it was submitted with, where a site's job_submit plugin
 *   writes names of its own (squeue %o; accounting gives back the name that we asked
 *   for: slurm_history.h).
 * A name or a script of another sweep is never matched by id alone: ids begin anew when
 * a controller loses its state.
 */
#ifndef LAUNCHER_JOBS_JOB_MATCH_H
#define LAUNCHER_JOBS_JOB_MATCH_H

#include <sys/stat.h>

#include "launcher/common/map.h"
#include "launcher/sweep/sweep.h"

/* Valid as long as no event is applied to the sweep. */
struct job_match {
    const struct sweep *sweep; /* borrowed */
    struct map by_job;         /* job id → index into by_order */
    struct map by_base;        /* base of files → the last attempt that has it */
    bool has_bases;
    struct stat folder; /* of the sweep; st_ino 0: not looked at */
    char *other;        /* owned: a folder that was compared with it last; or NULL */
    bool is_other_same; /* that folder is the sweep's */
};

/* Index the attempts. End with job_match_release(). */
void job_match_init(struct job_match *match, const struct sweep *sweep);
void job_match_release(struct job_match *match);

/* The attempt whose job this is, or NULL. Its job_id may differ from the job's: then
 * the job is a duplicate, or the trace of a refused call. */
struct attempt *job_match_find(struct job_match *match, const struct job *job);

/* The array that this job is a task of, or that it is as a whole ("123_[4-9]"), or
 * NULL. */
struct array *job_match_array(struct job_match *match, const struct job *job);

/* "123_4" → 4; false for the id of a single job or of several tasks. Public for its
 * test: ids come from outside. */
bool job_match_task(const char *job_id, size_t *ret_task);

#endif

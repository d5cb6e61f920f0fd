/* slurm_submit.h - one sbatch call: its words, and what its answer means
 *
 * rc 1 and 255 both mean "refused or worse": only the text tells (facts: Slurm 20.11 to
 * 26.05 use the same texts). What may have been accepted in spite of an error is
 * SUBMIT_UNKNOWN, and is looked up before anything is submitted again.
 */
#ifndef LAUNCHER_SCHEDULER_SLURM_SLURM_SUBMIT_H
#define LAUNCHER_SCHEDULER_SLURM_SLURM_SUBMIT_H

#include "launcher/common/processes/child.h"
#include "launcher/scheduler/scheduler.h"

/* Append sbatch's words (without argv[0]) for a submission. */
void slurm_submit_words(const struct submit_request *submission, struct words *argv);

/* A path as --output and --error take it. `%` would be replaced (%j, %x …): `%%` is one
 * percent sign. A backslash anywhere turns replacing off and is itself removed: then
 * `%` stays and `\\` is one backslash (fname.c of Slurm; seen with 22.05). Owned.
 * Public for its test: a table of paths. */
char *slurm_submit_pattern(const char *path);

/* What an ended sbatch call means. `ret_outcome` is filled; never fails. */
void slurm_submit_read(const struct child_result *result,
                       struct submit_outcome *ret_outcome);

/* The job id in sbatch's stdout: the last line `N` or `N;cluster` (--parsable; sites
 * print banners before it), else the last `Submitted batch job N`. false: none. Public
 * for its fuzzer. */
bool slurm_submit_job_id(const char *text, char id[JOB_ID_SIZE]);

/* The class of a failed call by what it wrote to stderr. Public for its test: the words
 * of many versions. */
enum submit_class slurm_submit_class(const char *text);

#endif

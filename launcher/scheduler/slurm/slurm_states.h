/* slurm_states.h - Slurm's words for the state of a job → our states
 *
 * Source: job_state_string() of Slurm 20.11 to 26.05 (slurm_protocol_defs.c) and
 * doc/job_state_codes. squeue and sacct print one word: the first flag that is set,
 * else the base state; so COMPLETING hides how the job ended.
 */
#ifndef LAUNCHER_SCHEDULER_SLURM_SLURM_STATES_H
#define LAUNCHER_SCHEDULER_SLURM_SLURM_STATES_H

#include "collector/outcome/states.h"
#include "launcher/scheduler/job.h"

/* Fill state, raw_state and cancelled_by of `job` from `word` as squeue %T or sacct
 * State print it: "RUNNING", "CANCELLED by 1001". A word that we do not know is
 * STATE_UNKNOWN, which means: alive until proven otherwise. */
void slurm_state_set(struct job *job, const char *word);

/* Set is_refusal of a job whose other members are filled: is this record the trace of a
 * submission that was refused, not of a run? Slurm leaves FAILED under an id of its
 * own: reason BadConstraints in squeue; in sacct no reason, but no node either, and no
 * time between start and end (seen: 22.05, 24.11, 26.05). And take back a start that
 * never was: cancelled while it waited, a job gets its end as its start. */
void slurm_state_judge(struct job *job);

#endif

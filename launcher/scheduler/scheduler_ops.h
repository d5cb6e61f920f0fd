/* scheduler_ops.h - what a scheduler is made of: a table of functions
 *
 * For those who write one; its users call the functions of scheduler.h, which also says
 * what each does. Those that there are stand in the list of scheduler.c. To add one:
 * docs/adding-a-scheduler.md.
 */
#ifndef LAUNCHER_SCHEDULER_SCHEDULER_OPS_H
#define LAUNCHER_SCHEDULER_SCHEDULER_OPS_H

#include "launcher/scheduler/scheduler.h"

struct scheduler_ops {
    const char *name; /* static: "slurm" */

    /* Abilities that have no function of their own (enum scheduler_ability). */
    bool runs_here, has_arrays, has_dependencies;

    /* Each must have these. */
    int (*open)(const struct scheduler_options *options,
                struct scheduler *ret_scheduler, struct error *err);
    int (*submit_begin)(struct scheduler *scheduler, size_t slot,
                        const struct submit_request *submission, struct error *err);
    int (*submit_next)(struct scheduler *scheduler, int timeout_ms, size_t *ret_slot,
                       struct submit_outcome *ret_outcome);
    int (*list)(struct scheduler *scheduler, struct job_list *ret_jobs,
                struct error *err);
    int (*cancel)(struct scheduler *scheduler, const struct words *ids,
                  struct error *err);
    void (*close)(struct scheduler *scheduler);

    /* NULL: it lacks the ability. */
    bool (*is_installed)(void); /* jobs can be queued from this host */
    void (*enter)(const struct scheduler *scheduler, const char *job_id,
                  const char *node, bool has_terminal,
                  struct child_command *ret_command);
    int (*history)(struct scheduler *scheduler, double since, const struct words *ids,
                   struct job_list *ret_jobs, bool *ret_is_kept, struct error *err);
    size_t (*slots)(const struct scheduler *scheduler);
    double (*message_timeout)(struct scheduler *scheduler);
    int (*limits)(struct scheduler *scheduler, const char *partition,
                  const char *account, const char *qos,
                  struct scheduler_limits *ret_limits, struct error *err);
    int (*site)(struct scheduler *scheduler, enum site_age age, struct site *ret_site,
                struct error *err);
    int (*refresh)(struct scheduler *scheduler, struct error *err);
    int (*reservations)(struct scheduler *scheduler, const char *partition,
                        const char *account, struct site_reservations *ret_list,
                        struct error *err);
    const struct wait_reason *(*reason)(const char *raw);
    bool (*waits_for_reservation)(const char *raw);
    const struct scheduler_program *programs; /* static; ends with a row of zeros */
};

#endif

/* rpc_plan.h - what a sweep will cost the controller, before it is submitted
 *
 * A pure function of what is asked and of the site's limits. Every sbatch is one call
 * to the controller; so is every squeue of a poll, whatever the size of the sweep.
 */
#ifndef LAUNCHER_CHECK_RPC_PLAN_H
#define LAUNCHER_CHECK_RPC_PLAN_H

#include <stdbool.h>
#include <stddef.h>

#include "launcher/scheduler/scheduler.h"

/* Above so many points it is worth saying that another mode is cheaper. */
#define RPC_PLAN_MANY 50

struct rpc_request {
    size_t n_points; /* to be submitted now */
    bool is_array;   /* --mode array */
    size_t in_flight;
    double max_rate;                       /* submissions a second, 0 no limit */
    const struct scheduler_limits *limits; /* borrowed; NULL: not known */
};

struct rpc_plan {
    size_t n_sbatch;              /* calls of sbatch */
    size_t array_size;            /* most tasks of one array */
    double seconds;               /* of these calls, without waiting for jobs to end */
    double rate;                  /* calls a second in the long run */
    bool is_rate_of_site;         /* rl_* is what binds the rate */
    size_t queue_limit;           /* jobs at once in the queue; 0: no limit binds */
    const char *queue_limit_from; /* borrowed from the limits or static; "" */
    size_t n_batches; /* 1: all at once; more: as jobs end, `queue_limit` at a time */
    size_t n_sbatch_array; /* calls with --mode array */
    bool is_array_cheaper; /* worth saying */
};

void rpc_plan_make(const struct rpc_request *request, struct rpc_plan *ret_plan);

#endif

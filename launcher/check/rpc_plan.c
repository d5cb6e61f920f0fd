#include "launcher/check/rpc_plan.h"

#define MAX_ARRAY_SIZE 1001 /* slurm.conf(5): MaxArraySize where nothing is said */
#define CALL_S 0.05         /* one sbatch of an idle controller, seen: 0.02 to 0.05 s */

static size_t divide_up(size_t count, size_t by)
{
    return by == 0 ? count : (count + by - 1) / by;
}

static void keep_smaller(size_t *room, const char **from, long limit, const char *name)
{
    if (limit > 0 && (*room == 0 || (size_t)limit < *room)) {
        *room = (size_t)limit;
        *from = name;
    }
}

static size_t array_size(const struct scheduler_limits *limits, size_t room)
{
    size_t size = MAX_ARRAY_SIZE;

    if (limits && limits->max_array_size > 0)
        size = (size_t)limits->max_array_size;
    if (limits && limits->max_array_tasks > 0 && (size_t)limits->max_array_tasks < size)
        size = (size_t)limits->max_array_tasks;
    return room > 0 && room < size ? room : size;
}

/* Only what is less than the points binds. */
static void find_room(const struct rpc_request *request, struct rpc_plan *plan)
{
    const struct scheduler_limits *limits = request->limits;
    const char *from = "";
    size_t room = 0;

    if (limits) {
        keep_smaller(&room, &from, limits->max_submit, limits->max_submit_from);
        keep_smaller(&room, &from, limits->max_job_count,
                     "MaxJobCount of the whole cluster");
    }
    bool is_bound = room > 0 && room < request->n_points;
    plan->queue_limit = is_bound ? room : 0;
    plan->queue_limit_from = is_bound ? from : "";
    plan->n_batches = is_bound ? divide_up(request->n_points, room) : 1;
}

static void find_seconds(const struct rpc_request *request, struct rpc_plan *plan)
{
    const struct scheduler_limits *limits = request->limits;
    double calls = (double)plan->n_sbatch;
    double in_flight = request->in_flight > 0 ? (double)request->in_flight : 1;

    plan->rate = in_flight / CALL_S;
    if (request->max_rate > 0 && request->max_rate < plan->rate)
        plan->rate = request->max_rate;
    plan->seconds = calls / plan->rate;
    if (calls > 0 && plan->seconds < CALL_S)
        plan->seconds = CALL_S;
    if (!limits || limits->rate_per_s <= 0 || limits->rate_per_s >= plan->rate)
        return;
    double behind = (calls - (double)limits->rate_burst) / limits->rate_per_s;
    plan->rate = limits->rate_per_s;
    plan->is_rate_of_site = true;
    if (behind > plan->seconds)
        plan->seconds = behind;
}

void rpc_plan_make(const struct rpc_request *request, struct rpc_plan *ret_plan)
{
    struct rpc_plan plan = {0};

    find_room(request, &plan);
    plan.array_size = array_size(request->limits, plan.queue_limit);
    plan.n_sbatch_array = divide_up(request->n_points, plan.array_size);
    plan.n_sbatch = request->is_array ? plan.n_sbatch_array : request->n_points;
    plan.is_array_cheaper = !request->is_array && request->n_points > RPC_PLAN_MANY &&
                            plan.n_sbatch_array < plan.n_sbatch;
    find_seconds(request, &plan);
    *ret_plan = plan;
}

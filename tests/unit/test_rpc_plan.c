#include "launcher/check/rpc_plan.h"

#include <string.h>

#include "tests/tap/tap.h"

#define UNBOUND                                         \
    {                                                   \
        .max_array_size = 10001, .max_job_count = 20000 \
    }

struct asked {
    size_t n_points;
    bool is_array;
    bool is_unknown; /* nobody knows what the site allows */
    struct scheduler_limits limits;
};

struct wanted {
    size_t n_sbatch;
    size_t queue_limit;           /* 0: no limit binds */
    const char *queue_limit_from; /* NULL: none */
    size_t n_batches;
    double seconds;
    bool is_array_cheaper;
};

static const struct {
    const char *what;
    struct asked asked;
    struct wanted wanted;
} rows[] = {
    {"nothing",
     {.n_points = 0, .limits = UNBOUND},
     {.n_sbatch = 0, .n_batches = 1, .seconds = 0}},
    {"one",
     {.n_points = 1, .limits = UNBOUND},
     {.n_sbatch = 1, .n_batches = 1, .seconds = 0.05}},
    {"fifty",
     {.n_points = 50, .limits = UNBOUND},
     {.n_sbatch = 50, .n_batches = 1, .seconds = 1}},
    {"many",
     {.n_points = 2000, .limits = UNBOUND},
     {.n_sbatch = 2000, .n_batches = 1, .seconds = 40, .is_array_cheaper = true}},
    {"not known",
     {.n_points = 2000, .is_unknown = true},
     {.n_sbatch = 2000, .n_batches = 1, .seconds = 40, .is_array_cheaper = true}},
    {"an array",
     {.n_points = 2000, .is_array = true, .limits = UNBOUND},
     {.n_sbatch = 1, .n_batches = 1, .seconds = 0.05}},
    {"arrays of an unknown site",
     {.n_points = 2000, .is_array = true, .is_unknown = true},
     {.n_sbatch = 2, .n_batches = 1, .seconds = 0.05}},
    {"MaxArraySize",
     {.n_points = 10000, .is_array = true, .limits = {.max_array_size = 1001}},
     {.n_sbatch = 10, .n_batches = 1, .seconds = 0.2}},
    {"max_array_tasks",
     {.n_points = 10000,
      .is_array = true,
      .limits = {.max_array_size = 1001, .max_array_tasks = 100}},
     {.n_sbatch = 100, .n_batches = 1, .seconds = 2}},
    {"MaxSubmitJobs",
     {.n_points = 200,
      .limits = {.max_array_size = 1001, .max_submit = 20, .max_submit_from = "QoS"}},
     {.n_sbatch = 200,
      .queue_limit = 20,
      .queue_limit_from = "QoS",
      .n_batches = 10,
      .seconds = 4,
      .is_array_cheaper = true}},
    {"MaxSubmitJobs with arrays",
     {.n_points = 210,
      .is_array = true,
      .limits = {.max_array_size = 100, .max_submit = 20, .max_submit_from = "QoS"}},
     {.n_sbatch = 11,
      .queue_limit = 20,
      .queue_limit_from = "QoS",
      .n_batches = 11,
      .seconds = 0.22}},
    {"MaxSubmitJobs that does not bind",
     {.n_points = 20, .limits = {.max_submit = 20, .max_submit_from = "QoS"}},
     {.n_sbatch = 20, .n_batches = 1, .seconds = 0.4}},
    {"MaxJobCount",
     {.n_points = 200,
      .limits = {.max_job_count = 100, .max_submit = 150, .max_submit_from = "QoS"}},
     {.n_sbatch = 200,
      .queue_limit = 100,
      .queue_limit_from = "MaxJobCount of the whole cluster",
      .n_batches = 2,
      .seconds = 4,
      .is_array_cheaper = true}},
    {"MaxSubmitJobs of 1",
     {.n_points = 60, .limits = {.max_submit = 1, .max_submit_from = "QoS"}},
     {.n_sbatch = 60,
      .queue_limit = 1,
      .queue_limit_from = "QoS",
      .n_batches = 60,
      .seconds = 1.2}},
    {"a rate limit",
     {.n_points = 1030, .limits = {.rate_burst = 30, .rate_per_s = 2}},
     {.n_sbatch = 1030, .n_batches = 1, .seconds = 500, .is_array_cheaper = true}},
    {"a rate limit within the burst",
     {.n_points = 30, .limits = {.rate_burst = 30, .rate_per_s = 2}},
     {.n_sbatch = 30, .n_batches = 1, .seconds = 0.6}},
    {"a rate limit above ours",
     {.n_points = 1000, .limits = {.rate_burst = 30, .rate_per_s = 500}},
     {.n_sbatch = 1000, .n_batches = 1, .seconds = 20, .is_array_cheaper = true}},
};

static void row_is(const char *what, const struct asked *asked,
                   const struct wanted *wanted)
{
    struct rpc_request request = {.n_points = asked->n_points,
                                  .is_array = asked->is_array,
                                  .in_flight = 4,
                                  .max_rate = 50,
                                  .limits = asked->is_unknown ? NULL : &asked->limits};
    struct rpc_plan plan;

    rpc_plan_make(&request, &plan);
    is_number(plan.n_sbatch, wanted->n_sbatch, what);
    is_number(plan.queue_limit, wanted->queue_limit, what);
    is_string(plan.queue_limit_from,
              wanted->queue_limit_from ? wanted->queue_limit_from : "", what);
    is_number(plan.n_batches, wanted->n_batches, what);
    ok(plan.seconds > wanted->seconds - 0.001 && plan.seconds < wanted->seconds + 0.001,
       "%s: %g s", what, plan.seconds);
    ok(plan.is_array_cheaper == wanted->is_array_cheaper, "%s: cheaper", what);
}

int main(void)
{
    for (size_t i = 0; i < sizeof rows / sizeof *rows; i++)
        row_is(rows[i].what, &rows[i].asked, &rows[i].wanted);
    struct rpc_request lifted = {.n_points = 100, .in_flight = 8};
    struct rpc_plan plan;
    rpc_plan_make(&lifted, &plan);
    is_number((long)plan.rate, 160, "without --max-rate the calls in flight decide");
    return tap_done();
}

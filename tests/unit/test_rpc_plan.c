#include "launcher/check/rpc_plan.h"

#include <string.h>

#include "tests/tap/tap.h"

#define UNBOUND                                         \
    {                                                   \
        .max_array_size = 10001, .max_job_count = 20000 \
    }

/* What is asked, what the site allows, and what follows. */
static const struct {
    const char *what;
    size_t n_points;
    bool is_array, is_known;
    struct scheduler_limits limits;
    size_t n_sbatch, room, n_fills;
    const char *room_from;
    double seconds;
    bool is_array_cheaper;
} rows[] = {
    {"nothing", 0, false, true, UNBOUND, 0, 0, 1, "", 0, false},
    {"one", 1, false, true, UNBOUND, 1, 0, 1, "", 0.05, false},
    {"fifty", 50, false, true, UNBOUND, 50, 0, 1, "", 1, false},
    {"many", 2000, false, true, UNBOUND, 2000, 0, 1, "", 40, true},
    {"not known", 2000, false, false, UNBOUND, 2000, 0, 1, "", 40, true},
    {"an array", 2000, true, true, UNBOUND, 1, 0, 1, "", 0.05, false},
    {"arrays of an unknown site", 2000, true, false, UNBOUND, 2, 0, 1, "", 0.05, false},
    {"MaxArraySize",
     10000,
     true,
     true,
     {.max_array_size = 1001},
     10,
     0,
     1,
     "",
     0.2,
     false},
    {"max_array_tasks",
     10000,
     true,
     true,
     {.max_array_size = 1001, .max_array_tasks = 100},
     100,
     0,
     1,
     "",
     2,
     false},
    {"MaxSubmitJobs",
     200,
     false,
     true,
     {.max_array_size = 1001, .max_submit = 20, .max_submit_from = "QoS"},
     200,
     20,
     10,
     "QoS",
     4,
     true},
    {"MaxSubmitJobs with arrays",
     210,
     true,
     true,
     {.max_array_size = 100, .max_submit = 20, .max_submit_from = "QoS"},
     11,
     20,
     11,
     "QoS",
     0.22,
     false},
    {"MaxSubmitJobs that does not bind",
     20,
     false,
     true,
     {.max_submit = 20, .max_submit_from = "QoS"},
     20,
     0,
     1,
     "",
     0.4,
     false},
    {"MaxJobCount",
     200,
     false,
     true,
     {.max_job_count = 100, .max_submit = 150, .max_submit_from = "QoS"},
     200,
     100,
     2,
     "MaxJobCount of the whole cluster",
     4,
     true},
    {"MaxSubmitJobs of 1",
     60,
     false,
     true,
     {.max_submit = 1, .max_submit_from = "QoS"},
     60,
     1,
     60,
     "QoS",
     1.2,
     false},
    {"a rate limit",
     1030,
     false,
     true,
     {.rate_burst = 30, .rate_per_s = 2},
     1030,
     0,
     1,
     "",
     500,
     true},
    {"a rate limit within the burst",
     30,
     false,
     true,
     {.rate_burst = 30, .rate_per_s = 2},
     30,
     0,
     1,
     "",
     0.6,
     false},
    {"a rate limit above ours",
     1000,
     false,
     true,
     {.rate_burst = 30, .rate_per_s = 500},
     1000,
     0,
     1,
     "",
     20,
     true},
};

int main(void)
{
    for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
        struct rpc_request request = {.n_points = rows[i].n_points,
                                      .is_array = rows[i].is_array,
                                      .in_flight = 4,
                                      .max_rate = 50,
                                      .limits =
                                          rows[i].is_known ? &rows[i].limits : NULL};
        struct rpc_plan plan;

        rpc_plan_make(&request, &plan);
        is_number((long)plan.n_sbatch, (long)rows[i].n_sbatch, rows[i].what);
        is_number((long)plan.room, (long)rows[i].room, rows[i].what);
        is_string(plan.room_from, rows[i].room_from, rows[i].what);
        is_number((long)plan.n_fills, (long)rows[i].n_fills, rows[i].what);
        ok(plan.seconds > rows[i].seconds - 0.001 &&
               plan.seconds < rows[i].seconds + 0.001,
           "%s: %g s", rows[i].what, plan.seconds);
        ok(plan.is_array_cheaper == rows[i].is_array_cheaper, "%s: cheaper",
           rows[i].what);
    }
    struct rpc_request lifted = {.n_points = 100, .in_flight = 8};
    struct rpc_plan plan;
    rpc_plan_make(&lifted, &plan);
    is_number((long)plan.rate, 160, "without --max-rate the calls in flight decide");
    return tap_done();
}

#include "launcher/jobs/accounting.h"

#include "launcher/campaign/status_summary.h"
#include "launcher/common/clock.h"
#include "launcher/jobs/poll_jobs.h"
#include "tests/unit/fake_scheduler.h"

/* What accounting answers, and how often it was asked. */
static struct {
    int n_calls;
    size_t n_ids;
    bool is_down, is_off;
    const char *id, *name;
    enum state state;
    long cancelled_by;
} peer;

static int history(struct scheduler *scheduler, double since, const struct words *ids,
                   struct job_list *ret_jobs, bool *ret_is_kept, struct error *err)
{
    (void)scheduler, (void)since;
    peer.n_calls++;
    peer.n_ids = ids ? ids->count : 0;
    if (peer.is_down)
        return error_set(err, ERROR_SCHEDULER, "the database does not answer");
    *ret_is_kept = !peer.is_off;
    if (peer.is_off || !peer.id)
        return 0;
    struct job *job = job_list_add(ret_jobs);
    snprintf(job->id, sizeof job->id, "%s", peer.id);
    free(job->name);
    job->name = xstrdup(peer.name);
    job->state = peer.state;
    job->cancelled_by = peer.cancelled_by;
    return 0;
}

static const struct scheduler_ops ops = {.name = "fake", .history = history};

static void ask(struct sweep *sweep)
{
    struct scheduler scheduler = {.ops = &ops};
    struct job_match match;

    job_match_init(&match, sweep);
    accounting_ask(sweep, &scheduler, &match, NULL);
    job_match_release(&match);
}

static void test_back_off(struct sweep *sweep)
{
    ask(sweep);
    is_number(peer.n_calls, 1, "three jobs that left the queue: one call");
    is_number((long)peer.n_ids, 3, "for the three");
    for (int i = 0; i < 100; i++)
        ask(sweep);
    is_number(peer.n_calls, 1, "not again at every look");
    int calls = peer.n_calls;
    double start = fake_slept_s;
    while (fake_slept_s - start < 3600) {
        fake_slept_s += 1;
        ask(sweep);
    }
    ok(peer.n_calls - calls > 50 && peer.n_calls - calls < 65,
       "%d calls in an hour without a record", peer.n_calls - calls);
}

static void test_new(struct sweep *sweep)
{
    int calls = peer.n_calls;

    fixture_accept(sweep, 3, 1);
    ask(sweep);
    is_number(peer.n_calls - calls, 1, "one that is newly gone: at once");
    ask(sweep);
    is_number(peer.n_calls - calls, 1, "and once");
    sweep->by_order[4]->is_listed = true;
    ask(sweep);
    is_number(peer.n_calls - calls, 1, "none for what is listed");
}

static void test_records(struct sweep *sweep)
{
    peer.id = "99";
    peer.name = "x-000000000001";
    peer.state = STATE_COMPLETED;
    fake_slept_s += 100;
    ask(sweep);
    ok(!sweep->by_order[0]->is_seen, "a record of another id is not the attempt's");
    peer.id = "1";
    peer.state = STATE_RUNNING;
    fake_slept_s += 100;
    ask(sweep);
    ok(!sweep->by_order[0]->is_seen, "a record that is behind says nothing");
    peer.state = STATE_COMPLETED;
    fake_slept_s += 100;
    ask(sweep);
    ok(sweep->by_order[0]->is_seen, "a record");
    is_number(attempt_witness(sweep->by_order[0]), JOB_ENDED, "is a witness");
}

static void test_down(struct sweep *sweep)
{
    peer.is_down = true;
    fake_slept_s += 100;
    ask(sweep);
    ok(!sweep->accounting.is_off, "a database that is away may come back");
    peer.is_down = false;
    peer.is_off = true;
    fake_slept_s += 100;
    ask(sweep);
    ok(sweep->accounting.is_off, "none is kept");
    peer.is_off = false;
    fake_slept_s += 100;
    ask(sweep);
    ok(!sweep->accounting.is_off, "it is back");
}

static void test_canceller(struct sweep *sweep)
{
    struct attempt *attempt = sweep->by_order[0];

    attempt->seen.state = STATE_CANCELLED;
    attempt->seen.cancelled_by = -1;
    ok(accounting_wants_canceller(attempt), "squeue does not say who cancelled it");
    peer.state = STATE_CANCELLED;
    peer.cancelled_by = 0;
    fake_slept_s += 100;
    ask(sweep);
    is_number(attempt->seen.cancelled_by, 0, "accounting does");
    ok(!accounting_wants_canceller(attempt), "so it is not asked again");
    struct job job = {.state = STATE_CANCELLED, .cancelled_by = -1};
    attempt_set_seen(attempt, &job);
    is_number(attempt->seen.cancelled_by, 0, "also when the queue lists it once more");
    attempt->seen.cancelled_by = -1;
    attempt->is_cancel_asked = true;
    ok(!accounting_wants_canceller(attempt), "nor where raylaunch itself did");
}

/* Cancelled by nobody knows whom, while accounting is away: that is waited for, because
 * it decides whether the point is submitted again; not for ever. */
static void test_lag(void)
{
    struct sweep *sweep = fixture_begin("lag", 1);
    const struct poll_jobs_options options = {.require_result = true};
    struct job job = {
        .state = STATE_CANCELLED, .cancelled_by = -1, .ended_at = clock_wall()};
    struct error err = {0};
    size_t n_new;

    fixture_accept(sweep, 0, 1);
    sweep_unlock(sweep);
    struct attempt *attempt = sweep->by_order[0];
    attempt_set_seen(attempt, &job);
    peer.is_down = true;
    ask(sweep);
    ok(finalize_attempts(sweep, &options, &n_new, &err) == 0 && n_new == 0,
       "not decided while accounting is away %s", err.text);
    fake_slept_s += 11;
    ok(finalize_attempts(sweep, &options, &n_new, &err) == 0 && n_new == 1 &&
           strcmp(attempt_cause(attempt), "by_user") == 0,
       "after ten seconds it is");
    sweep_close(sweep);
}

int main(void)
{
    struct sweep *sweep = fixture_begin("folder", 6);

    ask(sweep);
    is_number(peer.n_calls, 0, "nothing to ask, no call");
    for (size_t i = 0; i < 3; i++)
        fixture_accept(sweep, i, 1);
    fixture_event(sweep, "submitting", 4, 1, 1, NULL); /* no outcome: not asked here */
    test_back_off(sweep);
    test_new(sweep);
    test_records(sweep);
    test_down(sweep);
    test_canceller(sweep);
    sweep_unlock(sweep);
    sweep_close(sweep);
    test_lag();
    return tap_done();
}

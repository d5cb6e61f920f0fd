#include <sys/wait.h>

#include "launcher/campaign/choose.h"
#include "launcher/campaign/reconcile.h"
#include "launcher/common/interrupt.h"
#include "tests/unit/fake_scheduler.h"

#define N_POINTS 9

/* Lock, reconcile, choose as retyping does, submit. The sweep is closed again. */
static int retype(struct fake *fake, size_t in_flight, double max_rate,
                  struct submit_report *report, struct error *err)
{
    static char name[] = "t", bytes[] = "#!/bin/bash\n{{directives}}\n";
    struct template template = {name, bytes, sizeof bytes - 1};
    struct settings *settings = settings_new();
    struct scheduler scheduler = {&fake_ops, fake};
    struct sweep *sweep = fixture_begin(fake->sweep, N_POINTS);
    struct submit_options options = {.settings = settings,
                                     .template = &template,
                                     .job_name = "my-job",
                                     .settings_id = "",
                                     .in_flight = in_flight,
                                     .max_rate = max_rate,
                                     .message_timeout_s = 10};
    struct reconcile_report found;
    struct choice choice = {0};
    size_t selected[N_POINTS];

    fake->in_flight = in_flight;
    for (size_t i = 0; i < N_POINTS; i++)
        selected[i] = i;
    int rc = reconcile(sweep, &scheduler, 10, NULL, &found, err);
    if (rc == 0)
        choose(sweep, selected, N_POINTS, CHOOSE_RETYPE, NULL, &choice);
    if (rc == 0)
        rc = submit(sweep, &scheduler, choice.items, choice.count, &options, report,
                    err);
    choice_release(&choice);
    sweep_close(sweep);
    settings_free(settings);
    fake_release(fake);
    return rc;
}

/* How many accepted attempts the points have by the folder: each point at most one of a
 * number, and the scheduler's jobs are exactly those. */
static size_t count_accepted(const char *name, const char *what)
{
    struct sweep *sweep = fixture_open(name);
    struct job_list jobs = {0};
    size_t count = 0, n_twice = 0, n_unknown = 0;

    for (size_t i = 0; i < sweep->n_points; i++) {
        size_t own = 0;
        for (size_t j = 0; j < sweep->points[i]->n_attempts; j++)
            own += sweep->points[i]->attempts[j]->phase == ATTEMPT_ACCEPTED;
        count += own;
        n_twice += own > 1;
    }
    fake_read_jobs("queue", STATE_PENDING, &jobs);
    fake_read_jobs("accounting", STATE_COMPLETED, &jobs);
    for (size_t i = 0; i < jobs.count; i++) {
        const struct attempt *attempt =
            sweep_by_token(sweep, strrchr(jobs.jobs[i].name, '-') + 1);
        n_unknown += !attempt || attempt->phase != ATTEMPT_ACCEPTED ||
                     strcmp(attempt->job_id, jobs.jobs[i].id) != 0;
    }
    if (n_twice || n_unknown || jobs.count != count)
        ok(0,
           "%s: %zu accepted, %zu jobs, %zu points twice, %zu jobs not in the journal",
           what, count, jobs.count, n_twice, n_unknown);
    job_list_release(&jobs);
    sweep_close(sweep);
    return count;
}

/* One call with these answers; then a second without trouble must complete it. */
static void answers_give(const char *what, const char *answers, bool is_error,
                         size_t n_first)
{
    static int number;
    cleanup_free char *name = xasprintf("s%d", number++);
    struct fake fake = {.answers = answers, .sweep = name};
    struct fake healthy = {.answers = "", .sweep = name};
    struct submit_report report = {0}, rest = {0};
    struct error err = {0};

    fake_forget();
    int rc = retype(&fake, 3, 0, &report, &err);
    ok((rc < 0) == is_error && (!is_error || err.kind == ERROR_SCHEDULER),
       "%s (%s): %s", what, answers, err.text);
    is_number(count_accepted(name, what), n_first, "accepted by then");
    is_number(report.n_submitted + report.n_adopted, n_first, "as the report says");
    ok(retype(&healthy, 3, 0, &rest, &err) == 0 && fake.n_bad + healthy.n_bad == 0,
       "typed again");
    is_number(count_accepted(name, what), N_POINTS, "every point has exactly one job");
    is_number(rest.n_submitted + rest.n_adopted, N_POINTS - n_first,
              "the rest was submitted now");
}

static void test_answers(void)
{
    answers_give("all accepted", "", false, N_POINTS);
    answers_give("refused at first: nothing more begins", "r", true, 0);
    answers_give("refused later: the calls that run are heard", "aaraa", true, 5);
    answers_give("later, then accepted", "l", false, N_POINTS);
    answers_give("later, in the middle", "aalla", false, N_POINTS);
    answers_give("later for some time", "llllllll", false, N_POINTS);
    answers_give("later without end", "lllllllllllllllllllllllll", true, 0);
    answers_give("unknown, but queued", "qaqq", false, N_POINTS);
    answers_give("unknown, known to accounting", "haha", false, N_POINTS);
    answers_give("unknown, queued only at the second look", "s", false, N_POINTS);
    answers_give("unknown, and absent", "uauu", false, N_POINTS);
    answers_give("unknown and refused together", "aurq", true, 4);
    answers_give("unknown without end", "uuuuuuuuuuuuuuuuuuuuuuuuu", true, 0);
    answers_give("no process can be made", "b", true, 0);
    answers_give("no process can be made later on", "aab", true, 2);
}

static void test_order(void)
{
    struct fake fake = {.answers = "aal", .sweep = "order"};
    struct scheduler scheduler = {&fake_ops, &fake};
    struct submit_report report = {0};
    struct error err = {0};

    fake_forget();
    double before = fake_slept_s;
    retype(&fake, 4, 2, &report, &err);
    ok(fake_slept_s - before >= 4 && fake_slept_s - before < 10,
       "10 calls, two a second: %.1f s", fake_slept_s - before);
    struct sweep *sweep = fixture_open("order");
    /* In the journal: the first alone, then the others as they stand, the third once
     * more. */
    static const size_t wanted[] = {0, 1, 2, 3, 4, 5, 6, 7, 8, 2};
    bool is_good = sweep->n_attempts == 10;
    for (size_t i = 0; is_good && i < 10; i++)
        is_good = sweep->by_order[i]->point->point.index == wanted[i];
    ok(is_good, "intents are in the order of the items");
    is_number(sweep->points[2]->attempts[1]->number, 1,
              "tried again under the same number");
    ok(strcmp(sweep->points[2]->attempts[0]->token,
              sweep->points[2]->attempts[1]->token) != 0,
       "and with another token");
    sweep_close(sweep);
    scheduler.ops->close(&scheduler);
}

static void test_silent_queue(void)
{
    struct fake first = {.answers = "u", .sweep = "silent", .n_list_failures = 1};
    struct fake second = {.answers = "", .sweep = "silent", .n_list_failures = 1};
    struct fake third = {.answers = "", .sweep = "silent"};
    struct submit_report report = {0};
    struct error err = {0};

    fake_forget();
    ok(retype(&first, 3, 0, &report, &err) < 0 && err.kind == ERROR_SCHEDULER, "%s",
       err.text);
    err = (struct error){0};
    ok(retype(&second, 3, 0, &report, &err) < 0 && second.n_begun == 0 &&
           strstr(err.text, "nothing is submitted"),
       "while the queue is silent nothing is submitted: %s", err.text);
    double before = fake_slept_s;
    ok(retype(&third, 3, 0, &report, &err) == 0 && third.n_lists == 2,
       "it answered twice");
    ok(fake_slept_s - before >= 0.9, "with time between");
    is_number(count_accepted("silent", "silent"), N_POINTS, "then all goes on");
}

/* The time between the failed call and the second look is at least MessageTimeout. */
static void test_time(void)
{
    struct fake fake = {.answers = "u", .sweep = "time"};
    struct submit_report report = {0};
    struct error err = {0};

    fake_forget();
    double before = fake_slept_s;
    int rc = retype(&fake, 1, 0, &report, &err);
    ok(rc == 0 && fake_slept_s - before >= 9.5, "%.1f s were waited",
       fake_slept_s - before);
}

/* SIGKILL in mid-way is _exit in the scheduler's call; then typed again, at times
 * killed again. */
static size_t run_killed(const char *name, int where, long at, const char *answers)
{
    struct submit_report report = {0};
    struct error err = {0};
    int status = 0;
    struct fake fake = {.answers = answers, .sweep = name};
    *(where == 0   ? &fake.die_before
      : where == 1 ? &fake.die_after
                   : &fake.die_outcome) = at;
    pid_t pid = fork();

    if (pid == 0) {
        int rc = retype(&fake, 2, 0, &report, &err);
        _exit(fake.n_bad ? 1 : rc < 0 ? 2 : 0);
    }
    waitpid(pid, &status, 0);
    if (!WIFEXITED(status) || (WEXITSTATUS(status) != 9 && WEXITSTATUS(status) != 0))
        ok(0, "the child ended with %d", status);
    return WIFEXITED(status) && WEXITSTATUS(status) == 9;
}

static void test_kills(void)
{
    static const char *const answers[] = {"", "uqauqa", "lal"};
    size_t n_killed = 0, n_bad = 0;
    int number = 0;

    for (size_t a = 0; a < 3; a++) {
        for (int where = 0; where < 3; where++) {
            for (long at = 1; at <= N_POINTS + 2; at++) {
                cleanup_free char *name = xasprintf("k%d", number++);
                struct fake healthy = {.answers = "", .sweep = name};
                struct submit_report report = {0};
                struct error err = {0};
                fake_forget();
                n_killed += run_killed(name, where, at, answers[a]);
                n_killed += run_killed(name, (where + 1) % 3, 1 + at % 3, "");
                if (retype(&healthy, 2, 0, &report, &err) < 0 || healthy.n_bad > 0 ||
                    count_accepted(name, name) != N_POINTS) {
                    if (n_bad++ < 3)
                        ok(0, "killed at %d call %ld, answers '%s': %s", where, at,
                           answers[a], err.text);
                }
            }
        }
    }
    ok(n_bad == 0 && n_killed > 100,
       "%zu kills: each point has exactly one accepted attempt", n_killed);
}

/* Ctrl-C at the third call: the calls that run are heard, nothing more begins, all is
 * known. */
static void test_interrupt(void)
{
    struct fake fake = {.answers = "aai", .sweep = "int"};
    struct fake healthy = {.answers = "", .sweep = "int"};
    struct submit_report report = {0};
    struct error err = {0};
    int status = 0;

    fake_forget();
    pid_t pid = fork();
    if (pid == 0) {
        signal(SIGINT, SIG_DFL); /* a background shell ignores it */
        interrupt_install();
        int rc = retype(&fake, 2, 0, &report, &err);
        _exit(rc == 0 && fake.n_bad == 0 && fake.n_begun == 3 && report.n_submitted == 3
                  ? 0
                  : 1);
    }
    waitpid(pid, &status, 0);
    ok(WIFEXITED(status) && WEXITSTATUS(status) == 0, "stopped after the third call");
    is_number(count_accepted("int", "interrupted"), 3, "three are accepted");
    ok(retype(&healthy, 2, 0, &report, &err) == 0 && healthy.n_lists == 0,
       "no intent was left open");
    is_number(count_accepted("int", "interrupted"), N_POINTS, "the rest follows");
}

int main(void)
{
    test_answers();
    test_order();
    test_silent_queue();
    test_time();
    test_interrupt();
    test_kills();
    scratch_remove();
    return tap_done();
}

#include "launcher/scheduler/simulate/simulate.h"

#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "launcher/common/files/file.h"
#include "launcher/common/memory.h"
#include "launcher/scheduler/scheduler_ops.h"
#include "tests/unit/sweep_fixture.h"

static char *path; /* owned: what RAYLAUNCH_SIMULATE names */

static void write_beside(const char *tail, const char *text)
{
    cleanup_free char *name = xasprintf("%s%s", path, tail);
    struct error err = {0};

    ok(file_write_atomic(name, text, strlen(text), FILE_CACHED, &err) == 0, "%s", name);
}

static struct scheduler open_new(const char *answers)
{
    static const struct scheduler_options options;
    struct scheduler scheduler = {0};
    struct error err = {0};

    write_beside("", "");
    write_beside(".answers", answers);
    ok(scheduler_open("simulate", &options, &scheduler, &err) == 0, "open %s",
       err.text);
    return scheduler;
}

static void turn(const char *seconds)
{
    cleanup_free char *bytes = NULL;
    size_t size = 0;
    struct error err = {0};

    file_read_all(path, 1 << 20, &bytes, &size, &err);
    cleanup_free char *longer = xasprintf("%sclock %s\n", bytes, seconds);
    write_beside("", longer);
}

static void begin(struct scheduler *scheduler, size_t slot)
{
    cleanup_free char *name = xasprintf("n-%04zu", slot);
    struct submit_request submission = {.job_name = name};
    struct error err = {0};

    ok(scheduler_submit_begin(scheduler, slot, &submission, &err) == 0, "begin %s",
       err.text);
}

/* "accepted 0 simulated-1", "none" */
static char *heard(struct scheduler *scheduler)
{
    static const char *const words[] = {[SUBMIT_ACCEPTED] = "accepted",
                                        [SUBMIT_REFUSED] = "refused",
                                        [SUBMIT_UNKNOWN] = "unknown"};
    struct submit_outcome outcome = {0};
    size_t slot = 99;

    if (scheduler_submit_next(scheduler, 0, &slot, &outcome) == 0)
        return xstrdup("none");
    char *text = xasprintf("%s %zu %s", words[outcome.class], slot, outcome.job_id);
    submit_outcome_release(&outcome);
    return text;
}

/* "simulated-1 pending, …" */
static char *listed(struct scheduler *scheduler)
{
    struct job_list jobs = {0};
    struct error err = {0};
    struct text text = {0};

    ok(scheduler_list(scheduler, &jobs, &err) == 0, "list %s", err.text);
    for (size_t i = 0; i < jobs.count; i++) {
        text_addf(&text, "%s%s %s", i ? ", " : "", jobs.jobs[i].id,
                  state_name(jobs.jobs[i].state));
        ok(jobs.jobs[i].is_simulated && strcmp(jobs.jobs[i].reason, JOB_SIMULATED) == 0,
           "each says that nothing ran");
    }
    job_list_release(&jobs);
    return text_take(&text);
}

static void hear(struct scheduler *scheduler, const char *wanted, const char *what)
{
    cleanup_free char *got = heard(scheduler);
    is_string(got, wanted, what);
}

static void see(struct scheduler *scheduler, const char *wanted, const char *what)
{
    cleanup_free char *got = listed(scheduler);
    is_string(got, wanted, what);
}

static void test_refusal(void)
{
    static const struct scheduler_options options;
    struct scheduler scheduler = {0};
    struct error err = {0};

    unsetenv("RAYLAUNCH_SIMULATE");
    ok(scheduler_open("simulate", &options, &scheduler, &err) < 0 &&
           err.kind == ERROR_USAGE && strstr(err.text, "RAYLAUNCH_SIMULATE"),
       "without its file it is refused");
    setenv("RAYLAUNCH_SIMULATE", "", 1);
    ok(scheduler_open("simulate", &options, &scheduler, &err) < 0,
       "nor by an empty word");
    setenv("RAYLAUNCH_SIMULATE", path, 1);
    ok(scheduler_check_name("nosuch", &err) < 0 && !strstr(err.text, "simulate"),
       "its name is not shown: %s", err.text);
}

static void test_answers(void)
{
    struct scheduler scheduler = open_new("late 10\n\nnever\nnever 0 5\nnever 0 -1\n"
                                          "twice\nrefused\n");

    for (size_t i = 0; i < 7; i++)
        begin(&scheduler, i);
    hear(&scheduler, "accepted 1 simulated-2", "an empty line is ok");
    hear(&scheduler, "unknown 2 simulated-3", "no answer, but a job");
    hear(&scheduler, "unknown 3 simulated-4", "no answer, and a job that shows later");
    hear(&scheduler, "unknown 4 simulated-5", "no answer, and no job");
    hear(&scheduler, "accepted 5 simulated-6", "two jobs");
    hear(&scheduler, "refused 6 simulated-7", "refused");
    hear(&scheduler, "none", "one is late");
    see(&scheduler,
        "simulated-1 pending, simulated-2 pending, simulated-3 pending, "
        "simulated-6 pending, simulated-6.2 pending",
        "the queue");
    turn("9.5");
    hear(&scheduler, "none", "not yet");
    turn("10");
    hear(&scheduler, "accepted 0 simulated-1", "late");
    see(&scheduler,
        "simulated-1 completed, simulated-2 completed, simulated-3 completed, "
        "simulated-4 completed, simulated-6 completed, simulated-6.2 completed",
        "all end by the clock");
    scheduler_close(&scheduler);
}

static void test_life(void)
{
    struct scheduler scheduler = open_new("ok 0 0 5 10 oom\nok 0 0 5 10\nok 0 0 5 10\n"
                                          "ok 0 0 0 1 nosuch\n");
    cleanup_words struct words ids = {0};
    struct scheduler second = {0};
    struct error err = {0};

    turn("100");
    for (size_t i = 0; i < 4; i++)
        begin(&scheduler, i);
    turn("106");
    see(&scheduler,
        "simulated-1 running, simulated-2 running, simulated-3 running, simulated-4 "
        "failed",
        "they run; a word that is no state is failed");
    words_add(&ids, "simulated-2");
    words_add(&ids, "simulated-99");
    words_add(&ids, "nosuch");
    ok(scheduler_cancel(&scheduler, &ids, &err) == 0, "cancel %s", err.text);
    see(&scheduler,
        "simulated-1 running, simulated-2 cancelled, simulated-3 running, "
        "simulated-4 failed",
        "one is cancelled");
    turn("115");
    scheduler_open("simulate", &(struct scheduler_options){0}, &second, &err);
    scheduler_cancel(&second, &ids, &err);
    words_add(&ids, "simulated-3");
    scheduler_cancel(&second, &ids, &err);
    see(&second,
        "simulated-1 oom, simulated-2 cancelled, simulated-3 completed, simulated-4 "
        "failed",
        "another process sees the same; who has ended cannot be cancelled");
    scheduler_close(&second);
    scheduler_close(&scheduler);
}

static void test_bad_input(void)
{
    struct scheduler scheduler = open_new("");

    write_beside("", "\n\njob\njob x\ncancel simulated-0\ncancel simulated-7\nclock x\n"
                     "job n-1 ok x\nclock\njob n-2 nosuch\n");
    see(&scheduler, "simulated-1 pending, simulated-2 pending",
        "broken lines are passed over, and an unknown answer is ok");
    scheduler_close(&scheduler);
}

static void test_abilities(void)
{
    struct scheduler scheduler = open_new("");
    struct site site = {0};
    struct scheduler_limits limits;
    struct job_list jobs = {0};
    bool is_kept = true;
    struct error err = {0};

    for (enum scheduler_ability i = SCHEDULER_RUNS_HERE; i <= SCHEDULER_CAN_ENTER; i++)
        ok(!scheduler_can(&scheduler, i) && !scheduler_named_can("simulate", i),
           "it lacks ability %d", (int)i);
    ok(scheduler_site(&scheduler, SITE_NEW, &site, &err) == 0 && site.n_partitions == 0,
       "a site that it has not is empty");
    ok(scheduler_limits(&scheduler, "", "", "", &limits, &err) == 0 &&
           limits.max_submit == 0,
       "limits are zero");
    ok(scheduler_history(&scheduler, 0, NULL, &jobs, &is_kept, &err) == 0 && !is_kept,
       "there is no accounting");
    is_string(scheduler_reason(&scheduler, "Priority")->words, "",
              "it knows no word of another's");
    ok(!scheduler_programs(&scheduler)->name, "it runs no program");
    scheduler_close(&scheduler);
}

int main(void)
{
    path = scratch_path("jobs");
    test_refusal();
    test_answers();
    test_life();
    test_bad_input();
    test_abilities();
    free(path);
    return tap_done();
}

#include <sys/wait.h>

#include "launcher/common/clock.h"
#include "launcher/common/processes/interrupt.h"
#include "launcher/jobs/job_match.h"
#include "launcher/jobs/reconcile.h"
#include "launcher/policy/select_points.h"
#include "launcher/script/runtime.h"
#include "tests/unit/fake_scheduler.h"

#define N_POINTS 9

/* How retype() submits. */
struct manner {
    size_t in_flight; /* 0: 3 */
    double max_rate;
    bool is_array;
    size_t array_size, array_limit, n_lanes;
    const char *dependency;
    bool is_patient;
    int64_t patience_ms; /* 0: without end */
    void (*on_progress)(void *context, size_t done, size_t total);
};

static const struct manner plain = {0};

static size_t n_warnings;

static void count_warning(void *context, const char *text)
{
    (void)context;
    n_warnings++;
    printf("# %s\n", text);
}

/* Lock, reconcile, choose as retyping does, submit. The sweep is closed again. */
static int retype(struct fake *fake, const struct manner *manner,
                  struct submit_report *report, struct error *err)
{
    static char name[] = "t", bytes[] =
                                  "#!/bin/bash\n{{directives}}\n"
                                  "{{if array}}\n{{include parts/task.sh}}\n{{end}}\n"
                                  "# {{runtime_sum}}\n";
    struct template template = {name, bytes, sizeof bytes - 1};
    size_t in_flight = manner->in_flight ? manner->in_flight : 3;
    struct settings *settings = settings_new();
    struct scheduler scheduler = {.ops = &fake_ops, .state = fake};
    struct sweep *sweep = fixture_begin(fake->sweep, N_POINTS);
    struct submit_options options = {.settings = settings,
                                     .template = &template,
                                     .job_name = "my-job",
                                     .settings_id = "",
                                     .in_flight = in_flight,
                                     .max_rate = manner->max_rate,
                                     .message_timeout_s = 10,
                                     .is_array = manner->is_array,
                                     .array_size = manner->array_size,
                                     .array_limit = manner->array_limit,
                                     .n_lanes = manner->n_lanes,
                                     .dependency = manner->dependency,
                                     .is_patient = manner->is_patient,
                                     .on_progress = manner->on_progress,
                                     .on_warning = count_warning};
    struct reconcile_report found;
    struct work_queue choice = {0};
    size_t selected[N_POINTS];

    if (manner->patience_ms)
        options.give_up_ms = clock_monotonic_ms() + manner->patience_ms;
    fake->in_flight = in_flight;
    for (size_t i = 0; i < N_POINTS; i++)
        selected[i] = i;
    int rc = reconcile(sweep, &scheduler, 10, NULL, &found, err);
    if (rc == 0)
        select_points(sweep, selected, N_POINTS, SELECT_RESUME, NULL, &choice);
    if (rc == 0)
        rc = submit(sweep, &scheduler, choice.items, choice.count, &options, report,
                    err);
    work_queue_release(&choice);
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
    struct job_match match;
    job_match_init(&match, sweep);
    for (size_t i = 0; i < jobs.count; i++) {
        const struct attempt *attempt = job_match_find(&match, &jobs.jobs[i]);
        n_unknown += !attempt || attempt->phase != ATTEMPT_ACCEPTED ||
                     strcmp(attempt->job_id, jobs.jobs[i].id) != 0;
    }
    if (n_twice || n_unknown || jobs.count != count)
        ok(0,
           "%s: %zu accepted, %zu jobs, %zu points twice, %zu jobs not in the journal",
           what, count, jobs.count, n_twice, n_unknown);
    job_match_release(&match);
    job_list_release(&jobs);
    sweep_close(sweep);
    return count;
}

/* One call with these answers; then a second without trouble must complete it. */
static void answers_give(const char *what, const struct manner *manner,
                         const char *answers, bool is_error, size_t n_first)
{
    static int number;
    cleanup_free char *name = xasprintf("s%d", number++);
    struct fake fake = {.answers = answers, .sweep = name};
    struct fake healthy = {.answers = "", .sweep = name};
    struct submit_report report = {0}, rest = {0};
    struct error err = {0};

    fake_forget();
    int rc = retype(&fake, manner, &report, &err);
    ok((rc < 0) == is_error && (!is_error || err.kind == ERROR_SCHEDULER),
       "%s (%s): %s", what, answers, err.text);
    is_number(count_accepted(name, what), n_first, "accepted by then");
    is_number(report.n_submitted + report.n_adopted, n_first, "as the report says");
    ok(retype(&healthy, manner, &rest, &err) == 0 && fake.n_bad + healthy.n_bad == 0,
       "typed again");
    is_number(count_accepted(name, what), N_POINTS, "every point has exactly one job");
    is_number(rest.n_submitted + rest.n_adopted, N_POINTS - n_first,
              "the rest was submitted now");
}

static void test_answers(void)
{
    answers_give("all accepted", &plain, "", false, N_POINTS);
    answers_give("refused at first: nothing more begins", &plain, "r", true, 0);
    answers_give("refused later: the calls that run are heard", &plain, "aaraa", true,
                 5);
    answers_give("later, then accepted", &plain, "l", false, N_POINTS);
    answers_give("later, in the middle", &plain, "aalla", false, N_POINTS);
    answers_give("later for some time", &plain, "llllllll", false, N_POINTS);
    answers_give("later without end", &plain, "lllllllllllllllllllllllll", true, 0);
    answers_give("unknown, but queued", &plain, "qaqq", false, N_POINTS);
    answers_give("unknown, known to accounting", &plain, "haha", false, N_POINTS);
    answers_give("unknown, queued only at the second look", &plain, "s", false,
                 N_POINTS);
    answers_give("unknown, and absent", &plain, "uauu", false, N_POINTS);
    answers_give("unknown and refused together", &plain, "aurq", true, 2);
    answers_give("unknown without end", &plain, "uuuuuuuuuuuuuuuuuuuuuuuuu", true, 0);
    answers_give("no process can be made", &plain, "b", true, 0);
    answers_give("no process can be made later on", &plain, "aab", true, 2);
}

/* The same as one array of nine, as arrays of four and of one. */
static void test_arrays(void)
{
    static const size_t sizes[] = {100, 4, 1};

    for (size_t i = 0; i < sizeof sizes / sizeof *sizes; i++) {
        const struct manner manner = {.is_array = true, .array_size = sizes[i]};
        answers_give("arrays: accepted", &manner, "", false, N_POINTS);
        answers_give("arrays: refused", &manner, "r", true, 0);
        answers_give("arrays: later", &manner, "lll", false, N_POINTS);
        answers_give("arrays: unknown, but queued", &manner, "q", false, N_POINTS);
        answers_give("arrays: unknown, known to accounting", &manner, "hh", false,
                     N_POINTS);
        answers_give("arrays: unknown, queued at the second look", &manner, "s", false,
                     N_POINTS);
        answers_give("arrays: unknown, and absent", &manner, "ua", false, N_POINTS);
        if (sizes[i] < N_POINTS) /* those in flight beside it are heard */
            answers_give("arrays: the second is refused", &manner, "ar", true,
                         sizes[i] == 4 ? 5 : 3);
    }
}

/* The paths of an accepted task, the table and the script. */
static void test_array_files(void)
{
    struct fake fake = {.answers = "", .sweep = "af"};
    struct submit_report report = {0};
    struct error err = {0};

    fake_forget();
    const struct manner manner = {.is_array = true, .array_limit = 2};
    ok(retype(&fake, &manner, &report, &err) == 0 && report.n_calls == 1,
       "nine points, one call: %s", err.text);
    struct sweep *sweep = fixture_open("af");
    const struct attempt *attempt = sweep->points[5]->attempts[0];
    is_number(sweep->n_arrays, 1, "one array");
    const struct array *array = sweep->arrays[0];
    ok(attempt->array == array && attempt->task == 5 && array->n_attempts == 9,
       "the sixth task");
    cleanup_free char *id = xasprintf("%s_5", array->job_id);
    cleanup_free char *out =
        xasprintf("%s/points/array-%s_5.out", sweep->path, array->job_id);
    cleanup_free char *path = attempt_path(sweep, attempt, ".out");
    cleanup_free char *verdict = attempt_path(sweep, attempt, ".verdict.json");
    is_string(attempt->job_id, id, "its job");
    is_string(path, out, "its output, where Slurm can name it");
    ok(strstr(verdict, attempt->point->point.id) != NULL, "its verdict by its point");
    cleanup_free char *name = xasprintf("af/arrays/%s.tasks", array->token);
    cleanup_free char *table = scratch_read(name);
    size_t n_lines = 0;
    for (const char *c = table; *c; c++)
        n_lines += *c == '\n';
    is_number(n_lines, 9, "a line a task");
    ok(strncmp(table, "rl_point=a=0-", 13) == 0 &&
           strstr(table, "rl_command=(python train.py a=0); export "
                         "RAYLAUNCH_PARAM_A=0;\n"),
       "the first line: %.*s", (int)strcspn(table, "\n"), table);
    cleanup_free char *script_name = xasprintf("af/arrays/%s.sbatch", array->token);
    cleanup_free char *script = scratch_read(script_name);
    cleanup_free char *wanted =
        xasprintf("#SBATCH --output=%s/points/array-%%A_%%a.out\n", sweep->path);
    ok(strstr(script, wanted) != NULL, "the script's output pattern");
    sweep_close(sweep);
}

/* A limit is no error: what fits is submitted, the rest stays to do. */
static void test_limits(void)
{
    static const struct {
        bool is_array;
        size_t max_jobs, n_first;
    } rows[] = {{false, 5, 5}, {false, 1, 1}, {true, 5, 5}, {true, 1, 1}, {true, 8, 8}};

    for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
        cleanup_free char *name = xasprintf("l%zu", i);
        struct fake fake = {.answers = "", .sweep = name, .max_jobs = rows[i].max_jobs};
        struct fake free_again = {.answers = "", .sweep = name};
        struct submit_report report = {0}, rest = {0};
        struct error err = {0};
        fake_forget();
        const struct manner manner = {.is_array = rows[i].is_array};
        ok(retype(&fake, &manner, &report, &err) == 0 && report.is_limited &&
               strcmp(report.limit_words, "in the scheduler's words") == 0,
           "%s, %zu jobs at most: no error", rows[i].is_array ? "arrays" : "jobs",
           rows[i].max_jobs);
        is_number(count_accepted(name, name), rows[i].n_first, "as many as fit");
        ok(report.n_calls <= (long)rows[i].n_first + 8, "in %ld calls", report.n_calls);
        ok(retype(&free_again, &manner, &rest, &err) == 0 && !rest.is_limited &&
               free_again.n_bad + fake.n_bad == 0 && free_again.n_lists == 0,
           "nothing was left open");
        is_number(count_accepted(name, name), N_POINTS, "the rest follows");
    }
}

static const char *id_of(const struct sweep *sweep, size_t point)
{
    return sweep->points[point]->attempts[sweep->points[point]->n_attempts - 1]->job_id;
}

/* Three chains: each job waits for the one before it in its lane. */
static void test_lanes(void)
{
    struct fake fake = {.answers = "", .sweep = "lanes"};
    struct submit_report report = {0};
    struct error err = {0};
    size_t n_good = 0;

    fake_forget();
    const struct manner manner = {
        .in_flight = 4, .n_lanes = 3, .dependency = "afterok:7"};
    ok(retype(&fake, &manner, &report, &err) == 0, "three lanes: %s", err.text);
    ok(fake.n_bad == 0, "all rules are kept");
    struct sweep *sweep = fixture_open("lanes");
    cleanup_free char *dependencies = scratch_read("dependencies");
    for (size_t i = 3; i < N_POINTS; i++) {
        cleanup_free char *wanted = xasprintf("%s afterok:7,afterany:%s\n",
                                              id_of(sweep, i), id_of(sweep, i - 3));
        n_good += dependencies && strstr(dependencies, wanted) != NULL;
    }
    is_number(n_good, N_POINTS - 3, "each waits for the third before it");
    is_number(sweep->points[4]->attempts[0]->lane, 1, "its lane is in the journal");
    sweep_close(sweep);
}

/* The one before is gone: submitted without it, and the lane goes on. */
static void test_gone_parent(void)
{
    struct fake fake = {.answers = "aaaad", .sweep = "gone"};
    struct submit_report report = {0};
    struct error err = {0};

    fake_forget();
    const struct manner manner = {.in_flight = 4, .n_lanes = 1};
    ok(retype(&fake, &manner, &report, &err) == 0 && fake.n_begun == N_POINTS + 1,
       "one call more: %s", err.text);
    is_number(count_accepted("gone", "gone"), N_POINTS, "all are accepted");
    cleanup_free char *dependencies = scratch_read("dependencies");
    size_t n_without = 0;
    for (const char *line = dependencies; line && *line;
         line = strchr(line, '\n') + 1) {
        const char *space = strchr(line, ' ');
        n_without += space && space[1] == '\n';
    }
    is_number(n_without, 2, "the first, and the one without its parent");
    answers_give("a dependency that the user asked for is refused for good", &plain,
                 "d", true, 0);
}

static void test_order(void)
{
    struct fake fake = {.answers = "aal", .sweep = "order"};
    struct scheduler scheduler = {.ops = &fake_ops, .state = &fake};
    struct submit_report report = {0};
    struct error err = {0};

    fake_forget();
    double before = fake_slept_s;
    retype(&fake, &(struct manner){.in_flight = 4, .max_rate = 2}, &report, &err);
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
    scheduler_close(&scheduler);
}

static void test_silent_queue(void)
{
    struct fake first = {.answers = "u", .sweep = "silent", .n_list_failures = 100};
    struct fake second = {.answers = "", .sweep = "silent", .n_list_failures = 1};
    struct fake third = {.answers = "", .sweep = "silent"};
    struct submit_report report = {0};
    struct error err = {0};

    fake_forget();
    double begun = fake_slept_s;
    ok(retype(&first, &plain, &report, &err) < 0 && err.kind == ERROR_SCHEDULER, "%s",
       err.text);
    ok(fake_slept_s - begun > 170 && fake_slept_s - begun < 200 && first.n_lists == 9,
       "but the queue was asked for three minutes: %.0f s", fake_slept_s - begun);
    err = (struct error){0};
    ok(retype(&second, &plain, &report, &err) < 0 && second.n_begun == 0 &&
           strstr(err.text, "nothing is submitted"),
       "while the queue is silent nothing is submitted: %s", err.text);
    double before = fake_slept_s;
    ok(retype(&third, &plain, &report, &err) == 0 && third.n_lists == 2,
       "it answered twice");
    ok(fake_slept_s - before >= 0.9, "with time between");
    is_number(count_accepted("silent", "silent"), N_POINTS, "then all goes on");
}

/* Somebody stays: an hour of silence in the middle of a submission is waited out. */
static void test_patience(void)
{
    struct fake silent = {.answers = "aauqa", .sweep = "calm", .n_list_failures = 60};
    struct fake busy = {.answers = "aallllllllllllllllllll", .sweep = "busy"};
    struct fake late = {.answers = "u", .sweep = "late", .n_list_failures = 1000};
    struct submit_report report = {0};
    struct error err = {0};

    fake_forget();
    struct manner manner = {.is_patient = true};
    n_warnings = 0;
    double before = fake_slept_s;
    ok(retype(&silent, &manner, &report, &err) == 0 && fake_slept_s - before > 3000,
       "an hour of silence: %.0f s %s", fake_slept_s - before, err.text);
    is_number(n_warnings, 1, "said once");
    is_number(count_accepted("calm", "calm"), N_POINTS, "and all is submitted");
    fake_forget();
    n_warnings = 0;
    manner.in_flight = 1;
    ok(retype(&busy, &manner, &report, &err) == 0 && n_warnings == 1,
       "twenty times 'not now', too: %zu warnings %s", n_warnings, err.text);
    is_number(count_accepted("busy", "busy"), N_POINTS, "busy: all is submitted");
    fake_forget();
    manner = (struct manner){.is_patient = true, .patience_ms = 600000};
    before = fake_slept_s;
    ok(retype(&late, &manner, &report, &err) < 0 && err.kind == ERROR_SCHEDULER &&
           fake_slept_s - before > 590 && fake_slept_s - before < 700,
       "no longer than --wait-timeout: %.0f s", fake_slept_s - before);
}

/* Another host takes the lock over while a call has no answer: what that one does must
 * not be met by anything of ours. */
static void test_lost_lock(void)
{
    struct fake fake = {.answers = "t", .sweep = "lost"};
    struct fake healthy = {.answers = "", .sweep = "lost"};
    struct submit_report report = {0};
    struct error err = {0};
    cleanup_free char *held = scratch_path("lost/lock.held");

    fake_forget();
    disk_has_no_locks = true;
    ok(retype(&fake, &plain, &report, &err) < 0 && err.kind == ERROR_FILE &&
           strstr(err.text, "lost the lock") && strstr(err.text, "elsewhere"),
       "the lock was taken over: %s", err.text);
    cleanup_free char *journal = scratch_read("lost/journal.jsonl");
    ok(fake.at_takeover && strcmp(journal, fake.at_takeover) == 0 && fake.n_begun == 1,
       "nothing was written and nothing begun after that");
    memory_free_at(&fake.at_takeover);
    ok(file_exists(held) && unlink(held) == 0, "the other's lock stays");
    ok(retype(&healthy, &plain, &report, &err) == 0, "typed again: %s", err.text);
    is_number(count_accepted("lost", "lost"), N_POINTS,
              "every point has exactly one job");
    disk_has_no_locks = false;
}

/* It was lost between the intents and the call: we may have slept in between. */
static void test_lost_before_call(void)
{
    static const struct manner one = {.in_flight = 1};
    struct fake fake = {.answers = "aat", .sweep = "slept"};
    struct submit_report report = {0};
    struct error err = {0};
    cleanup_free char *held = scratch_path("slept/lock.held");

    fake_forget();
    disk_has_no_locks = true;
    int rc = retype(&fake, &one, &report, &err);
    ok(rc < 0 && strstr(err.text, "lost the lock") && fake.n_begun == 3,
       "no call begins for intents that were ready: %zu calls", fake.n_begun);
    memory_free_at(&fake.at_takeover);
    unlink(held);
    disk_has_no_locks = false;
}

static size_t n_purged;

/* Between two calls somebody deletes a file of the runtime. Was the one that he deleted
 * before put back? */
static void purge(void *context, size_t done, size_t total)
{
    struct runtime runtime = {0};

    (void)context;
    (void)done;
    (void)total;
    if (runtime_make(&runtime, NULL) < 0)
        return;
    cleanup_free char *inside = xasprintf("purged/runtime/%s/job.sh", runtime.name);
    cleanup_free char *path = scratch_path(inside);
    n_purged += unlink(path) == 0;
    runtime_release(&runtime);
}

static void test_purged_runtime(void)
{
    const struct manner one = {.in_flight = 1, .on_progress = purge};
    struct fake fake = {.answers = "", .sweep = "purged"};
    struct submit_report report = {0};
    struct error err = {0};

    fake_forget();
    n_purged = 0;
    ok(retype(&fake, &one, &report, &err) == 0, "a runtime that is deleted: %s",
       err.text);
    is_number(n_purged, N_POINTS, "is there again before each call");
}

/* Ten minutes without an answer of one call: the rule of fake_hang() is kept. Then the
 * same while no more begin, because another was refused. */
static void test_hanging(void)
{
    static const struct manner three = {.in_flight = 3};
    struct fake fake = {.answers = "aw", .sweep = "hang", .hang_s = 600};
    struct fake halted = {.answers = "awr", .sweep = "halt", .hang_s = 600};
    struct submit_report report = {0};
    struct error err = {0};

    disk_has_no_locks = true;
    fake_forget();
    int rc = retype(&fake, &three, &report, &err);
    ok(rc == 0 && fake.n_bad == 0 && fake.hung_s >= 600,
       "a call hangs for %.0f s, all is submitted: %s", fake.hung_s, err.text);
    is_number(count_accepted("hang", "hang"), N_POINTS, "exactly once");
    fake_forget();
    ok(retype(&halted, &three, &report, &err) < 0 && halted.n_bad == 0 &&
           halted.hung_s >= 600,
       "also while nothing begins: %s", err.text);
    disk_has_no_locks = false;
}

/* The time between the failed call and the second look is at least MessageTimeout. */
static void test_time(void)
{
    struct fake fake = {.answers = "u", .sweep = "time"};
    struct submit_report report = {0};
    struct error err = {0};

    fake_forget();
    double before = fake_slept_s;
    int rc = retype(&fake, &(struct manner){.in_flight = 1}, &report, &err);
    ok(rc == 0 && fake_slept_s - before >= 9.5, "%.1f s were waited",
       fake_slept_s - before);
}

/* SIGKILL in mid-way is _exit in the scheduler's call; then typed again, at times
 * killed again. */
static size_t run_killed(const char *name, const struct manner *manner, int where,
                         long at, const char *answers)
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
        int rc = retype(&fake, manner, &report, &err);
        _exit(fake.n_bad ? 1 : rc < 0 ? 2 : 0);
    }
    waitpid(pid, &status, 0);
    if (!WIFEXITED(status) || (WEXITSTATUS(status) != 9 && WEXITSTATUS(status) != 0))
        ok(0, "the child ended with %d", status);
    return WIFEXITED(status) && WEXITSTATUS(status) == 9;
}

static void cut_power(const char *name, bool is_on)
{
    cleanup_free char *path = scratch_path(name);

    if (is_on)
        disk_cut_power(path);
}

/* Every second time the power is cut, too. */
static void test_kills(const char *what, const struct manner *manner)
{
    static const char *const answers[] = {"", "uqauqa", "lal"};
    size_t n_killed = 0, n_bad = 0;
    int number = 0;

    for (size_t a = 0; a < 3; a++) {
        for (int where = 0; where < 3; where++) {
            for (long at = 1; at <= N_POINTS + 2; at++) {
                cleanup_free char *name = xasprintf("k%s%d", what, number++);
                struct fake healthy = {.answers = "", .sweep = name};
                struct submit_report report = {0};
                struct error err = {0};
                fake_forget();
                n_killed += run_killed(name, manner, where, at, answers[a]);
                cut_power(name, number % 2 == 1);
                n_killed += run_killed(name, manner, (where + 1) % 3, 1 + at % 3, "");
                cut_power(name, number % 2 == 1);
                if (retype(&healthy, manner, &report, &err) < 0 || healthy.n_bad > 0 ||
                    count_accepted(name, name) != N_POINTS) {
                    if (n_bad++ < 3)
                        ok(0, "killed at %d call %ld, answers '%s': %s", where, at,
                           answers[a], err.text);
                }
            }
        }
    }
    ok(n_bad == 0 && n_killed > (manner->is_array ? 50 : 100),
       "%s: %zu kills: each point has exactly one accepted attempt", what, n_killed);
}

/* Ctrl-C at the third call: the calls that run are heard, nothing more begins, all is
 * known. */
static void test_interrupt(void)
{
    static const struct manner two = {.in_flight = 2};
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
        int rc = retype(&fake, &two, &report, &err);
        _exit(rc == 0 && fake.n_bad == 0 && fake.n_begun == 3 && report.n_submitted == 3
                  ? 0
                  : 1);
    }
    waitpid(pid, &status, 0);
    ok(WIFEXITED(status) && WEXITSTATUS(status) == 0, "stopped after the third call");
    is_number(count_accepted("int", "interrupted"), 3, "three are accepted");
    ok(retype(&healthy, &two, &report, &err) == 0 && healthy.n_lists == 0,
       "no intent was left open");
    is_number(count_accepted("int", "interrupted"), N_POINTS, "the rest follows");
}

/* A call hangs. The first Ctrl-C is answered by a line, and no more begin; the second
 * leaves the call: its intent stays open, and the next command finds out. */
static void interrupt_hanging(const char *name, double second_s, int wanted)
{
    struct fake fake = {.answers = "aw", .sweep = name, .hang_s = 60};
    struct fake healthy = {.answers = "", .sweep = name};
    struct submit_report report = {0};
    struct error err = {0};
    int status = 0;

    fake_forget();
    fflush(stdout);
    pid_t pid = fork();
    if (pid == 0) {
        signal(SIGINT, SIG_DFL);
        interrupt_install();
        fake.type_at_s[0] = 3;
        fake.type_at_s[1] = second_s;
        n_warnings = 0;
        int rc = retype(&fake, &plain, &report, &err);
        printf("# rc %d, hung %.0f s, %zu calls: %s\n", rc, fake.hung_s, fake.n_begun,
               err.text);
        fflush(stdout);
        _exit(n_warnings != 1 || fake.n_bad > 0       ? 3
              : rc == 0 && fake.hung_s >= 60          ? 1
              : rc < 0 && err.kind == ERROR_INTERRUPT ? 2
                                                      : 4);
    }
    waitpid(pid, &status, 0);
    is_number(WIFEXITED(status) ? WEXITSTATUS(status) : -1, wanted, name);
    ok(retype(&healthy, &plain, &report, &err) == 0 &&
           (healthy.n_lists > 0) == (wanted == 2),
       "%s: the next command %s", name,
       wanted == 2 ? "finds out" : "has nothing to find out");
    is_number(count_accepted(name, name), N_POINTS, "and every point has one job");
}

/* A call had no clear outcome when Ctrl-C was typed: nobody waits for the queue. */
static void test_interrupt_unknown(void)
{
    struct fake fake = {.answers = "auw", .sweep = "iu", .hang_s = 10};
    struct submit_report report = {0};
    struct error err = {0};
    int status = 0;

    fake_forget();
    fflush(stdout);
    pid_t pid = fork();
    if (pid == 0) {
        signal(SIGINT, SIG_DFL);
        interrupt_install();
        fake.type_at_s[0] = 3;
        int rc = retype(&fake, &plain, &report, &err);
        printf("# rc %d, %zu looks: %s\n", rc, fake.n_lists, err.text);
        fflush(stdout);
        _exit(rc < 0 && err.kind == ERROR_INTERRUPT && fake.n_lists == 0 ? 0 : 1);
    }
    waitpid(pid, &status, 0);
    ok(status == 0, "what is not clear stays so");
}

int main(void)
{
    /* Some thousands of small files: in memory that takes a third of the time. */
    if (access("/dev/shm", W_OK) == 0)
        setenv("TMPDIR", "/dev/shm", 0);
    test_answers();
    test_arrays();
    test_array_files();
    test_limits();
    test_lanes();
    test_gone_parent();
    test_order();
    test_silent_queue();
    test_patience();
    test_lost_lock();
    test_lost_before_call();
    test_purged_runtime();
    test_hanging();
    test_time();
    test_interrupt();
    interrupt_hanging("one Ctrl-C waits for the call", 0, 1);
    interrupt_hanging("a second one leaves it", 6, 2);
    test_interrupt_unknown();
    test_kills("jobs", &(struct manner){.in_flight = 2});
    test_kills("arrays",
               &(struct manner){.in_flight = 2, .is_array = true, .array_size = 4});
    test_kills("lanes", &(struct manner){.in_flight = 2, .n_lanes = 2});
    scratch_remove();
    return tap_done();
}

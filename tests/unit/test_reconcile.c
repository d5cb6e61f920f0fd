#include "launcher/jobs/reconcile.h"

#include <sys/stat.h>

#include "tests/unit/fake_scheduler.h"

/* One intent without outcome in sweep `name`, written `age_s` ago by the wall clock. */
static struct sweep *open_intent(const char *name, double age_s)
{
    struct sweep *sweep = fixture_begin(name, 2);
    struct error err = {0};

    fixture_event(sweep, "submitting", 0, 1, 1, NULL);
    sweep->points[0]->attempts[0]->intent_at -= age_s;
    if (sweep_flush(sweep, true, &err) < 0)
        ok(0, "%s", err.text);
    return sweep;
}

static int clear(struct sweep *sweep, struct fake *fake,
                 struct reconcile_report *report)
{
    struct scheduler scheduler = {.ops = &fake_ops, .state = fake};
    struct error err = {0};
    long n_calls = 0;
    int rc = reconcile(sweep, &scheduler, 10, &n_calls, report, &err);

    if (rc < 0)
        printf("# %s\n", err.text);
    fake_release(fake);
    return rc;
}

static void test_nothing_open(void)
{
    struct fake fake = {.sweep = "none", .n_list_failures = 99};
    struct reconcile_report report;
    struct sweep *sweep = fixture_begin("none", 2);

    fixture_accept(sweep, 0, 1);
    fixture_event(sweep, "submitting", 1, 1, 1, NULL);
    fixture_event(sweep, "refused", 1, 1, 1, NULL);
    ok(clear(sweep, &fake, &report) == 0 && fake.n_lists == 0 && report.n_open == 0,
       "no open intent: nobody is asked");
    sweep_close(sweep);
}

static const struct {
    const char *what, *file, *name, *claim;
    const char *job_id; /* NULL: absent */
    size_t n_lists;
} witnesses[] = {
    {"nobody knows it", NULL, NULL, NULL, NULL, 2},
    {"the queue", "queue", "j-000000000001", NULL, "77", 1},
    {"a name with dashes", "queue", "a-b--c-000000000001", NULL, "77", 1},
    {"accounting", "accounting", "j-000000000001", NULL, "77", 1},
    {"another token", "queue", "j-000000000002", NULL, NULL, 2},
    {"the token is not the name's tail", "queue", "000000000001-j", NULL, NULL, 2},
    {"no dash", "queue", "000000000001", NULL, NULL, 2},
    {"the claim", NULL, NULL, "88", "88", 1},
    {"a claim of an array task", NULL, NULL, "88_3", "88_3", 1},
    {"a claim of any bytes", NULL, NULL, "\xFF\xFE", "?", 1},
    {"queue before claim", "queue", "j-000000000001", "88", "77", 1},
};

static void is_written(const struct sweep *sweep, const char *name)
{
    struct sweep *again = fixture_open(name);
    cleanup_free char *model = fixture_dump(sweep);
    cleanup_free char *read = fixture_dump(again);
    is_string(read, model, "and it is in the journal");
    sweep_close(again);
}

/* Which witness adopts the attempt, and after how many looks. */
static void test_witnesses(void)
{
    for (size_t i = 0; i < sizeof witnesses / sizeof *witnesses; i++) {
        cleanup_free char *name = xasprintf("w%zu", i);
        struct fake fake = {.sweep = name};
        struct reconcile_report report;
        fake_forget();
        struct sweep *sweep = open_intent(name, 0);
        const struct attempt *attempt = sweep->points[0]->attempts[0];
        if (witnesses[i].name) {
            cleanup_free char *line = xasprintf("77 %s\n", witnesses[i].name);
            fake_queue(witnesses[i].file, line);
        }
        if (witnesses[i].claim) {
            cleanup_free char *claim = attempt_path(sweep, attempt, ".claim");
            cleanup_free char *folder = path_dir(claim);
            if (folder_make(folder, NULL, NULL) < 0 ||
                symlink(witnesses[i].claim, claim) < 0)
                ok(0, "no claim");
        }
        int rc = clear(sweep, &fake, &report);
        bool is_adopted = attempt->phase == ATTEMPT_ACCEPTED;
        ok(rc == 0 && report.n_open == 1 && report.n_adopted == is_adopted &&
               report.n_absent == !is_adopted,
           "%s: %s", witnesses[i].what, is_adopted ? "adopted" : "absent");
        ok(is_adopted == (witnesses[i].job_id != NULL) &&
               (is_adopted || attempt->phase == ATTEMPT_ABSENT),
           "as it is");
        if (witnesses[i].job_id)
            is_string(attempt->job_id, witnesses[i].job_id, "its job");
        is_number(fake.n_lists, witnesses[i].n_lists, "looks at the queue");
        is_written(sweep, name);
        sweep_close(sweep);
    }
}

#define ARRAY "00000000abcd"

/* Three tasks of one array, without outcome. */
static struct sweep *open_array(const char *name)
{
    struct sweep *sweep = fixture_begin(name, 4);
    struct error err = {0};

    for (int i = 0; i < 3; i++)
        fixture_event(sweep, "submitting", (size_t)i, 1, 1,
                      json_pack("{s:s, s:i}", "array", ARRAY, "task", i));
    if (sweep_flush(sweep, true, &err) < 0)
        ok(0, "%s", err.text);
    return sweep;
}

/* One task that is seen proves the whole array; without any none of it exists. */
static void test_arrays(void)
{
    static const struct {
        const char *what, *file, *line, *claim;
        const char *job_id; /* of the third task; NULL: absent */
    } rows[] = {
        {"nobody knows it", NULL, NULL, NULL, NULL},
        {"a task in the queue", "queue", "77_1 j-" ARRAY "\n", NULL, "77_2"},
        {"the waiting rest of it", "queue", "77_[0-2] j-" ARRAY "\n", NULL, "77_2"},
        {"a task in accounting", "accounting", "77_0 j-" ARRAY "\n", NULL, "77_2"},
        {"the claim of a task", NULL, NULL, "88_1", "88_2"},
        {"a task that it does not have", "queue", "77_9 j-" ARRAY "\n", NULL, "77_2"},
        {"another array", "queue", "77_1 j-00000000abce\n", NULL, NULL}};

    for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
        cleanup_free char *name = xasprintf("a%zu", i);
        struct fake fake = {.sweep = name};
        struct reconcile_report report;
        fake_forget();
        struct sweep *sweep = open_array(name);
        if (rows[i].line)
            fake_queue(rows[i].file, rows[i].line);
        if (rows[i].claim) {
            cleanup_free char *claim =
                attempt_path(sweep, sweep->points[1]->attempts[0], ".claim");
            cleanup_free char *folder = path_dir(claim);
            if (folder_make(folder, NULL, NULL) < 0 ||
                symlink(rows[i].claim, claim) < 0)
                ok(0, "no claim");
        }
        bool is_there = rows[i].job_id != NULL;
        ok(clear(sweep, &fake, &report) == 0 && report.n_open == 3 &&
               report.n_adopted == (is_there ? 3 : 0) &&
               report.n_absent == (is_there ? 0 : 3),
           "%s: %zu adopted, %zu absent", rows[i].what, report.n_adopted,
           report.n_absent);
        is_string(sweep->points[2]->attempts[0]->job_id, is_there ? rows[i].job_id : "",
                  "the third task");
        is_number((size_t)sweep->journal.next_seq, 6, "one event for all of them");
        is_written(sweep, name);
        sweep_close(sweep);
    }
}

/* The record that a refused submission leaves (BadConstraints) is not a run. */
static int list_refusal(struct scheduler *scheduler, struct job_list *ret_jobs,
                        struct error *err)
{
    int rc = fake_list(scheduler, ret_jobs, err);

    for (size_t i = 0; i < ret_jobs->count; i++)
        ret_jobs->jobs[i].is_refusal = true;
    return rc;
}

static void test_refusal_record(void)
{
    struct scheduler_ops ops = fake_ops;
    struct fake fake = {.sweep = "refusal"};
    struct scheduler scheduler = {.ops = &ops, .state = &fake};
    struct reconcile_report report;
    struct error err = {0};
    struct sweep *sweep = open_intent("refusal", 0);

    fake_forget();
    fake_queue("queue", "77 j-000000000001\n");
    ops.list = list_refusal;
    ok(reconcile(sweep, &scheduler, 10, NULL, &report, &err) == 0 &&
           report.n_absent == 1,
       "a FAILED record of a refusal adopts nothing");
    sweep_close(sweep);
}

/* Where a site renames jobs they are known by their script, and a folder of the same
 * path may have been another sweep's before. */
static const char *renamed; /* the name that list_script() gives its job */

static int list_script(struct scheduler *scheduler, struct job_list *ret_jobs,
                       struct error *err)
{
    struct fake *fake = scheduler->state;
    struct job *job = job_list_add(ret_jobs);
    struct sweep *sweep = fixture_open(fake->sweep);

    (void)err;
    fake->n_lists++;
    snprintf(job->id, sizeof job->id, "77");
    free(job->name);
    job->name = renamed ? xstrdup(renamed) : NULL;
    free(job->script);
    job->script = attempt_path(sweep, sweep->points[0]->attempts[0], ".sbatch");
    job->state = STATE_PENDING;
    sweep_close(sweep);
    return 0;
}

static void test_names(void)
{
    static const struct {
        const char *what, *name;
        bool is_ours;
    } rows[] = {
        {"our own name", "j-000000000001", true},
        {"a name that a site made", "slurm-wrapped", true},
        {"one that ends in other digits", "site-2024", true},
        {"no name", NULL, true},
        {"a name with the token of another sweep", "j-0123456789ab", false},
        {"an unknown token in capital letters is no token", "j-0123456789AB", true},
        {"one digit more is none", "j-0123456789abc", true},
    };

    for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
        cleanup_free char *name = xasprintf("n%zu", i);
        struct scheduler_ops ops = fake_ops;
        struct fake fake = {.sweep = name};
        struct scheduler scheduler = {.ops = &ops, .state = &fake};
        struct reconcile_report report;
        struct error err = {0};
        struct sweep *sweep = open_intent(name, 0);
        fake_forget();
        ops.list = list_script;
        renamed = rows[i].name;
        int rc = reconcile(sweep, &scheduler, 10, NULL, &report, &err);
        ok(rc == 0 && report.n_adopted == rows[i].is_ours &&
               report.n_absent == !rows[i].is_ours,
           "the script of ours, %s: %s", rows[i].what,
           report.n_adopted ? "adopted" : "not ours");
        sweep_close(sweep);
    }
}

/* Accounting is asked about all jobs since the oldest open intent, and an hour more:
 * clocks differ, and summer time changes. Not much more: each record costs. */
static void test_window(void)
{
    static const double ages[] = {0, 600, 86400, 40 * 86400.0};

    for (size_t i = 0; i < sizeof ages / sizeof *ages; i++) {
        cleanup_free char *name = xasprintf("age%zu", i);
        struct fake fake = {.sweep = name};
        struct reconcile_report report;
        fake_forget();
        struct sweep *sweep = open_intent(name, ages[i]);
        fixture_event(sweep, "submitting", 1, 1, 1, NULL);
        double oldest = sweep->points[0]->attempts[0]->intent_at;
        int rc = clear(sweep, &fake, &report);
        ok(rc == 0 && fake.n_histories == 2 && fake.history_since <= oldest - 3600 &&
               fake.history_since > oldest - 3700,
           "an intent of %.0f s ago: records since %.0f s before it", ages[i],
           oldest - fake.history_since);
        sweep_close(sweep);
    }
}

static void test_waiting(void)
{
    static const struct {
        const char *what;
        double age_s, least, most;
    } cases[] = {{"a call just made", 0, 9, 12},
                 {"a call of 8 s ago", 8, 1, 4},
                 {"a call of yesterday", 86400, 0.9, 2},
                 {"a clock that jumped back", -86400, 9, 12}};

    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        cleanup_free char *name = xasprintf("t%zu", i);
        struct fake fake = {.sweep = name};
        struct reconcile_report report;
        fake_forget();
        struct sweep *sweep = open_intent(name, cases[i].age_s);
        double before = fake_slept_s;
        int rc = clear(sweep, &fake, &report);
        double slept = fake_slept_s - before;
        ok(rc == 0 && fake.n_lists == 2 && slept >= cases[i].least &&
               slept <= cases[i].most,
           "%s: %.1f s between the looks", cases[i].what, slept);
        sweep_close(sweep);
    }
}

/* Where a lock needs a heartbeat, it has one, however long the site's MessageTimeout
 * is. */
static void test_heartbeat(void)
{
    struct fake fake = {.sweep = "beat"};
    struct scheduler scheduler = {.ops = &fake_ops, .state = &fake};
    struct reconcile_report report;
    struct error err = {0};

    fake_forget();
    disk_has_no_locks = true;
    struct sweep *sweep = open_intent("beat", 0);
    size_t before = disk_n_heartbeats;
    ok(reconcile(sweep, &scheduler, 600, NULL, &report, &err) == 0 &&
           report.n_absent == 1,
       "a pause of ten minutes %s", err.text);
    ok(disk_n_heartbeats - before >= 20, "has %zu heartbeats",
       disk_n_heartbeats - before);
    sweep_close(sweep);
    disk_has_no_locks = false;
    fake_release(&fake);
}

static void test_silence(void)
{
    struct fake first = {.sweep = "silent", .n_list_failures = 1};
    struct fake second = {.sweep = "silent"};
    struct reconcile_report report;
    struct sweep *sweep = open_intent("silent", 0);

    fake_forget();
    ok(clear(sweep, &first, &report) < 0 &&
           sweep->points[0]->attempts[0]->phase == ATTEMPT_INTENT,
       "a silent queue proves nothing");
    ok(clear(sweep, &second, &report) == 0 && report.n_absent == 1,
       "an answering one does");
    sweep_close(sweep);
}

int main(void)
{
    test_nothing_open();
    test_witnesses();
    test_arrays();
    test_refusal_record();
    test_names();
    test_window();
    test_waiting();
    test_heartbeat();
    test_silence();
    scratch_remove();
    return tap_done();
}

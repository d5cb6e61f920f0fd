/* What an attempt's files say, joined with what the scheduler said. The rules are in
 * test_outcome.c; here is what is read, and from where. */
#include "launcher/jobs/inspect_outputs.h"

#include <sys/stat.h>
#include <unistd.h>

#include "tests/unit/sweep_fixture.h"

#define RESULT(loss) "TMGG_RESULT:{\"metrics\":{\"loss\":" loss "}}\n"
#define FAILED_VERDICT                                                                \
    "{\"v\":1,\"phase\":\"done\",\"state\":\"failed\",\"cause\":\"entrypoint_exit\"," \
    "\"message\":\"exit code 3\",\"exit_code\":3}"

static struct sweep *begin(const char *name)
{
    struct sweep *sweep = fixture_begin(name, 1);

    fixture_accept(sweep, 0, 1);
    return sweep;
}

static struct attempt *first(const struct sweep *sweep)
{
    return sweep->points[0]->attempts[0];
}

static void claim(const struct sweep *sweep, const char *job_id)
{
    cleanup_free char *path = attempt_path(sweep, first(sweep), ".claim");
    cleanup_free char *folder = path_dir(path);
    struct error err = {0};

    ok(folder_make(folder, NULL, &err) == 0 && symlink(job_id, path) == 0, "a claim");
}

static void test_claim(void)
{
    struct sweep *sweep = begin("claim");
    cleanup_free char *none = inspect_claim(sweep, first(sweep));

    ok(!none, "no claim");
    fixture_file(sweep, 0, ".claim", "7");
    cleanup_free char *file = inspect_claim(sweep, first(sweep));
    ok(!file, "a file is none");
    cleanup_free char *path = attempt_path(sweep, first(sweep), ".claim");
    unlink(path);
    claim(sweep, "123_4");
    cleanup_free char *id = inspect_claim(sweep, first(sweep));
    is_string(id, "123_4", "its target is the job's id");
    sweep_close(sweep);
}

/* ---- what is decided ---- */

static const struct {
    const char *what, *verdict, *out, *err;
    enum job_witness job;
    enum state job_state;
    bool is_grace_over;
    const char *wanted;  /* state and cause */
    const char *file;    /* of the evidence, without the point; "" none */
    const char *warning; /* part of one; NULL: no warnings */
} rows[] = {
    {"nothing at all", NULL, NULL, NULL, JOB_NOT_KNOWN, STATE_UNKNOWN, true,
     "missing no_trace", "", NULL},
    {"nothing yet", NULL, NULL, NULL, JOB_NOT_KNOWN, STATE_UNKNOWN, false, "unknown ",
     "", NULL},
    {"a job that waits", NULL, NULL, NULL, JOB_LIVE, STATE_PENDING, false, "pending ",
     "", NULL},
    {"all is there", FIXTURE_VERDICT, FIXTURE_RESULT, NULL, JOB_ENDED, STATE_COMPLETED,
     true, "completed ", "", NULL},
    {"no result", FIXTURE_VERDICT, "only words\n", NULL, JOB_ENDED, STATE_COMPLETED,
     true, "failed no_result", "", NULL},
    {"a traceback in the other file", FAILED_VERDICT, "words\n",
     "Traceback (most recent call last):\n  File \"x\"\nValueError: no\n", JOB_ENDED,
     STATE_FAILED, true, "failed entrypoint_exit", ".err", NULL},
    {"a torn result", FIXTURE_VERDICT, "TMGG_RESULT:{\"metrics\":{\n", NULL, JOB_ENDED,
     STATE_COMPLETED, true, "failed bad_result", ".out", NULL},
    {"a reported failure", FIXTURE_VERDICT,
     "TMGG_RESULT:{\"status\":\"failed\",\"error_message\":\"boom\"}\n", NULL,
     JOB_ENDED, STATE_COMPLETED, true, "failed reported_failed", ".out", NULL},
    {"a torn verdict", "{\"v\":1,", FIXTURE_RESULT, NULL, JOB_ENDED, STATE_COMPLETED,
     true, NULL, NULL, "verdict.json"},
};

static void test_rows(void)
{
    for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
        cleanup_free char *name = xasprintf("r%zu", i);
        struct sweep *sweep = begin(name);
        struct attempt *attempt = first(sweep);
        struct inspect_options options = {.require_result = true,
                                          .is_grace_over = rows[i].is_grace_over,
                                          .job = rows[i].job};
        struct inspection found;
        if (rows[i].verdict)
            fixture_file(sweep, 0, ".verdict.json", rows[i].verdict);
        if (rows[i].out)
            fixture_file(sweep, 0, ".out", rows[i].out);
        if (rows[i].err)
            fixture_file(sweep, 0, ".err", rows[i].err);
        attempt->is_seen = rows[i].job_state != STATE_UNKNOWN;
        attempt->seen.state = rows[i].job_state;
        attempt->seen.exit_code = -1;
        attempt->seen.cancelled_by = -1;
        inspect_outputs(sweep, attempt, &options, &found);
        cleanup_free char *got =
            xasprintf("%s %s", state_name(found.outcome.state), found.outcome.cause);
        cleanup_free char *file = inspection_evidence_file(sweep, attempt, &found);
        cleanup_free char *wanted = rows[i].file && *rows[i].file
                                        ? xasprintf("%s%s", attempt->base, rows[i].file)
                                        : xstrdup("");
        if (rows[i].wanted)
            is_string(got, rows[i].wanted, rows[i].what);
        if (rows[i].file)
            is_string(file, wanted, "where the proof stands");
        const char *said =
            found.outcome.warnings.count > 0 ? found.outcome.warnings.items[0] : NULL;
        ok(!rows[i].warning ? !said : said && strstr(said, rows[i].warning), "%s: %s",
           rows[i].what, said ? said : "no warning");
        inspection_release(&found);
        sweep_close(sweep);
    }
}

/* A FIFO, a link, or a folder where the output should be: never opened for reading, and
 * never followed out of the folder. */
static void test_hostile(void)
{
    struct sweep *sweep = begin("hostile");
    cleanup_free char *out = attempt_path(sweep, first(sweep), ".out");
    cleanup_free char *folder = path_dir(out);
    cleanup_free char *elsewhere = scratch_path("elsewhere");
    struct inspect_options options = {.is_grace_over = true, .job = JOB_NOT_KNOWN};
    struct error err = {0};

    scratch_write("elsewhere", RESULT("7"), sizeof RESULT("7") - 1);
    folder_make(folder, NULL, &err);
    alarm(20); /* hanging in open() ends the test */
    for (int kind = 0; kind < 3; kind++) {
        struct inspection found;
        remove(out);
        int rc = kind == 0   ? symlink(elsewhere, out)
                 : kind == 1 ? mkfifo(out, 0600)
                             : folder_make(out, NULL, &err);
        inspect_outputs(sweep, first(sweep), &options, &found);
        ok(rc == 0 && found.scan.count == 0 && found.outcome.state != STATE_COMPLETED,
           "%s: no result is read from it",
           kind == 0   ? "a link"
           : kind == 1 ? "a FIFO"
                       : "a folder");
        inspection_release(&found);
    }
    alarm(0);
    sweep_close(sweep);
}

/* What goes into the "final" event. */
static void test_note(void)
{
    struct sweep *sweep = begin("note");
    struct inspect_options options = {.is_grace_over = true, .job = JOB_ENDED};
    struct inspection found;
    json_auto_t *event = json_object();

    fixture_file(sweep, 0, ".verdict.json", FAILED_VERDICT);
    fixture_file(sweep, 0, ".err",
                 "Traceback (most recent call last):\nValueError: n\xFF\n");
    first(sweep)->is_seen = true;
    first(sweep)->seen.state = STATE_FAILED;
    inspect_outputs(sweep, first(sweep), &options, &found);
    inspection_note(sweep, first(sweep), &found, event);
    const json_t *evidence = json_object_get(event, "evidence");
    ok(strstr(jsonio_string(evidence, "file", ""), ".err") &&
           strstr(jsonio_string(evidence, "line", ""), "ValueError"),
       "the line that proves it, whatever bytes it holds");
    ok(!json_object_get(event, "output"), "and no output but its own");
    inspection_release(&found);
    sweep_close(sweep);
}

/* ---- rows ---- */

static void test_add_rows(void)
{
    struct sweep *sweep = fixture_begin("rows", 3);
    struct inspect_options all = {.pick = SCAN_PICK_ALL, .is_grace_over = true};
    struct inspect_options last = {.pick = SCAN_PICK_LAST, .is_grace_over = true};
    struct table table = {0};
    double loss = 0;

    inspect_add_rows(sweep, sweep->points[0], &last, &table);
    ok(table.count == 1 && table.rows[0].state == STATE_PLANNED &&
           table.rows[0].n_params == 1 && table.rows[0].attempt == 0,
       "a planned point is a row");
    fixture_event(sweep, "submitting", 1, 1, 1, NULL);
    fixture_event(sweep, "refused", 1, 1, 1,
                  json_pack("{s:s}", "message", "Invalid partition"));
    inspect_add_rows(sweep, sweep->points[1], &last, &table);
    ok(table.rows[1].state == STATE_PLANNED, "so is a refused one");
    is_string(table.rows[1].message, "Invalid partition", "with the scheduler's words");

    fixture_accept(sweep, 2, 1);
    fixture_file(sweep, 2, ".out", RESULT("1") RESULT("2"));
    fixture_file(sweep, 2, ".verdict.json", FIXTURE_VERDICT);
    fixture_final(sweep, 2, 1, "timeout", "time_limit");
    inspect_add_rows(sweep, sweep->points[2], &last, &table);
    const struct row *row = &table.rows[2];
    ok(row->state == STATE_TIMEOUT && strcmp(row->cause, "time_limit") == 0,
       "of a final attempt the journal's state stands, whatever its files say");
    ok(row_metric(row, "loss", &loss) && loss > 1.9 && row->n_results == 2,
       "the result is read all the same: the last of two");
    is_string(row->job_id, "201", "its job");
    inspect_add_rows(sweep, sweep->points[2], &all, &table);
    is_number(table.count, 5, "--pick all: a row a result");
    ok(row_metric(&table.rows[3], "loss", &loss) && loss < 1.1, "in their order");
    table_release(&table);
    sweep_close(sweep);
}

int main(void)
{
    test_claim();
    test_rows();
    test_hostile();
    test_note();
    test_add_rows();
    scratch_remove();
    return tap_done();
}

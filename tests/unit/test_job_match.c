#include "launcher/jobs/job_match.h"

#include <sys/stat.h>
#include <unistd.h>

#include "tests/unit/sweep_fixture.h"

static struct job job_of(const char *id, char *name, char *script)
{
    struct job job = {.name = name, .script = script};

    snprintf(job.id, sizeof job.id, "%s", id);
    return job;
}

/* The token of the attempt that this job is matched to, or "". */
static const char *token_by(struct sweep *sweep, const char *id, const char *name,
                            const char *script)
{
    static char token[TOKEN_SIZE];
    cleanup_free char *own_name = xstrdup(name);
    cleanup_free char *own_script = xstrdup(script);
    struct job job = job_of(id, own_name, own_script);
    struct job_match match;

    job_match_init(&match, sweep);
    const struct attempt *attempt = job_match_find(&match, &job);
    snprintf(token, sizeof token, "%s", attempt ? attempt->token : "");
    job_match_release(&match);
    return token;
}

static void test_tasks(void)
{
    static const char *const bad[] = {
        "",       "123",     "_",
        "123_",   "123_[1]", "123_x",
        "123_4x", "123_-4",  "123_99999999999999999999999"};
    size_t task = 7;

    for (size_t i = 0; i < sizeof bad / sizeof *bad; i++)
        ok(!job_match_task(bad[i], &task) && task == 7, "no task: '%s'", bad[i]);
    ok(job_match_task("123_4", &task) && task == 4, "a task");
    ok(job_match_task("123_0", &task) && task == 0, "the first task");
}

static void test_jobs(struct sweep *sweep)
{
    cleanup_free char *script =
        xasprintf("%s/%s.sbatch", sweep->path, sweep->by_order[1]->base);
    cleanup_free char *retried =
        xasprintf("%s/%s.sbatch", sweep->path, sweep->by_order[2]->base);
    cleanup_free char *gone = xasprintf("%s/points/none.sbatch", sweep->path);

    is_string(token_by(sweep, "9", "", ""), "", "a job without a name");
    is_string(token_by(sweep, "9", "other-000000000009", ""), "", "another's token");
    is_string(token_by(sweep, "9", "x-000000000001", ""), "000000000001",
              "a token, whatever the id");
    is_string(token_by(sweep, "1", "site-21001", ""), "000000000001",
              "the id of a renamed job");
    is_string(token_by(sweep, "1", "site-21001", "/home/other/x.sbatch"), "",
              "not if its script is another's");
    is_string(token_by(sweep, "1", "site-21001", gone), "000000000001",
              "the id, if the script lies in our folder");
    is_string(token_by(sweep, "9", "site-21001", gone), "", "no such script");
    is_string(token_by(sweep, "9", "site-21001", script), "000000010001",
              "the script of a renamed job without an outcome");
    is_string(token_by(sweep, "9", "site-21001", retried), "000000020003",
              "the later of two attempts with one script");
    is_string(token_by(sweep, "9", "site-21001", ".sbatch"), "", "a bare suffix");
}

static void test_paths(struct sweep *sweep)
{
    cleanup_free char *link_path = scratch_path("by-link");
    cleanup_free char *copy = scratch_path("copy/points");
    cleanup_free char *by_link =
        xasprintf("%s/%s.sbatch", link_path, sweep->by_order[1]->base);
    cleanup_free char *by_copy =
        xasprintf("%s/../%s.sbatch", copy, sweep->by_order[1]->base);
    struct error err = {0};

    ok(symlink(sweep->path, link_path) == 0, "a link to the folder");
    is_string(token_by(sweep, "9", "site", by_link), "000000010001",
              "the same script by another path");
    folder_make(copy, NULL, &err);
    is_string(token_by(sweep, "9", "site", by_copy), "",
              "the same point in a copy of the sweep is another");
}

/* Two tasks of one array, as replay makes them. */
static void test_arrays(struct sweep *sweep)
{
    struct attempt *tasks[3] = {sweep->by_order[0], NULL, sweep->by_order[2]};
    struct array array = {.token = "aaaabbbbcccc", .attempts = tasks, .n_attempts = 3};
    struct array *list[1] = {&array};
    cleanup_free char *script = xasprintf("%s/arrays/aaaabbbbcccc.sbatch", sweep->path);
    struct job whole = job_of("77_[0-2%1]", NULL, script);
    struct job_match match;

    sweep->arrays = list;
    sweep->n_arrays = 1;
    map_set(&sweep->by_array, array.token, 0);
    is_string(token_by(sweep, "77_2", "x-aaaabbbbcccc", ""), sweep->by_order[2]->token,
              "a task by the array's token");
    is_string(token_by(sweep, "77_1", "x-aaaabbbbcccc", ""), "", "a task of nobody");
    is_string(token_by(sweep, "77_3", "x-aaaabbbbcccc", ""), "", "beyond the last");
    is_string(token_by(sweep, "77", "x-aaaabbbbcccc", ""), "", "no task at all");
    is_string(token_by(sweep, "77_0", "site", script), sweep->by_order[0]->token,
              "a task by the array's script");
    job_match_init(&match, sweep);
    ok(job_match_array(&match, &whole) == &array,
       "waiting tasks together, by the script");
    char name[] = "x-aaaabbbbcccc";
    whole.name = name;
    whole.script = NULL;
    ok(job_match_array(&match, &whole) == &array, "or by the name");
    char other[] = "x-aaaabbbbccc";
    whole.name = other;
    ok(job_match_array(&match, &whole) == NULL, "another name is no array");
    job_match_release(&match);
    sweep->arrays = NULL;
    sweep->n_arrays = 0;
}

int main(void)
{
    struct error err = {0};
    struct sweep *sweep = fixture_begin("folder", 4);

    fixture_accept(sweep, 0, 1);                       /* job "1" */
    fixture_event(sweep, "submitting", 1, 1, 1, NULL); /* no outcome */
    fixture_event(sweep, "submitting", 2, 1, 2, NULL); /* absent, then again */
    fixture_event(sweep, "absent", 2, 1, 2, NULL);
    fixture_event(sweep, "submitting", 2, 1, 3, NULL);
    ok(sweep_flush(sweep, false, &err) == 0, "a journal %s", err.text);
    test_tasks();
    test_jobs(sweep);
    test_paths(sweep);
    test_arrays(sweep);
    sweep_unlock(sweep);
    sweep_close(sweep);
    return tap_done();
}

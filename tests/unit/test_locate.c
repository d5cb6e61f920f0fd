#include "launcher/commands/locate.h"

#include <fcntl.h>
#include <sys/stat.h>

#include "launcher/common/memory.h"
#include "tests/tap/scratch.h"
#include "tests/tap/tap.h"

static struct settings *settings;

/* A sweep in the output folder with this journal, changed at that second. */
static void make_sweep(const char *name, const char *journal, long changed)
{
    cleanup_free char *folder_name = xasprintf("out/%s", name);
    cleanup_free char *folder = scratch_path(folder_name);
    cleanup_free char *file = xasprintf("out/%s/journal.jsonl", name);
    cleanup_free char *path = scratch_path(file);
    struct timespec times[2] = {{.tv_sec = changed}, {.tv_sec = changed}};
    struct error err = {0};

    ok(folder_make(folder, NULL, &err) == 0, "sweep '%s' %s", name, err.text);
    scratch_write(file, journal, strlen(journal));
    utimensat(AT_FDCWD, path, times, 0);
}

static void finds(const char *word, const char *wanted, const char *what)
{
    cleanup_free char *path = NULL;
    cleanup_free char *expected = scratch_path(wanted);
    struct error err = {0};

    ok(locate_sweep(settings, word, &path, &err) == 0, "%s %s", what, err.text);
    is_string(path, expected, what);
}

static void fails(const char *word, const char *words)
{
    char *path = NULL;
    struct error err = {0};

    ok(locate_sweep(settings, word, &path, &err) < 0 && err.kind == ERROR_INPUT &&
           !path && strstr(err.text, words),
       "%s: %s", word ? word : "nothing", err.text);
}

static void finds_job(const char *job_id, const char *wanted, const char *what)
{
    cleanup_free char *path = NULL;
    cleanup_free char *expected = wanted ? scratch_path(wanted) : NULL;
    struct error err = {0};
    int rc = locate_job(settings, job_id, &path, &err);

    ok((rc == 0) == (wanted != NULL) && (rc == 0 || err.kind == ERROR_INPUT), "%s %s",
       what, err.text);
    is_string(path, expected, what);
}

static void test_none(void)
{
    fails(NULL, "there is no sweep in");
    fails("x", "holds none");
    finds_job("7", NULL, "no output folder");
}

static void test_sweeps(void)
{
    make_sweep("train-1", "{}\n", 1000);
    make_sweep("train-2", "{}\n", 3000);
    make_sweep("other", "{}\n", 2000);
    make_sweep(".hidden", "{}\n", 9000);
    cleanup_free char *no_journal = scratch_path("out/results");
    cleanup_free char *path = scratch_path("out/other");
    struct error err = {0};
    folder_make(no_journal, NULL, &err);
    scratch_write("out/file", "x", 1);
    finds(NULL, "out/train-2", "without a name the newest journal");
    finds("train-1", "out/train-1", "by its name");
    finds(path, "out/other", "by its path");
    fails("train-3", "did you mean 'train-");
    fails("results", "holds 3 sweeps");
    fails("file", "no file, folder or sweep 'file'");
    fails("", "no file, folder or sweep ''");
    ok(locate_is_sweep(path) && !locate_is_sweep(no_journal), "a journal makes it one");
}

static void test_jobs(void)
{
    make_sweep("a", "{\"event\":\"submitted\",\"job_id\":\"123\"}\n", 1000);
    make_sweep("b", "{\"event\":\"submitted\",\"job_id\":\"123\"}\n", 2000);
    make_sweep("c", "{\"event\":\"submitted\",\"job_id\":\"1234\"}\n", 3000);
    finds_job("123", "out/b", "of two with this id the newer one");
    finds_job("1234", "out/c", "a longer id");
    finds_job("1234_5", "out/c", "a task of an array");
    finds_job("12", NULL, "a part of an id is none");
    finds_job("", NULL, "no id");
}

int main(void)
{
    cleanup_free char *folder = scratch_path("out");
    struct error err = {0};

    settings = settings_new();
    ok(settings_set(settings, SETTING_OUTPUT_DIR, folder, RANK_FLAG, "f", &err) == 0,
       "an output folder %s", err.text);
    test_none();
    test_sweeps();
    test_jobs();
    settings_free(settings);
    scratch_remove();
    return tap_done();
}

#include "launcher/scheduler/slurm/slurm_cli.h"

#include <dirent.h>
#include <fcntl.h>
#include <stdlib.h>
#include <sys/stat.h>
#include <unistd.h>

#include "launcher/common/files/file.h"
#include "launcher/common/memory.h"
#include "launcher/scheduler/slurm/slurm_site.h"
#include "tests/tap/tap.h"

/* Stand-ins for Slurm's commands: each writes its words and its environment into the
 * folder and then does what the test says. What the real ones do: tests/cluster. */
static char folder[] = "/tmp/raylaunch-slurm-XXXXXX";

static void stand_in(const char *program, const char *act)
{
    struct error err = {0};
    cleanup_free char *path = path_join(folder, program);
    cleanup_free char *text = xasprintf(
        "#!/bin/sh\nprintf '%%s|' \"$@\" >>'%s/%s.words'\necho >>'%s/%s.words'\n"
        "env >'%s/%s.env'\n%s\n",
        folder, program, folder, program, folder, program, act);

    file_write_atomic(path, text, strlen(text), FILE_CACHED, &err);
    chmod(path, 0755);
}

static char *said(const char *program, const char *what)
{
    cleanup_free char *path = xasprintf("%s/%s.%s", folder, program, what);
    struct error err = {0};
    char *bytes = NULL;
    size_t size;

    if (file_read_all(path, 1 << 20, &bytes, &size, &err) < 0)
        return xstrdup("");
    unlink(path);
    return bytes;
}

static struct scheduler open_slurm(void)
{
    struct scheduler scheduler = {0};
    struct scheduler_options options = {0};
    struct error err = {0};

    ok(scheduler_open("auto", &options, &scheduler, &err) == 0, "auto is slurm %s",
       err.text);
    is_string(scheduler_is_open(&scheduler) ? scheduler_name(&scheduler) : NULL,
              "slurm", "by name");
    return scheduler;
}

static int begin(struct scheduler *scheduler, size_t slot, struct error *err)
{
    struct submit_request submission = {.script = "/s/a b.sbatch",
                                        .job_name = "n-0001",
                                        .output = "/s/a.out",
                                        .error = "/s/a.err",
                                        .folder = "/s"};

    return scheduler_submit_begin(scheduler, slot, &submission, err);
}

static void test_submit(void)
{
    struct scheduler scheduler = open_slurm();
    struct submit_outcome outcome = {0};
    struct error err = {0};
    size_t slot = 0;

    setenv("SLURM_JOB_ID", "1", 1);
    setenv("SLURM_CONF", "/etc/slurm.conf", 1);
    setenv("SLURMD_NODENAME", "n1", 1);
    setenv("SLURM_JWT", "abc", 1);
    setenv("SBATCH_PARTITION", "x", 1);
    setenv("RAYLAUNCH_SET_NODES", "1", 1);
    setenv("MINE", "kept", 1);
    stand_in("sbatch", "echo 17");
    is_number(scheduler_submit_next(&scheduler, 0, &slot, &outcome), 0,
              "nothing begun");
    is_number(begin(&scheduler, 3, &err), 0, "begin");
    is_number(scheduler_submit_next(&scheduler, 10000, &slot, &outcome), 1, "end");
    is_number(slot, 3, "its slot");
    is_string(outcome.job_id, "17", "its id");
    submit_outcome_release(&outcome);
    cleanup_free char *words = said("sbatch", "words");
    is_string(
        words,
        "--parsable|--job-name=n-0001|--output=/s/a.out|--error=/s/a.err|--chdir=/s|"
        "/s/a b.sbatch|\n",
        "sbatch's words");
    cleanup_free char *environment = said("sbatch", "env");
    ok(!strstr(environment, "SLURM_J") && !strstr(environment, "SLURMD_") &&
           !strstr(environment, "SBATCH_") && !strstr(environment, "RAYLAUNCH_SET_"),
       "sbatch gets nothing of a surrounding job");
    ok(strstr(environment, "SLURM_CONF=/etc/slurm.conf") &&
           strstr(environment, "MINE=kept"),
       "but the user's environment, and SLURM_CONF");
    ok(!strstr(environment, "SLURM_TIME_FORMAT"), "and no time format of ours");

    stand_in("sbatch", "sleep 0.3; echo 18");
    is_number(begin(&scheduler, 0, &err), 0, "begin a slow one");
    is_number(scheduler_submit_next(&scheduler, 20, &slot, &outcome), 0, "not yet");
    stand_in("sbatch", "echo 19");
    is_number(begin(&scheduler, 7, &err), 0, "begin another");
    is_number(scheduler_submit_next(&scheduler, 10000, &slot, &outcome), 1, "one ends");
    is_number(slot, 7, "the quick one first");
    submit_outcome_release(&outcome);
    is_number(scheduler_submit_next(&scheduler, 10000, &slot, &outcome), 1, "then");
    is_string(outcome.job_id, "18", "the slow one");
    submit_outcome_release(&outcome);

    cleanup_free char *path = path_join(folder, "sbatch");
    unlink(path);
    is_number(begin(&scheduler, 0, &err), -1, "sbatch has gone");
    is_string(err.text, "sbatch: not found on PATH", "says so");
    is_number(err.kind, ERROR_SCHEDULER, "its kind");
    stand_in("sbatch", "exit 1");
    scheduler_close(&scheduler);
}

static void test_reading(void)
{
    struct scheduler scheduler = open_slurm();
    struct job_list jobs = {0};
    struct error err = {0};
    bool is_kept = true;

    stand_in("squeue",
             "echo 'slurm_load_jobs error: Unable to contact slurm controller "
             "(connect failure)' >&2; exit 1");
    is_number(scheduler_list(&scheduler, &jobs, &err), -1, "squeue fails");
    is_string(err.text,
              "squeue: exit code 1: slurm_load_jobs error: Unable to contact slurm "
              "controller "
              "(connect failure)",
              "with its own words");
    is_number(err.kind, ERROR_SCHEDULER, "its kind");
    cleanup_free char *environment = said("squeue", "env");
    ok(strstr(environment, "SLURM_TIME_FORMAT=%s\n") &&
           !strstr(environment, "SLURM_JWT"),
       "times as seconds, no token");
    cleanup_free char *words = said("squeue", "words");
    ok(strncmp(words, "--user=", 7) == 0, "only the user's jobs");
    stand_in("squeue", "exit 0");
    is_number(scheduler_list(&scheduler, &jobs, &err), -1, "silence is no empty queue");
    stand_in(
        "squeue",
        "shift 3; s=$(printf %s \"$2\" | sed 's/^%i//; s/%T.*//')\n"
        "for w in ID STATE REASON V S E N NAME; do printf %s \"$w$s\"; done; echo\n"
        "for w in 5 RUNNING None 1 1 1 n1 'a|b'; do printf %s \"$w$s\"; done");
    is_number(scheduler_list(&scheduler, &jobs, &err), 0, "an answer");
    is_number(jobs.count, 1, "with a job");
    is_string(jobs.count ? jobs.jobs[0].name : NULL, "a|b", "and its name");
    job_list_release(&jobs);

    stand_in("sacct", "echo 'Slurm accounting storage is disabled' >&2; exit 1");
    is_number(scheduler_history(&scheduler, 1e9, NULL, &jobs, &is_kept, &err), 0,
              "no accounting");
    ok(!is_kept && jobs.count == 0, "is told, and no error");
    stand_in("sacct", "echo 'sacct: error: Problem talking to the database: Connection "
                      "refused' >&2; exit 1");
    is_number(scheduler_history(&scheduler, 1e9, NULL, &jobs, &is_kept, &err), -1,
              "a database that is down is one");
    cleanup_free char *path = path_join(folder, "sacct");
    unlink(path);
    is_number(scheduler_history(&scheduler, 1e9, NULL, &jobs, &is_kept, &err), -1,
              "no sacct");
    is_string(err.text, "sacct: not found on PATH", "says so");
    scheduler_close(&scheduler);
}

static void test_enter(void)
{
    struct scheduler scheduler = open_slurm();
    struct child_command command = {0};

    scheduler_enter(&scheduler, "12_3", "n1", true, &command);
    is_string(command.argv.items[0], "srun", "a job is entered by a step");
    static const char *const wanted[] = {"--jobid=12_3", "--overlap",  "--nodelist=n1",
                                         "--nodes=1",    "--ntasks=1", "--mem=0",
                                         "--pty"};
    for (size_t i = 0; i < sizeof wanted / sizeof *wanted; i++)
        ok(words_has(&command.argv, wanted[i]), "%s", wanted[i]);
    ok(words_has(&command.unset, "SLURM_*"), "typed inside another job, it forgets it");
    is_number(command.set.count, 0, "the locale stays the user's");
    child_command_release(&command);
    scheduler_enter(&scheduler, "12", "n1", false, &command);
    ok(!words_has(&command.argv, "--pty"), "no terminal where there is none");
    child_command_release(&command);
    scheduler_close(&scheduler);
}

static void test_cancel(void)
{
    struct scheduler scheduler = open_slurm();
    struct words ids = {0};
    struct error err = {0};

    stand_in("scancel", "exit 1");
    is_number(scheduler_cancel(&scheduler, &ids, &err), 0, "no ids");
    words_add(&ids, "--me");
    words_add(&ids, "local-a");
    is_number(scheduler_cancel(&scheduler, &ids, &err), 0, "no ids of Slurm");
    cleanup_free char *none = said("scancel", "words");
    is_string(none, "", "scancel is not even called");
    words_add(&ids, "5");
    is_number(scheduler_cancel(&scheduler, &ids, &err), -1, "scancel fails");
    is_string(err.text, "scancel: exit code 1", "says so");
    stand_in("scancel",
             "echo 'scancel: error: Kill job error on job id 5: Invalid job id "
             "specified' >&2; exit 1");
    is_number(scheduler_cancel(&scheduler, &ids, &err), 0,
              "an unknown job is no error");
    stand_in("scancel",
             "echo 'scancel: error: Kill job error on job id 5: Access/permission "
             "denied' >&2; exit 0");
    is_number(scheduler_cancel(&scheduler, &ids, &err), -1, "a foreign one is");
    for (int i = 0; i < 250; i++)
        words_addf(&ids, "%d_%d", 1000 + i, i);
    free(said("scancel", "words"));
    stand_in("scancel", "");
    is_number(scheduler_cancel(&scheduler, &ids, &err), 0, "many");
    cleanup_free char *words = said("scancel", "words");
    size_t n_calls = 0, n_words = 0;
    for (const char *at = words; *at; at++) {
        n_calls += *at == '\n';
        n_words += *at == '|';
    }
    is_number(n_calls, 3, "in calls of 100");
    is_number(n_words, 251, "each one once");
    words_release(&ids);
    scheduler_close(&scheduler);
}

static void test_timeout(void)
{
    struct scheduler scheduler = open_slurm();

    stand_in("scontrol", "exit 1");
    is_number((long)scheduler_message_timeout(&scheduler), 10,
              "not told: Slurm's default");
    stand_in("scontrol", "echo 'MessageTimeout          = 60 sec'");
    is_number((long)scheduler_message_timeout(&scheduler), 60, "told");
    stand_in("scontrol", "echo 'MessageTimeout          = 70 sec'");
    is_number((long)scheduler_message_timeout(&scheduler), 60, "and asked once");
    scheduler_close(&scheduler);

    struct site site = {0};
    struct error err = {0};
    struct scheduler_options options = {0};
    scheduler_open("local", &options, &scheduler, &err);
    is_number(scheduler_site(&scheduler, SITE_NEW, &site, &err), 0,
              "local has no site");
    is_number(site.n_partitions, 0, "and no partitions");
    scheduler_close(&scheduler);
}

/* The machine may have a real Slurm: what the stand-ins need is linked into the folder.
 */
static void use_only_stand_ins(void)
{
    static const char *const tools[] = {"env", "sed", "sleep"};

    for (size_t i = 0; i < sizeof tools / sizeof *tools; i++) {
        cleanup_free char *link = path_join(folder, tools[i]);
        cleanup_free char *usual = path_join("/usr/bin", tools[i]);
        cleanup_free char *other = path_join("/bin", tools[i]);
        ok(symlink(file_exists(usual) ? usual : other, link) == 0, "%s", tools[i]);
    }
    setenv("PATH", folder, 1);
}

static void remove_folder(void)
{
    DIR *dir = opendir(folder);
    const struct dirent *entry;

    while (dir && (entry = readdir(dir)) != NULL)
        unlinkat(dirfd(dir), entry->d_name, 0);
    if (dir)
        closedir(dir);
    rmdir(folder);
}

int main(void)
{
    if (!mkdtemp(folder))
        return 1;
    use_only_stand_ins();
    stand_in("sbatch", "exit 1");
    ok(scheduler_queues_here(), "sbatch is on PATH");
    test_submit();
    test_reading();
    test_enter();
    test_cancel();
    test_timeout();
    remove_folder();
    return tap_done();
}

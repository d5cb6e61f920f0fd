#include "launcher/scheduler/slurm/slurm_history.h"

#include <stdlib.h>

#include "launcher/common/files/file.h"
#include "launcher/common/memory.h"
#include "tests/tap/tap.h"

#define HEADER "JobID#State#ExitCode#Submit#Start#End#NodeList#Reason#JobName#\n"

static const struct job *find(const struct job_list *jobs, const char *id)
{
    for (size_t i = 0; i < jobs->count; i++) {
        if (strcmp(jobs->jobs[i].id, id) == 0)
            return &jobs->jobs[i];
    }
    return NULL;
}

static void test_bad(void)
{
    struct job_list jobs = {0};
    struct error err = {0};

    is_number(slurm_history_parse("", 0, "#", &jobs, &err), -1,
              "an empty answer is none");
    is_string(err.text, "sacct: its answer is not understood", "and says so");
    is_number(slurm_history_parse(HEADER "1#FAI", strlen(HEADER) + 5, "#", &jobs, &err),
              -1, "cut off");
    is_number(slurm_history_parse(HEADER, strlen(HEADER), "#", &jobs, &err), 0,
              "the header alone");
    is_number(jobs.count, 0, "is no job");
    static const char odd[] = HEADER "1#FAILED#x:y#a#b#c#n1#None#n#\n"
                                     "2#FAILED##-1#-2#-3#n1#None#n#\n"
                                     "3#FAILED#999:0#1#1#1#n1#None#n#\n"
                                     "4#RUNNING#0:0#1#1#Unknown#n1#None#n#\n";
    is_number(slurm_history_parse(odd, sizeof odd - 1, "#", &jobs, &err), 0,
              "odd values");
    is_number(jobs.count, 4, "are jobs");
    for (size_t i = 0; i < jobs.count; i++)
        ok(jobs.jobs[i].exit_code == -1 && jobs.jobs[i].signal == 0,
           "without an exit code");
    job_list_release(&jobs);
}

static void test_recorded(void)
{
    cleanup_free char *bytes = NULL;
    size_t size = 0;
    struct job_list jobs = {0};
    struct error err = {0};

    ok(file_read_all("tests/fixtures/slurm-22.05/sacct.txt", 1 << 20, &bytes, &size,
                     &err) == 0,
       "the recorded text %s", err.text);
    if (!bytes)
        return;
    is_number(slurm_history_parse(bytes, size, ":SEP:", &jobs, &err), 0, "is read");
    is_number(jobs.count, 16, "all of its jobs");
    const struct job *job = find(&jobs, "14");
    ok(job && job->state == STATE_FAILED && job->exit_code == 3 && job->signal == 0,
       "exit 3");
    ok(job && job->ended_at - job->started_at == 8 && !job->is_refusal, "after 8 s");
    job = find(&jobs, "15");
    ok(job && job->state == STATE_CANCELLED && job->cancelled_by == 21001,
       "cancelled, and by whom");
    job = find(&jobs, "16");
    ok(job && job->exit_code == -1 && job->signal == 9, "killed by SIGKILL");
    job = find(&jobs, "23");
    is_string(job ? job->name : NULL, "we|ird\nname :S: x",
              "a name with bars and a newline");
    ok(job && !job->is_refusal, "failed at once, but it ran");
    job = find(&jobs, "24");
    ok(job && job->is_refusal, "what a refused submission leaves");
    is_string(job ? job->nodes : NULL, "", "had no nodes");
    job = find(&jobs, "33");
    ok(job && job->state == STATE_PENDING && job->started_at == 0 &&
           job->exit_code == -1,
       "one that waits");
    is_string(find(&jobs, "26_3") ? find(&jobs, "26_3")->name : NULL, "arr",
              "an array task has its id as squeue writes it");
    job_list_release(&jobs);
}

static void test_off(void)
{
    ok(slurm_history_is_off("Slurm accounting storage is disabled\n"),
       "22.05 without it");
    ok(slurm_history_is_off("SLURM accounting storage is disabled\n"), "older words");
    ok(!slurm_history_is_off(
           "sacct: error: slurm_persist_conn_open_without_init: failed to "
           "open persistent connection to host:localhost:6819: Connection "
           "refused\nsacct: error: Problem talking to the database: "
           "Connection refused\n"),
       "a database that is down is not 'no accounting'");
    ok(!slurm_history_is_off(""), "nothing said");
}

/* A job_submit plugin of the site has renamed the jobs: what sbatch was told counts. */
static void test_renamed(void)
{
    static const char text[] =
        "JobID#State#ExitCode#Submit#Start#End#NodeList#Reason#JobName#SubmitLine#\n"
        "1#COMPLETED#0:0#1#2#3#n1#None#site#sbatch --parsable --job-name=a-12 x.sh#\n"
        "2_3#COMPLETED#0:0#1#2#3#n1#None#site#sbatch --job-name=a-13#\n"
        "4#COMPLETED#0:0#1#2#3#n1#None#salloc --job-name=b#salloc --job-name=b#\n"
        "5#COMPLETED#0:0#1#2#3#n1#None#own##\n";
    static const char *const names[] = {"a-12", "a-13", "salloc --job-name=b", "own"};
    struct job_list jobs = {0};
    struct error err = {0};

    is_number(slurm_history_parse(text, sizeof text - 1, "#", &jobs, &err), 0,
              "with the line of the call");
    is_number(jobs.count, 4, "all jobs");
    for (size_t i = 0; i < jobs.count && i < 4; i++)
        is_string(jobs.jobs[i].name, names[i], "its name as asked for");
    job_list_release(&jobs);
}

int main(void)
{
    test_bad();
    test_renamed();
    test_recorded();
    test_off();
    return tap_done();
}

#include "launcher/scheduler/slurm/slurm_queue.h"

#include <stdlib.h>

#include "launcher/common/files/file.h"
#include "launcher/common/memory.h"
#include "launcher/scheduler/slurm/slurm_fields.h"
#include "tests/tap/tap.h"

#define HEADER "JOBID#STATE#REASON#SUBMIT_TIME#START_TIME#END_TIME#NODELIST#NAME#\n"

static const struct job *find(const struct job_list *jobs, const char *id)
{
    for (size_t i = 0; i < jobs->count; i++) {
        if (strcmp(jobs->jobs[i].id, id) == 0)
            return &jobs->jobs[i];
    }
    return NULL;
}

/* How many jobs, or -1. */
static long count(const char *text)
{
    struct job_list jobs = {0};
    struct error err = {0};
    int rc = slurm_queue_parse(text, strlen(text), "#", &jobs, &err);
    long n_jobs = rc < 0 ? -1 : (long)jobs.count;

    job_list_release(&jobs);
    return n_jobs;
}

static void test_bad(void)
{
    struct job_list jobs = {0};
    struct error err = {0};

    is_number(count(""), -1, "an empty answer is none");
    is_number(count("\n\n"), -1, "nor are empty lines");
    is_number(count("Welcome to the cluster\n"), -1, "nor a banner");
    is_number(count("1#RUNNING#None#1#1#1#n1#name#\n"), -1,
              "nor jobs without the header");
    is_number(count(HEADER), 0, "the header alone: no job");
    is_number(count("CLUSTER: x\n" HEADER), 0, "with -M");
    is_number(count(HEADER "1#RUNNING#None#1#1#1#n1#na"), -1, "cut off within a job");
    is_number(count(HEADER "1#RUNNING#None#1#1#1#n1#name#\n2#RUN"), -1,
              "or the second");
    is_number(count(HEADER "x#RUNNING#None#1#1#1#n1#name#\n"), 0,
              "an id without a digit");
    is_number(count(HEADER
                    "1111111111111111111111111111111111111111111111111111111111111111"
                    "#R#None#1#1#1#n1#name#\n"),
              0, "an id longer than any");
    slurm_queue_parse("x", 1, "#", &jobs, &err);
    is_number(err.kind, ERROR_SCHEDULER, "its kind of error");
    is_string(err.text,
              "squeue: its answer is not understood; does `squeue` on PATH accept -o?",
              "its words");
    static const char with_nul[] = HEADER "1#RUNNING#None#1#1#1#n1#a\0b#\n";
    is_number(slurm_queue_parse(with_nul, sizeof with_nul - 1, "#", &jobs, &err), 0,
              "a NUL byte");
    is_string(jobs.jobs[0].name, "a", "ends its column");
    job_list_release(&jobs);
}

static void test_recorded(void)
{
    cleanup_free char *bytes = NULL;
    size_t size = 0;
    struct job_list jobs = {0};
    struct error err = {0};

    ok(file_read_all("tests/fixtures/slurm-22.05/squeue.txt", 1 << 20, &bytes, &size,
                     &err) == 0,
       "the recorded text %s", err.text);
    if (!bytes)
        return;
    is_number(slurm_queue_parse(bytes, size, ":SEP:", &jobs, &err), 0, "is read");
    is_number(jobs.count, 12, "all of its jobs");
    const struct job *job = find(&jobs, "20");
    ok(job && job->state == STATE_COMPLETED, "a completed job");
    ok(job && job->submitted_at == 1795259263 && job->started_at == 1795259264 &&
           job->ended_at == 1795259264,
       "its times");
    is_string(job ? job->name : NULL, "t-1", "its name");
    is_string(job ? job->reason : NULL, "", "no reason");
    is_string(job ? job->nodes : NULL, "rl1", "its node");
    is_number(job ? job->exit_code : 0, -1, "squeue does not tell exit codes");
    job = find(&jobs, "23");
    is_string(job ? job->name : NULL, "we|ird\nname :S: x",
              "a name with bars and a newline");
    ok(job && job->state == STATE_FAILED && !job->is_refusal, "that failed");
    job = find(&jobs, "24");
    ok(job && job->is_refusal && job->started_at == 0,
       "what a refused submission leaves is told apart");
    job = find(&jobs, "26_2");
    ok(job && job->state == STATE_PENDING && job->started_at == 0 && job->ended_at == 0,
       "an array task that waits");
    is_string(job ? job->reason : NULL, "JobArrayTaskLimit", "and why");
    job = find(&jobs, "33");
    ok(job && job->state == STATE_PENDING && job->started_at == 0 && job->ended_at == 0,
       "an expected start is no start");
    job = find(&jobs, "32");
    ok(job && job->state == STATE_RUNNING && job->started_at == 1795259598 &&
           job->ended_at == 0,
       "an expected end is no end");
    is_string(find(&jobs, "26_1") ? find(&jobs, "26_1")->raw_state : NULL, "RUNNING",
              "Slurm's own word is kept");
    job_list_release(&jobs);
}

static void test_script(void)
{
    static const char text[] =
        "JOBID#STATE#REASON#SUBMIT_TIME#START_TIME#END_TIME#NODELIST#NAME#COMMAND#\n"
        "7#PENDING#Resources#1#50#N/A##site-1#/home/u/a b.sbatch#\n"
        "8#RUNNING#None#1#2#90#n1#site-1#(null)#\n";
    struct job_list jobs = {0};
    struct error err = {0};

    is_number(slurm_queue_parse(text, sizeof text - 1, "#", &jobs, &err), 0,
              "with scripts");
    is_number(jobs.count, 2, "two jobs");
    if (jobs.count == 2) {
        is_string(jobs.jobs[0].script, "/home/u/a b.sbatch", "a script's path");
        is_number((long)jobs.jobs[0].expected_at, 50, "when it may start");
        is_string(jobs.jobs[1].script, "", "no script");
        is_number((long)jobs.jobs[1].expected_at, 90, "when its time is over");
    }
    job_list_release(&jobs);
}

static void test_separator(void)
{
    char first[SLURM_SEPARATOR_SIZE], second[SLURM_SEPARATOR_SIZE];

    slurm_fields_separator(first);
    slurm_fields_separator(second);
    is_number(strlen(first), 18, "a separator has 64 random bits");
    ok(strcmp(first, second) != 0, "each call has its own");
    is_number((long)slurm_fields_time("N/A"), 0, "N/A is no time");
    is_number((long)slurm_fields_time("Unknown"), 0, "nor is Unknown");
    is_number((long)slurm_fields_time("4294967294"), 0, "nor Slurm's NO_VAL");
    is_number((long)slurm_fields_time("99999999999999999999"), 0,
              "nor what is no number");
    is_number((long)slurm_fields_time("1795259263"), 1795259263, "epoch seconds are");
}

int main(void)
{
    test_bad();
    test_recorded();
    test_script();
    test_separator();
    return tap_done();
}

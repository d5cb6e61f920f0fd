#include "launcher/scheduler/local/local.h"

#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <signal.h>
#include <stdlib.h>
#include <sys/syscall.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

#include "launcher/common/clock.h"
#include "launcher/common/files/file.h"
#include "launcher/common/memory.h"
#include "launcher/common/processes/interrupt.h"
#include "launcher/common/random.h"
#include "launcher/scheduler/local/local_proc.h"
#include "tests/tap/tap.h"

static time_t clock_ahead_s; /* of the kernel's */

/* Stands in for libc's in the test program. */
int clock_gettime(clockid_t id, struct timespec *now)
{
    long rc = syscall(SYS_clock_gettime, id, now);

    now->tv_sec += clock_ahead_s;
    return (int)rc;
}

static char folder[] = "/tmp/raylaunch-local-XXXXXX";
static struct scheduler scheduler;

/* A job whose script has these words; its name, and so its id, is new. */
struct test_job {
    char *script, *output, *error, *name;
    char id[JOB_ID_SIZE];
};

static struct test_job make_job(const char *label, const char *words)
{
    struct test_job job = {0};
    struct error err = {0};
    char token[RANDOM_HEX_SIZE(4)];

    random_hex(token, 4);
    job.script = xasprintf("%s/%s.sbatch", folder, label);
    job.output = xasprintf("%s/%s 100%%j.out", folder, label);
    job.error = xasprintf("%s/%s.err", folder, label);
    job.name = xasprintf("my-sweep-%s", token);
    snprintf(job.id, sizeof job.id, "local-%s", token);
    file_write_atomic(job.script, words, strlen(words), FILE_CACHED, &err);
    return job;
}

static void release_job(struct test_job *job)
{
    free(job->script);
    free(job->output);
    free(job->error);
    free(job->name);
}

static int begin(const struct test_job *job, size_t slot, struct error *err)
{
    struct submit_request submission = {.script = job->script,
                                        .job_name = job->name,
                                        .output = job->output,
                                        .error = job->error,
                                        .folder = folder};

    return scheduler_submit_begin(&scheduler, slot, &submission, err);
}

static void submit(const struct test_job *job)
{
    struct error err = {0};
    struct submit_outcome outcome = {0};
    size_t slot = 99;

    ok(begin(job, 5, &err) == 0, "a job starts %s", err.text);
    is_number(scheduler_submit_next(&scheduler, 0, &slot, &outcome), 1, "at once");
    is_number(slot, 5, "in its slot");
    ok(outcome.class == SUBMIT_ACCEPTED, "accepted");
    is_string(outcome.job_id, job->id, "with the token in its id");
    submit_outcome_release(&outcome);
    is_number(scheduler_submit_next(&scheduler, 0, &slot, &outcome), 0, "only once");
}

/* The job as `list` of some scheduler gives it, or one with state STATE_MISSING. */
static struct job look(struct scheduler *which, const char *id)
{
    struct job_list jobs = {0};
    struct error err = {0};
    struct job found = {.state = STATE_MISSING};

    if (scheduler_list(which, &jobs, &err) < 0)
        ok(0, "list: %s", err.text);
    for (size_t i = 0; i < jobs.count; i++) {
        if (strcmp(jobs.jobs[i].id, id) != 0)
            continue;
        if (found.state != STATE_MISSING)
            ok(0, "%s is listed twice", id);
        found = jobs.jobs[i];
        found.name = found.raw_state = found.reason = found.nodes = found.output = NULL;
    }
    job_list_release(&jobs);
    return found;
}

static struct job wait_for_end(const char *id)
{
    struct job job = look(&scheduler, id);

    for (int i = 0; i < 100 && job.state == STATE_RUNNING; i++) {
        interrupt_sleep_ms(50);
        job = look(&scheduler, id);
    }
    return job;
}

static char *content(const char *path)
{
    char *bytes = NULL;
    size_t size;
    struct error err = {0};

    for (int i = 0; i < 100; i++) {
        if (file_read_all(path, 1 << 20, &bytes, &size, &err) == 0 && size > 0)
            return bytes;
        free(bytes);
        bytes = NULL;
        interrupt_sleep_ms(50);
    }
    return xstrdup("");
}

static void test_bad(void)
{
    struct test_job job = make_job("bad", "exit 0\n");
    struct error err = {0};
    struct scheduler other = {0};
    struct scheduler_options options = {0};

    is_number(scheduler_open("nosuch", &options, &other, &err), -1,
              "no such scheduler");
    is_string(err.text, "there is no scheduler 'nosuch'; there are: auto, slurm, local",
              "those that there are");
    free(job.output);
    job.output = xasprintf("%s/no/such/folder.out", folder);
    is_number(begin(&job, 0, &err), -1, "an output file that cannot be made");
    is_number(err.kind, ERROR_FILE, "is an error of the file");
    release_job(&job);

    job = make_job("long", "exit 0\n");
    free(job.name);
    job.name = xasprintf("a-%080d", 1);
    is_number(begin(&job, 0, &err), -1, "a token longer than an id");
    release_job(&job);

    job = make_job("nobash", "exit 0\n");
    cleanup_free char *path = xstrdup(getenv("PATH"));
    setenv("PATH", folder, 1);
    err = (struct error){0};
    is_number(begin(&job, 0, &err), -1, "no bash on PATH");
    is_string(err.text, "cannot run 'bash': No such file or directory", "says so");
    is_number(err.kind, ERROR_SCHEDULER, "its kind");
    is_number(scheduler_open("auto", &options, &other, &err), -1,
              "auto without sbatch");
    is_string(
        err.text,
        "there is no sbatch on PATH; run this on a login node of the cluster, load its "
        "slurm module, or say --scheduler local",
        "never falls back silently");
    setenv("PATH", path, 1);
    is_number(look(&scheduler, job.id).state, STATE_MISSING, "and no job is left");
    release_job(&job);
}

static void test_ends(void)
{
    struct test_job job =
        make_job("good", "echo out; echo err >&2; read -r line; echo $?; "
                         "pwd; exit 0\n");
    submit(&job);
    struct job end = wait_for_end(job.id);
    ok(end.state == STATE_COMPLETED && end.exit_code == 0 && end.signal == 0, "exit 0");
    ok(end.started_at > 1e9 && end.ended_at >= end.started_at, "its times");
    cleanup_free char *out = content(job.output);
    cleanup_free char *wanted = xasprintf("out\n1\n%s\n", folder);
    is_string(out, wanted, "stdout, an empty stdin and the folder");
    cleanup_free char *said = content(job.error);
    is_string(said, "err\n", "stderr");
    release_job(&job);

    job = make_job("good", "echo again\n");
    submit(&job);
    wait_for_end(job.id);
    cleanup_free char *longer = content(job.output);
    ok(strncmp(longer, "out\n", 4) == 0 && strstr(longer, "again\n"),
       "files are appended to");
    release_job(&job);

    job = make_job("exit", "exit 137\n");
    submit(&job);
    end = wait_for_end(job.id);
    ok(end.state == STATE_FAILED && end.exit_code == 137 && end.signal == 0,
       "exit 137");
    release_job(&job);

    job = make_job("kill", "kill -KILL $$\n");
    submit(&job);
    end = wait_for_end(job.id);
    ok(end.state == STATE_FAILED && end.exit_code == -1 && end.signal == SIGKILL,
       "killed");
    is_number(end.cancelled_by, -1, "by nobody that is known");
    release_job(&job);
}

static void test_environment(void)
{
    struct test_job job = make_job(
        "env",
        "echo \"$RAYLAUNCH_LOCAL_JOB $RAYLAUNCH_LOCAL_NAME $((10#$RAYLAUNCH_LOCAL_PID"
        " - $$))\"; env | grep -c -e ^SLURM_JOB -e ^SBATCH_ -e ^RAYLAUNCH_SET_ "
        "-e ^RAYLAUNCH_PARAM; echo $KEPT; ls /proc/self/fd | tr '\\n' ' '\n");
    int fd = open("/dev/null", O_RDONLY | O_CLOEXEC);

    setenv("SLURM_JOB_ID", "1", 1);
    setenv("SBATCH_PARTITION", "x", 1);
    setenv("RAYLAUNCH_SET_NODES", "x", 1);
    setenv("RAYLAUNCH_PARAM_LR", "x", 1);
    setenv("KEPT", "kept", 1);
    submit(&job);
    wait_for_end(job.id);
    cleanup_free char *out = content(job.output);
    cleanup_free char *wanted =
        xasprintf("%s %s 0\n0\nkept\n0 1 2 3 ", job.id, job.name);
    is_string(out, wanted,
              "id, name and pid; nothing of a surrounding job; no descriptors");
    unsetenv("SLURM_JOB_ID");
    unsetenv("SBATCH_PARTITION");
    unsetenv("RAYLAUNCH_SET_NODES");
    unsetenv("RAYLAUNCH_PARAM_LR");
    close(fd);
    release_job(&job);
}

static void test_others(void)
{
    struct scheduler other = {0};
    struct scheduler_options options = {.local_slots = 3};
    struct error err = {0};
    struct job_list jobs = {0};
    bool is_kept = true;

    scheduler_open("local", &options, &other, &err);
    is_number(scheduler_slots(&other), 3, "slots as asked");
    is_number((long)scheduler_message_timeout(&other), 0, "there is no MessageTimeout");
    struct test_job job = make_job(
        "long",
        "setsid sleep 33 & echo $!; (sleep 34 & echo $!; wait) & wait; sleep 35\n");
    submit(&job);
    cleanup_free char *out = content(job.output);
    interrupt_sleep_ms(200);
    struct job own = look(&scheduler, job.id);
    struct job foreign = look(&other, job.id);
    ok(own.state == STATE_RUNNING, "a running job");
    ok(foreign.state == STATE_RUNNING, "another raylaunch finds it");
    ok(foreign.started_at > own.started_at - 2 &&
           foreign.started_at < own.started_at + 2,
       "and when it started");
    scheduler_list(&other, &jobs, &err);
    size_t n_same = 0;
    for (size_t i = 0; i < jobs.count; i++)
        n_same += strcmp(jobs.jobs[i].name, job.name) == 0;
    is_number(n_same, 1, "a process that left the session is not a second job");
    job_list_release(&jobs);
    is_number(scheduler_history(&other, 0, NULL, &jobs, &is_kept, &err), 0, "history");
    ok(!is_kept && jobs.count == 0, "is not kept");

    struct words ids = {0};
    words_add(&ids, "local-nosuch");
    words_add(&ids, "123");
    is_number(scheduler_cancel(&other, &ids, &err), 0, "unknown ids are no error");
    ok(look(&other, job.id).state == STATE_RUNNING, "and harm nobody");
    words_add(&ids, job.id);
    is_number(scheduler_cancel(&other, &ids, &err), 0, "another one cancels it");
    struct job end = wait_for_end(job.id);
    ok(end.state == STATE_FAILED && end.signal == SIGTERM, "TERM ended it");
    ok(look(&other, job.id).state == STATE_MISSING, "the other one lists it no more");
    long stray = strtol(out, NULL, 10);
    if (stray > 0)
        kill((pid_t)stray, SIGKILL);
    words_release(&ids);
    release_job(&job);
    scheduler_close(&other);
}

static void test_cancel(void)
{
    struct error err = {0};
    struct words ids = {0};
    struct test_job job = make_job(
        "stubborn", "trap '' TERM; (trap '' TERM; sleep 61) & echo $!; sleep 62\n");

    submit(&job);
    cleanup_free char *out = content(job.output);
    interrupt_sleep_ms(200);
    pid_t child = (pid_t)strtol(out, NULL, 10);
    words_add(&ids, job.id);
    scheduler_cancel(&scheduler, &ids, &err);
    interrupt_sleep_ms(300);
    ok(look(&scheduler, job.id).state == STATE_RUNNING, "a stubborn job ignores TERM");
    scheduler_cancel(&scheduler, &ids, &err);
    struct job end = wait_for_end(job.id);
    ok(end.state == STATE_CANCELLED && end.signal == SIGKILL,
       "the second time it is killed");
    is_number(end.cancelled_by, (long)geteuid(), "by us");
    bool is_gone = false;
    for (int i = 0; child > 0 && i < 40 && !is_gone; i++) {
        struct local_stat stat = {.state = 'Z'};
        cleanup_free char *path = xasprintf("/proc/%d/stat", (int)child);
        FILE *file = fopen(path, "r");
        char line[512] = "";
        if (file && fgets(line, sizeof line, file))
            local_proc_parse_stat(line, &stat);
        if (file)
            fclose(file);
        is_gone = stat.state == 'Z';
        interrupt_sleep_ms(50);
    }
    ok(is_gone, "and all of its session");
    words_release(&ids);
    release_job(&job);
}

/* A raylaunch that is killed leaves its jobs running, and they hold nothing of it. */
/* Asked once, it gets its time; then whoever looks at the list ends it. */
static void test_late(void)
{
    struct error err = {0};
    cleanup_words struct words ids = {0};
    struct test_job job = make_job("late", "trap '' TERM; sleep 63; sleep 64\n");

    submit(&job);
    interrupt_sleep_ms(200);
    words_add(&ids, job.id);
    scheduler_cancel(&scheduler, &ids, &err);
    clock_ahead_s = LOCAL_KILL_WAIT_MS / 1000 - 5;
    interrupt_sleep_ms(100);
    ok(look(&scheduler, job.id).state == STATE_RUNNING, "it has time to end");
    clock_ahead_s += 10;
    struct job end = wait_for_end(job.id);
    ok(end.state == STATE_CANCELLED && end.signal == SIGKILL, "then it is killed");
    clock_ahead_s = 0;
    release_job(&job);
}

static void test_killed_starter(void)
{
    struct test_job job = make_job("orphan", "echo started; sleep 1; echo ended\n");
    int pipe_ends[2];

    if (pipe(pipe_ends) != 0)
        return;
    fcntl(pipe_ends[0], F_SETFD, FD_CLOEXEC);
    fcntl(pipe_ends[1], F_SETFD, FD_CLOEXEC);
    fflush(stdout);
    pid_t pid = fork();
    if (pid == 0) {
        struct error err = {0};
        if (begin(&job, 0, &err) == 0)
            kill(getpid(), SIGKILL);
        _exit(1);
    }
    int status = 0;
    waitpid(pid, &status, 0);
    ok(WIFSIGNALED(status), "the starter was killed");
    close(pipe_ends[1]);
    char byte;
    is_number(read(pipe_ends[0], &byte, 1), 0, "its pipe has ended with it");
    close(pipe_ends[0]);
    ok(look(&scheduler, job.id).state == STATE_RUNNING, "its job is found");
    for (int i = 0; i < 60 && look(&scheduler, job.id).state == STATE_RUNNING; i++)
        interrupt_sleep_ms(50);
    cleanup_free char *out = content(job.output);
    is_string(out, "started\nended\n", "and runs to its end");
    release_job(&job);
}

static void test_stat(void)
{
    struct local_stat stat;

    is_number(local_proc_parse_stat("", &stat), -1, "an empty line");
    is_number(local_proc_parse_stat("1 (a) S", &stat), -1, "a short one");
    is_number(local_proc_parse_stat("1 (a S 1 2 3", &stat), -1,
              "one without a bracket");
    is_number(
        local_proc_parse_stat("7 (a) R 9 (b) c) S 1 2 3 4 5 6 7 8 9 10 11 12 13 14 15 "
                              "16 17 18 4242 20",
                              &stat),
        0, "a name with brackets");
    ok(stat.state == 'S' && stat.session == 3 && stat.start_ticks == 4242,
       "its fields");
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
    struct scheduler_options options = {0};
    struct error err = {0};

    /* What the caller of this test left open is not what is tested. */
    for (int fd = 3; fd < 1024; fd++)
        fcntl(fd, F_SETFD, FD_CLOEXEC);
    if (!mkdtemp(folder) || scheduler_open("local", &options, &scheduler, &err) < 0)
        return 1;
    ok(scheduler_slots(&scheduler) >= 1, "at least one slot");
    ok(scheduler_can(&scheduler, SCHEDULER_RUNS_HERE), "a local sweep stays in front");
    test_bad();
    test_ends();
    test_environment();
    test_others();
    test_cancel();
    test_late();
    test_killed_starter();
    test_stat();
    scheduler_close(&scheduler);
    remove_folder();
    return tap_done();
}

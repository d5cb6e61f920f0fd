#include "launcher/scheduler/local/local.h"

#include <errno.h>
#include <sched.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/wait.h>
#include <unistd.h>

#include "launcher/common/clock.h"
#include "launcher/common/memory.h"
#include "launcher/scheduler/local/local_proc.h"
#include "launcher/scheduler/local/local_start.h"
#include "launcher/scheduler/scheduler_ops.h"

struct local_job { /* one that we started */
    char id[JOB_ID_SIZE];
    char *name; /* owned */
    pid_t pid;  /* ours until it is reaped */
    bool is_ended;
    size_t slot;
    double started_at, ended_at;
    int status; /* of waitpid */
};

struct ending { /* a job that was sent TERM */
    char id[JOB_ID_SIZE];
    int64_t kill_at_ms; /* 0: KILL was sent, too */
};

struct local {
    struct local_job *jobs; /* owned */
    size_t n_jobs, jobs_cap;
    size_t n_told;          /* the submissions of the first so many were answered */
    struct ending *endings; /* owned */
    size_t n_endings, endings_cap;
    size_t slots;
};

static int begin(struct scheduler *scheduler, size_t slot,
                 const struct submit_request *submission, struct error *err)
{
    struct local *local = scheduler->state;
    struct local_job job = {.slot = slot, .started_at = clock_wall()};
    const char *dash = strrchr(submission->job_name, '-');
    const char *token = dash ? dash + 1 : submission->job_name;

    if (snprintf(job.id, sizeof job.id, "local-%s", token) >= (int)sizeof job.id)
        return error_set(err, ERROR_BUG, "the token of job '%s' is too long",
                         submission->job_name);
    if (local_start(submission, job.id, &job.pid, err) < 0)
        return -1;
    job.name = xstrdup(submission->job_name);
    local->jobs =
        xgrow(local->jobs, local->n_jobs, &local->jobs_cap, sizeof *local->jobs);
    local->jobs[local->n_jobs++] = job;
    return 0;
}

/* A job runs as soon as it was begun: there is nothing to wait for. */
static int next(struct scheduler *scheduler, int timeout_ms, size_t *ret_slot,
                struct submit_outcome *ret_outcome)
{
    struct local *local = scheduler->state;

    (void)timeout_ms;
    if (local->n_told == local->n_jobs)
        return 0;
    const struct local_job *job = &local->jobs[local->n_told++];
    *ret_slot = job->slot;
    *ret_outcome =
        (struct submit_outcome){.class = SUBMIT_ACCEPTED, .message = xstrdup("")};
    snprintf(ret_outcome->job_id, sizeof ret_outcome->job_id, "%s", job->id);
    return 1;
}

static void reap(struct local *local)
{
    for (size_t i = 0; i < local->n_jobs; i++) {
        struct local_job *job = &local->jobs[i];
        if (job->is_ended)
            continue;
        pid_t pid = waitpid(job->pid, &job->status, WNOHANG);
        if (pid == 0 || (pid < 0 && errno == EINTR))
            continue;
        if (pid < 0)
            job->status =
                SIGKILL; /* reaped by somebody else: how it ended is not known */
        job->is_ended = true;
        job->ended_at = clock_wall();
    }
}

static struct ending *ending_of(const struct local *local, const char *id)
{
    for (size_t i = 0; i < local->n_endings; i++) {
        if (strcmp(local->endings[i].id, id) == 0)
            return &local->endings[i];
    }
    return NULL;
}

static void set_words(struct job *job, const char *id, const char *name,
                      const char *state)
{
    snprintf(job->id, sizeof job->id, "%s", id);
    xreplace(&job->name, name);
    xreplace(&job->raw_state, state);
    char host[256] = "";
    gethostname(host, sizeof host - 1);
    xreplace(&job->nodes, host);
}

static void add_ended(const struct local *local, const struct local_job *own,
                      struct job_list *jobs)
{
    struct job *job = job_list_add(jobs);
    bool is_exit = WIFEXITED(own->status);

    job->exit_code = is_exit ? WEXITSTATUS(own->status) : -1;
    job->signal = is_exit ? 0 : WTERMSIG(own->status);
    if (job->exit_code == 0) {
        job->state = STATE_COMPLETED;
        set_words(job, own->id, own->name, "COMPLETED");
    } else if (ending_of(local, own->id)) {
        job->state = STATE_CANCELLED;
        job->cancelled_by = (long)geteuid();
        set_words(job, own->id, own->name, "CANCELLED");
    } else {
        job->state = STATE_FAILED;
        set_words(job, own->id, own->name, "FAILED");
    }
    job->submitted_at = job->started_at = own->started_at;
    job->ended_at = own->ended_at;
}

static void add_running(const char *id, const char *name, double started_at,
                        struct job_list *jobs)
{
    struct job *job = job_list_add(jobs);

    job->state = STATE_RUNNING;
    job->submitted_at = job->started_at = started_at;
    set_words(job, id, name, "RUNNING");
}

static const struct local_job *own_job(const struct local *local, const char *id)
{
    for (size_t i = 0; i < local->n_jobs; i++) {
        if (strcmp(local->jobs[i].id, id) == 0)
            return &local->jobs[i];
    }
    return NULL;
}

/* Those whose time after TERM is over. */
static void kill_late(struct local *local, const struct local_processes *processes)
{
    int64_t now = clock_monotonic_ms();

    for (size_t i = 0; i < processes->count; i++) {
        struct ending *ending = ending_of(local, processes->items[i].id);
        if (!ending || ending->kill_at_ms == 0 || now < ending->kill_at_ms)
            continue;
        ending->kill_at_ms = 0;
        local_proc_signal_session(processes->items[i].pid, SIGKILL);
    }
}

static int list(struct scheduler *scheduler, struct job_list *ret_jobs,
                struct error *err)
{
    struct local *local = scheduler->state;
    struct local_processes processes = {0};
    struct job_list jobs = {0};

    if (local_proc_scan(&processes, err) < 0)
        return -1;
    kill_late(local, &processes);
    reap(local);
    for (size_t i = 0; i < local->n_jobs; i++) {
        const struct local_job *job = &local->jobs[i];
        if (job->is_ended)
            add_ended(local, job, &jobs);
        else
            add_running(job->id, job->name, job->started_at, &jobs);
    }
    for (size_t i = 0; i < processes.count; i++) {
        const struct local_process *process = &processes.items[i];
        if (!own_job(local, process->id))
            add_running(process->id, process->name, process->started_at, &jobs);
    }
    local_processes_release(&processes);
    *ret_jobs = jobs;
    return 0;
}

static void end_job(struct local *local, const struct local_process *process)
{
    struct ending *ending = ending_of(local, process->id);

    if (ending) {
        ending->kill_at_ms = 0;
        local_proc_signal_session(process->pid, SIGKILL);
        return;
    }
    local->endings = xgrow(local->endings, local->n_endings, &local->endings_cap,
                           sizeof *local->endings);
    ending = &local->endings[local->n_endings++];
    *ending = (struct ending){.kill_at_ms = clock_monotonic_ms() + LOCAL_KILL_WAIT_MS};
    snprintf(ending->id, sizeof ending->id, "%s", process->id);
    kill(process->pid, SIGTERM);
}

static int cancel(struct scheduler *scheduler, const struct words *ids,
                  struct error *err)
{
    struct local *local = scheduler->state;
    struct local_processes processes = {0};

    if (local_proc_scan(&processes, err) < 0)
        return -1;
    for (size_t i = 0; i < processes.count; i++) {
        if (words_has(ids, processes.items[i].id))
            end_job(local, &processes.items[i]);
    }
    local_processes_release(&processes);
    return 0;
}

/* The job is on this machine: nothing goes before the command. */
static void enter(const struct scheduler *scheduler, const char *job_id,
                  const char *node, bool has_terminal,
                  struct child_command *ret_command)
{
    (void)scheduler;
    (void)job_id;
    (void)node;
    (void)has_terminal;
    *ret_command = (struct child_command){0};
}

static size_t slots(const struct scheduler *scheduler)
{
    const struct local *local = scheduler->state;

    return local->slots;
}

/* The jobs go on; init reaps them. */
static void close_local(struct scheduler *scheduler)
{
    struct local *local = scheduler->state;

    for (size_t i = 0; i < local->n_jobs; i++)
        free(local->jobs[i].name);
    free(local->jobs);
    free(local->endings);
    free(local);
    scheduler->state = NULL;
}

/* CPUs that we may use: a container or taskset may give fewer than the machine has. */
static size_t count_cpus(void)
{
    cpu_set_t set;
    long count = sysconf(_SC_NPROCESSORS_ONLN);

    if (sched_getaffinity(0, sizeof set, &set) == 0)
        count = CPU_COUNT(&set);
    return count > 0 ? (size_t)count : 1;
}

static int open_local(const struct scheduler_options *options,
                      struct scheduler *ret_scheduler, struct error *err)
{
    struct local *local = xcalloc(1, sizeof *local);
    size_t each = options->local_cpus > 0 ? options->local_cpus : 1;

    (void)err;
    local->slots = options->local_slots;
    if (local->slots == 0)
        local->slots = count_cpus() / each;
    if (local->slots == 0)
        local->slots = 1;
    *ret_scheduler = (struct scheduler){.ops = &local_ops, .state = local};
    return 0;
}

const struct scheduler_ops local_ops = {
    .name = "local",
    .runs_here = true,
    .open = open_local,
    .submit_begin = begin,
    .submit_next = next,
    .list = list,
    .cancel = cancel,
    .enter = enter,
    .slots = slots,
    .close = close_local,
};

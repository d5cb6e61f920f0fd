/* fake_scheduler.h - a scheduler whose answers a test writes down
 *
 * Accepted jobs are lines of a file ("id name"), so that they outlive a process that is
 * killed. Each call checks what must hold: the intent is in the journal's file before
 * the call, slots are free, nothing begins after a refusal. It stands in for what a
 * real Slurm cannot be made to do on command. Time is the test's: sleeps end at once.
 */
#ifndef TESTS_UNIT_FAKE_SCHEDULER_H
#define TESTS_UNIT_FAKE_SCHEDULER_H

#include <fcntl.h>
#include <signal.h>
#include <sys/syscall.h>
#include <time.h>

#include "launcher/campaign/submit.h"
#include "tests/unit/sweep_fixture.h"

static double fake_slept_s; /* how long this process would have slept */

/* These stand in for libc's in the test program. */
int clock_gettime(clockid_t id, struct timespec *now)
{
    long rc = syscall(SYS_clock_gettime, id, now);
    double whole = (double)now->tv_nsec / 1e9 + fake_slept_s;

    now->tv_sec += (time_t)whole;
    now->tv_nsec = (long)((whole - (double)(time_t)whole) * 1e9);
    return (int)rc;
}

int nanosleep(const struct timespec *span, struct timespec *left)
{
    (void)left;
    fake_slept_s += (double)span->tv_sec + (double)span->tv_nsec / 1e9;
    return 0;
}

/* One letter a call, in order; past the end: 'a'.
 * - a: accepted
 * - r: refused
 * - l: not now, try later
 * - b: submit_begin fails
 * - q: unknown, but queued
 * - s: unknown, and queued only after the first look
 * - h: unknown, and only accounting knows it
 * - u: unknown, and absent
 * - i: accepted, and Ctrl-C is typed meanwhile */
struct fake {
    const char *answers;
    const char *sweep;                       /* scratch folder of the sweep */
    size_t in_flight;                        /* most calls at a time */
    int n_list_failures;                     /* the next so many list() calls fail */
    long die_before, die_after, die_outcome; /* _exit at this call (1, 2, …); 0 never */

    size_t n_begun, n_outcomes, n_lists; /* counted */
    bool slots[64];
    char letters[64];
    char ids[64][JOB_ID_SIZE];
    size_t order[64], n_running;
    bool has_refused;
    struct words names; /* of all calls, in order */
    struct words late;  /* jobs that show only later: "id name" */
    size_t n_bad;       /* rules broken */
};

static inline void fake_rule(struct fake *fake, bool is_kept, const char *rule)
{
    if (!is_kept && fake->n_bad++ < 5)
        ok(0, "rule: %s", rule);
}

static inline void fake_queue(const char *file, const char *line)
{
    cleanup_free char *path = scratch_path(file);
    cleanup_close int fd = open(path, O_WRONLY | O_APPEND | O_CREAT | O_CLOEXEC, 0600);

    if (fd < 0 || write(fd, line, strlen(line)) != (ssize_t)strlen(line))
        exit(1);
}

/* The intent of this job's token must be in the file, and no outcome of it. */
static inline bool fake_has_intent(const struct fake *fake, const char *name)
{
    cleanup_free char *file = xasprintf("%s/journal.jsonl", fake->sweep);
    cleanup_free char *journal = scratch_read(file);
    cleanup_free char *token = xasprintf("\"token\":\"%s\"", strrchr(name, '-') + 1);
    const char *at = journal ? strstr(journal, token) : NULL;

    if (!at || strstr(at + 1, token))
        return false;
    while (at > journal && at[-1] != '\n')
        at--;
    const char *end = strchr(at, '\n');
    const char *event = strstr(at, "\"event\":\"submitting\"");
    return end && event && event < end;
}

static inline int fake_begin(struct scheduler *scheduler, size_t slot,
                             const struct submission *submission, struct error *err)
{
    struct fake *fake = scheduler->state;
    size_t n_answers = strlen(fake->answers);
    char letter = fake->n_begun < n_answers ? fake->answers[fake->n_begun] : 'a';

    fake->n_begun++;
    fake_rule(fake, fake_has_intent(fake, submission->job_name),
              "the intent is on disk before the call");
    fake_rule(fake, !fake->has_refused, "nothing begins after a refusal");
    fake_rule(fake, slot < 64 && !fake->slots[slot], "the slot is free");
    fake_rule(fake, fake->n_running < fake->in_flight,
              "no more calls at a time than allowed");
    fake_rule(fake, file_exists(submission->script), "the script is there");
    if ((long)fake->n_begun == fake->die_before)
        _exit(9);
    if (letter == 'b')
        return error_set(err, ERROR_SCHEDULER, "no process can be made");
    words_add(&fake->names, submission->job_name);
    snprintf(fake->ids[slot], JOB_ID_SIZE, "%s",
             strrchr(submission->job_name, '-') + 1);
    cleanup_free char *line =
        xasprintf("%s %s\n", fake->ids[slot], submission->job_name);
    if (letter == 'i')
        raise(SIGINT);
    if (letter == 'a' || letter == 'q' || letter == 'i')
        fake_queue("queue", line);
    if (letter == 'h')
        fake_queue("accounting", line);
    if (letter == 's')
        words_add(&fake->late, line);
    if ((long)fake->n_begun == fake->die_after)
        _exit(9);
    fake->slots[slot] = true;
    fake->letters[slot] = letter;
    fake->order[fake->n_running++] = slot;
    return 0;
}

/* Calls end in another order than they began, but none waits for ever. */
static inline int fake_next(struct scheduler *scheduler, int timeout_ms,
                            size_t *ret_slot, struct submit_outcome *ret_outcome)
{
    struct fake *fake = scheduler->state;

    fake_rule(fake, timeout_ms >= 0, "a wait has an end");
    if (fake->n_running == 0)
        return 0;
    size_t place = fake->n_outcomes % 2 ? 0 : fake->n_running - 1;
    size_t slot = fake->order[place];
    fake->n_running--;
    memmove(fake->order + place, fake->order + place + 1,
            (fake->n_running - place) * sizeof *fake->order);
    *ret_slot = slot;
    *ret_outcome =
        (struct submit_outcome){.message = xstrdup("in the scheduler's words")};
    switch (fake->letters[slot]) {
    case 'a':
    case 'i':
        ret_outcome->class = SUBMIT_ACCEPTED;
        memcpy(ret_outcome->job_id, fake->ids[slot], JOB_ID_SIZE);
        break;
    case 'r':
        ret_outcome->class = SUBMIT_REFUSED;
        fake->has_refused = true;
        break;
    case 'l':
        ret_outcome->class = SUBMIT_LATER;
        break;
    default:
        ret_outcome->class = SUBMIT_UNKNOWN;
    }
    fake->slots[slot] = false;
    if ((long)++fake->n_outcomes == fake->die_outcome)
        _exit(9);
    return 1;
}

static inline void fake_read_jobs(const char *file, enum state state,
                                  struct job_list *jobs)
{
    cleanup_free char *lines = scratch_read(file);
    char *next = lines;

    while (next && *next) {
        char *line = strsep(&next, "\n");
        char *name = strchr(line, ' ');
        struct job *job = job_list_add(jobs);
        *name++ = '\0';
        snprintf(job->id, sizeof job->id, "%s", line);
        free(job->name);
        job->name = xstrdup(name);
        job->state = state;
    }
}

static inline int fake_list(struct scheduler *scheduler, struct job_list *ret_jobs,
                            struct error *err)
{
    struct fake *fake = scheduler->state;

    fake->n_lists++;
    if (fake->n_list_failures > 0) {
        fake->n_list_failures--;
        return error_set(err, ERROR_SCHEDULER, "the queue does not answer");
    }
    fake_read_jobs("queue", STATE_PENDING, ret_jobs);
    for (size_t i = 0; i < fake->late.count; i++)
        fake_queue("queue", fake->late.items[i]);
    words_release(&fake->late);
    return 0;
}

static inline int fake_history(struct scheduler *scheduler, double since,
                               const struct words *ids, struct job_list *ret_jobs,
                               bool *ret_is_kept, struct error *err)
{
    (void)scheduler, (void)since, (void)ids, (void)err;
    fake_read_jobs("accounting", STATE_COMPLETED, ret_jobs);
    *ret_is_kept = true;
    return 0;
}

static inline int fake_cancel(struct scheduler *scheduler, const struct words *ids,
                              struct error *err)
{
    (void)scheduler, (void)err;
    for (size_t i = 0; i < ids->count; i++) {
        cleanup_free char *line = xasprintf("%s\n", ids->items[i]);
        fake_queue("cancelled", line);
    }
    return 0;
}

static inline void fake_close(struct scheduler *scheduler)
{
    scheduler->state = NULL;
}

static const struct scheduler_ops fake_ops = {.name = "fake",
                                              .submit_begin = fake_begin,
                                              .submit_next = fake_next,
                                              .list = fake_list,
                                              .history = fake_history,
                                              .cancel = fake_cancel,
                                              .close = fake_close};

static inline void fake_release(struct fake *fake)
{
    words_release(&fake->names);
    words_release(&fake->late);
}

/* No job of an earlier test. */
static inline void fake_forget(void)
{
    static const char *const files[] = {"queue", "accounting", "cancelled"};

    for (size_t i = 0; i < 3; i++) {
        cleanup_free char *path = scratch_path(files[i]);
        unlink(path);
    }
}

#endif

/* fake_scheduler.h - a scheduler whose answers a test writes down
 *
 * Accepted jobs are lines of a file ("id name"), so that they outlive a process that is
 * killed. Each call checks what must hold: a power cut would leave the intents in the
 * journal, the lock is ours, slots are free, nothing begins after a refusal. It stands
 * in for what a real Slurm cannot be made to do on command. Time is the test's
 * (fake_clock.h), and so is the disk (fake_disk.h).
 */
#ifndef TESTS_UNIT_FAKE_SCHEDULER_H
#define TESTS_UNIT_FAKE_SCHEDULER_H

#include <fcntl.h>
#include <signal.h>

#include "launcher/scheduler/scheduler_ops.h"
#include "launcher/submit/submit.h"
#include "tests/unit/fake_clock.h"
#include "tests/unit/fake_disk.h"
#include "tests/unit/sweep_fixture.h"

/* One letter a call, in order; past the end: 'a'.
 * - a: accepted
 * - r: refused
 * - l: not now, try later
 * - b: submit_begin fails
 * - q: unknown, but queued
 * - s: unknown, and queued only after the first look
 * - h: unknown, and only accounting knows it
 * - u: unknown, and absent
 * - d: refused, because the job that it depends on is not known
 * - i: accepted, and Ctrl-C is typed meanwhile
 * - t: accepted, and another host takes the sweep's lock over meanwhile
 * - w: accepted, but only after `hang_s`; Ctrl-C is typed at `type_at_s` of it */
struct fake {
    const char *answers;
    const char *sweep;                       /* scratch folder of the sweep */
    size_t in_flight;                        /* most calls at a time */
    int n_list_failures;                     /* the next so many list() calls fail */
    long die_before, die_after, die_outcome; /* _exit at this call (1, 2, …); 0 never */
    double hang_s, type_at_s[2];             /* of 'w'; 0 never */
    size_t max_jobs; /* as many in the queue, and "limit" above; 0 no limit */

    size_t n_begun, n_outcomes, n_lists, n_histories; /* counted */
    double history_since; /* of the last call of history(), epoch seconds */
    bool slots[64];
    char letters[64];
    char ids[64][JOB_ID_SIZE];
    size_t order[64], n_running;
    bool has_refused;
    double hung_s;        /* so long 'w' hangs by now */
    size_t n_beats;       /* heartbeats of the lock at its last second */
    struct words names;   /* of all calls, in order */
    struct words late;    /* jobs that show only later: "id name" */
    struct words options; /* of the last call */
    char *at_takeover;    /* owned: the journal as it was then */
    size_t n_bad;         /* rules broken */
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

/* The intents of this job or array are safe from a power cut, as many, and no outcome
 * of it. */
static inline bool fake_has_intents(const struct fake *fake, const char *job_name,
                                    bool is_array, size_t n_tasks)
{
    cleanup_free char *name = xasprintf("%s/journal.jsonl", fake->sweep);
    cleanup_free char *file = scratch_path(name);
    cleanup_free char *journal = disk_read(file);
    cleanup_free char *token = xasprintf("\"%s\":\"%s\"", is_array ? "array" : "token",
                                         strrchr(job_name, '-') + 1);
    size_t count = 0;

    for (char *line = journal; line && *line;) {
        char *end = strchr(line, '\n');
        if (!end)
            return false;
        *end = '\0';
        if (strstr(line, token)) {
            count++;
            if (!strstr(line, ":\"submitting\""))
                return false;
        }
        line = end + 1;
    }
    return count == n_tasks;
}

/* "0-8%3" → 9; a job: 1 */
static inline size_t fake_n_tasks(const struct submit_request *submission)
{
    return submission->array ? strtoul(submission->array + 2, NULL, 10) + 1 : 1;
}

/* A line of the queue for the job, or for each task: "id name". */
static inline void fake_add_lines(struct text *text, const char *id, const char *name,
                                  bool is_array, size_t n_tasks)
{
    for (size_t i = 0; !is_array && i < 1; i++)
        text_addf(text, "%s %s\n", id, name);
    for (size_t i = 0; is_array && i < n_tasks; i++)
        text_addf(text, "%s_%zu %s\n", id, i, name);
}

static inline size_t fake_count_lines(const char *file)
{
    cleanup_free char *lines = scratch_read(file);
    size_t count = 0;

    for (const char *c = lines; c && *c; c++)
        count += *c == '\n';
    return count;
}

static inline char fake_letter(const struct fake *fake,
                               const struct submit_request *submission)
{
    size_t n_answers = strlen(fake->answers);

    if (fake->max_jobs > 0 &&
        fake_count_lines("queue") + fake_n_tasks(submission) > fake->max_jobs)
        return 'm';
    return fake->n_begun < n_answers ? fake->answers[fake->n_begun] : 'a';
}

/* An accepted job's dependency goes into a file, too: "id words". */
static inline void fake_note_dependency(const char *id,
                                        const struct submit_request *submission)
{
    const char *dependency = "";

    for (size_t i = 0; submission->options && i < submission->options->count; i++) {
        if (strncmp(submission->options->items[i], "--dependency=", 13) == 0)
            dependency = submission->options->items[i] + 13;
    }
    cleanup_free char *line = xasprintf("%s %s\n", id, dependency);
    fake_queue("dependencies", line);
}

static inline int fake_begin(struct scheduler *scheduler, size_t slot,
                             const struct submit_request *submission, struct error *err)
{
    struct fake *fake = scheduler->state;
    char letter = fake_letter(fake, submission);
    bool is_array = submission->array != NULL;
    size_t n_tasks = fake_n_tasks(submission);

    fake->n_begun++;
    words_release(&fake->options);
    if (submission->options)
        words_copy(&fake->options, submission->options);
    fake_rule(fake, fake_has_intents(fake, submission->job_name, is_array, n_tasks),
              "the intents are synced before the call");
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
    cleanup_text struct text text = {0};
    fake_add_lines(&text, fake->ids[slot], submission->job_name, is_array, n_tasks);
    const char *line = text_string(&text);
    if (letter == 'i')
        raise(SIGINT);
    if (letter == 'a')
        fake_note_dependency(fake->ids[slot], submission);
    if (letter == 'a' || letter == 'q' || letter == 'i' || letter == 'w' ||
        letter == 't')
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

static inline void fake_take_over(struct fake *fake)
{
    static const char other[] = "elsewhere another-boot 1";
    cleanup_free char *held = xasprintf("%s/lock.held", fake->sweep);
    cleanup_free char *journal = xasprintf("%s/journal.jsonl", fake->sweep);

    scratch_write(held, other, sizeof other - 1);
    fake->at_takeover = scratch_read(journal);
}

/* A second or less of 'w' passes. */
static inline int fake_hang(struct fake *fake, int timeout_ms)
{
    double before = fake->hung_s;

    fake_rule(fake, timeout_ms <= 1000, "no wait is longer than a second");
    fake_rule(fake,
              !disk_has_no_locks || before <= 0 || disk_n_heartbeats > fake->n_beats,
              "the lock's heartbeat goes on while a call hangs");
    fake->n_beats = disk_n_heartbeats;
    fake->hung_s += timeout_ms / 1000.0;
    fake_slept_s += timeout_ms / 1000.0;
    for (int i = 0; i < 2; i++) {
        double at = fake->type_at_s[i];
        if (at > 0 && before < at && fake->hung_s >= at)
            raise(SIGINT);
    }
    return 0;
}

/* Calls end in another order than they began, but none waits for ever. */
static inline int fake_next(struct scheduler *scheduler, int timeout_ms,
                            size_t *ret_slot, struct submit_outcome *ret_outcome)
{
    struct fake *fake = scheduler->state;

    fake_rule(fake, timeout_ms >= 0, "a wait has an end");
    if (fake->n_running == 0 || timeout_ms == 0)
        return 0;
    size_t place = fake->n_outcomes % 2 ? 0 : fake->n_running - 1;
    for (size_t i = 0; i < fake->n_running; i++) { /* others end while 'w' hangs */
        if (fake->letters[fake->order[place]] == 'w' && fake->hung_s < fake->hang_s)
            place = i;
    }
    size_t slot = fake->order[place];
    if (fake->letters[slot] == 'w' && fake->hung_s < fake->hang_s)
        return fake_hang(fake, timeout_ms);
    fake->n_running--;
    memmove(fake->order + place, fake->order + place + 1,
            (fake->n_running - place) * sizeof *fake->order);
    *ret_slot = slot;
    *ret_outcome =
        (struct submit_outcome){.message = xstrdup("in the scheduler's words")};
    switch (fake->letters[slot]) {
    case 't':
        fake_take_over(fake);
        __attribute__((fallthrough));
    case 'a':
    case 'i':
    case 'w':
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
    case 'm':
        ret_outcome->class = SUBMIT_LIMIT;
        break;
    case 'd':
        ret_outcome->class = SUBMIT_DEPENDENCY;
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
    struct fake *fake = scheduler->state;

    (void)ids, (void)err;
    fake->n_histories++;
    fake->history_since = since;
    fake_read_jobs("accounting", STATE_COMPLETED, ret_jobs);
    *ret_is_kept = true;
    return 0;
}

/* A power cut would leave that this job, or a task of this array, was to end. */
static inline bool fake_has_cancel(const struct fake *fake, const char *id)
{
    cleanup_free char *name = xasprintf("%s/journal.jsonl", fake->sweep);
    cleanup_free char *file = scratch_path(name);
    cleanup_free char *journal = disk_read(file);
    cleanup_free char *member = xasprintf("\"job_id\":\"%s", id);
    char *next = journal, *line;

    while ((line = strsep(&next, "\n"))) {
        if (strstr(line, "\"event\":\"cancel\"") && strstr(line, member))
            return true;
    }
    return false;
}

static inline int fake_cancel(struct scheduler *scheduler, const struct words *ids,
                              struct error *err)
{
    struct fake *fake = scheduler->state;

    (void)err;
    for (size_t i = 0; i < ids->count; i++) {
        fake_rule(fake, fake_has_cancel(fake, ids->items[i]),
                  "the cancel is synced before the call");
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
                                              .has_arrays = true,
                                              .has_dependencies = true,
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
    words_release(&fake->options);
}

/* No job of an earlier test. */
static inline void fake_forget(void)
{
    static const char *const files[] = {"queue", "accounting", "cancelled",
                                        "dependencies"};

    for (size_t i = 0; i < sizeof files / sizeof *files; i++) {
        cleanup_free char *path = scratch_path(files[i]);
        unlink(path);
    }
}

#endif
